"""What a backup says of itself."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Literal

import msgspec

from platform_core import secrets

FORMAT = 1
MANIFEST, MAC, KEY = "manifest.json", "manifest.mac", "secret.key"
SQLITE_FILE, SCHEMA, TABLES, FILES = (
    "database/sqlite.db",
    "database/schema.json",
    "database/tables/",
    "files/",
)


class Member(msgspec.Struct, frozen=True):
    """One part of the file: its size in bytes and its SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


class OpenJob(msgspec.Struct, frozen=True):
    """A job that somebody worked on at the moment of the backup: its effects outside may have happened."""

    id: str
    kind: str
    subject: str | None
    attempt: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `tables` tells how many rows each has, `head` the end of the audit's chain ("<number>:<link>")."""

    format: int
    made_at: datetime
    version: str
    engine: Literal["sqlite", "postgresql"]
    server: str
    migrations: tuple[str, ...]
    key_fingerprint: str
    catalog: int
    head: str
    tables: dict[str, int]
    files: int
    missing_files: tuple[str, ...]
    files_stay_at: str = ""
    """Where the files lie that were left out on purpose; empty where they are in the backup."""
    leased_jobs: tuple[OpenJob, ...]
    with_key: bool
    members: dict[str, Member]


def encode(manifest: Manifest) -> tuple[bytes, bytes]:
    """The manifest's bytes, and what signs them with the installation's key."""
    body = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"))
    return body, signature(body)


def signature(body: bytes) -> bytes:
    """Hexadecimal digits."""
    return secrets.keyed_hash("backup manifest v1", body).hex().encode()


def is_signed(body: bytes, mac: bytes) -> bool:
    """Whether this installation's key has signed these bytes."""
    return hmac.compare_digest(signature(body), mac.strip())
