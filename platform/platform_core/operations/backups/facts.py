"""What a manifest tells of a database, asked of the snapshot itself, in words that both engines understand."""

from __future__ import annotations

from typing import cast

import msgspec

from platform_core.operations.backups.manifest import OpenJob

MIGRATIONS = "SELECT id FROM tw_migration ORDER BY id"
CATALOG = "SELECT MAX(version) FROM tw_definition_catalog"
HEAD = "SELECT number, chain FROM tw_audit_head WHERE id = 1"
LEASED = "SELECT id, kind, subject, attempt FROM tw_job WHERE state = 'leased' ORDER BY id"
STORED = "SELECT DISTINCT sha256 FROM tw_file ORDER BY sha256"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`files` are the hashes of every stored file."""

    server: str
    migrations: tuple[str, ...]
    catalog: int
    head: str
    tables: dict[str, int]
    files: tuple[str, ...]
    leased: tuple[OpenJob, ...]


def leased_of(rows: list[tuple[object, ...]]) -> tuple[OpenJob, ...]:
    """Jobs of rows of `LEASED`."""
    return tuple(
        OpenJob(str(key), str(kind), str(subject) if subject is not None else None, int(str(attempt)))
        for key, kind, subject, attempt in rows
    )


def head_of(rows: list[tuple[object, ...]]) -> str:
    """The end of the chain of a row of `HEAD`."""
    for number, chain in rows:
        return f"{number}:{bytes(cast('bytes', chain)).hex()}"
    return "0:"
