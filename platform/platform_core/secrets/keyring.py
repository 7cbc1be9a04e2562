"""The data keys: kept in the database, wrapped by a key that is derived from the installation's secret."""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from platform_core import clock, database, settings
from platform_core.secrets.errors import SecretLocked
from platform_core.secrets.keys import key_of
from platform_core.secrets.sealing import seal, unseal

WRAPPING = "secrets data key v1"
"""The purpose of the key that wraps data keys."""
_SHOWN = "secrets fingerprint v1"
SIZE = 32
"""Bytes of a data key."""
_TABLES = ("tw_secret_key", "tw_field_key")


class KeyState(msgspec.Struct, frozen=True):
    """Whether the installation's key fits its secrets.

    `empty`: nothing is sealed yet; `open`: all can be opened; `locked`: `locked` of `secrets` cannot be.
    `present` and `sealed_under` are fingerprints of installation keys.
    """

    state: Literal["empty", "open", "locked"]
    present: str
    sealed_under: tuple[str, ...]
    secrets: int
    locked: int


class DataKey(msgspec.Struct, frozen=True):
    """One data key, unwrapped."""

    id: str
    key: bytes


def fingerprint(secret: bytes | None = None) -> str:
    """Twelve hexadecimal digits that tell one installation key from another and nothing more; for backups.

    Of the present key where none is given.
    """
    return key_of(settings.current().secret_key if secret is None else secret, _SHOWN).hex()[:12]


async def present_key() -> DataKey:
    """The key that new secrets are sealed under; made at the first secret. In the caller's transaction.

    Raises SecretLocked where the present one was wrapped by another installation's key.
    """
    # Locked, so that no rotation throws it away while the caller seals under it. Who waited for a rotation finds the
    # row retired and looks again.
    newest = (
        "SELECT id, wrapped, wrapped_by FROM tw_secret_key WHERE retired_at IS NULL ORDER BY id DESC LIMIT 1"
    )
    for _ in range(2):
        if row := await database.fetch_one(newest + database.dialect().for_update):
            return _unwrapped(row)
    return await add_key()


async def key_by_id(key_id: str) -> DataKey:
    """A data key. Raises SecretLocked where it does not open, or is not there (rows of another backup)."""
    row = await database.fetch_one(
        "SELECT id, wrapped, wrapped_by FROM tw_secret_key WHERE id = ?", (key_id,)
    )
    if row is None:
        raise SecretLocked("?", fingerprint())
    return _unwrapped(row)


async def add_key() -> DataKey:
    """Makes a data key that is used from now on, in the caller's transaction."""
    made = DataKey(database.new_id(), os.urandom(SIZE))
    wrapped = seal(key_of(settings.current().secret_key, WRAPPING), made.key, made.id)
    await database.execute(
        "INSERT INTO tw_secret_key (id, wrapped, wrapped_by, created_at) VALUES (?, ?, ?, ?)",
        (made.id, wrapped, fingerprint(), clock.now()),
    )
    return made


async def state() -> KeyState:
    """What the start and the screen say about the key."""
    present = fingerprint()
    rows = [row for table in _TABLES for row in await _keys_of(table)]
    closed = {str(row["id"]) for row in rows if not _opens(row)}
    held = await database.fetch_tuples("SELECT key_id, COUNT(*) FROM tw_secret GROUP BY key_id")
    known = {str(row["id"]) for row in rows}
    counts = {str(key_id): int(str(count)) for key_id, count in held}
    locked = sum(count for key_id, count in counts.items() if key_id in closed or key_id not in known)
    word: Literal["empty", "open", "locked"] = "open" if rows else "empty"
    if closed or locked:
        word = "locked"
    return KeyState(
        word, present, tuple(sorted({str(row["wrapped_by"]) for row in rows})), sum(counts.values()), locked
    )


async def rewrap(old: bytes) -> int:
    """Wraps every data key that the installation key `old` opens by the present one; all or none. Returns how many.

    For a change of the installation's key; run it again after a kill. Raises SecretLocked where a key is left that
    neither opens.
    """
    before, after = key_of(old, WRAPPING), key_of(settings.current().secret_key, WRAPPING)
    changed = 0
    async with database.transaction():
        for table, row in [(name, row) for name in _TABLES for row in await _keys_of(name)]:
            key_id = str(row["id"])
            if _opens(row):
                continue
            key = unseal(before, _bytes(row["wrapped"]), key_id)
            if key is None:
                raise SecretLocked(str(row["wrapped_by"]), fingerprint(old))
            await database.execute(
                f"UPDATE {table} SET wrapped = ?, wrapped_by = ? WHERE id = ?",
                (seal(after, key, key_id), fingerprint(), key_id),
            )
            changed += 1
    return changed


async def _keys_of(table: str) -> list[database.Row]:
    return await database.fetch_all(f"SELECT id, wrapped, wrapped_by FROM {table} ORDER BY id")


def _unwrapped(row: database.Row) -> DataKey:
    key_id = str(row["id"])
    key = unseal(key_of(settings.current().secret_key, WRAPPING), _bytes(row["wrapped"]), key_id)
    if key is None:
        raise SecretLocked(str(row["wrapped_by"]), fingerprint())
    return DataKey(key_id, key)


def _opens(row: database.Row) -> bool:
    wrapping = key_of(settings.current().secret_key, WRAPPING)
    return unseal(wrapping, _bytes(row["wrapped"]), str(row["id"])) is not None


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"the column holds {type(value).__name__}, not bytes")
    return bytes(value)
