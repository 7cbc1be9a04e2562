"""The keys under which fields of records are sealed, and the key of their blind index.

Values are sealed under the present *sealing* key; a rotation retires it, and whoever keeps sealed values seals them anew
until nothing names the old key any more (`drop_field_keys`). The *index* key stays for good, or every blind index would
have to be written anew. Both are kept in the database, wrapped by the installation's key, like the data key of named
secrets.

A token is text: `1.<key id>.<base64 of nonce and cipher>`. It opens only at the place that it was sealed for.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from platform_core import clock, database, settings
from platform_core.secrets.errors import SecretLocked
from platform_core.secrets.keyring import SIZE, WRAPPING, fingerprint
from platform_core.secrets.keys import key_of
from platform_core.secrets.sealing import seal, unseal

_VERSION = "1"
_NONCE = 12

Use = Literal["seal", "index"]


@dataclass(frozen=True)
class FieldKeys:
    """Unwrapped keys by id, the id of the one that seals ("" where there is none yet), and the key of the index."""

    ciphers: Mapping[str, AESGCM]
    present: str
    index: bytes

    def seal(self, text: bytes, place: str) -> str:
        """A token for `text`, bound to `place`. KeyError where there is no present key."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self.ciphers[self.present].encrypt(nonce, text, place.encode())
        return f"{_VERSION}.{self.present}.{base64.b64encode(sealed).decode()}"

    def unseal(self, token: str, place: str) -> bytes:
        """What a token holds. SecretLocked where it was made for another place, or under a key that is not there."""
        key_id = key_id_of(token)
        cipher = self.ciphers.get(key_id)
        if cipher is None:
            raise SecretLocked("?", fingerprint())
        sealed = base64.b64decode(token.rpartition(".")[2])
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag as exc:
            raise SecretLocked("?", fingerprint()) from exc

    def blind(self, text: str, column: str) -> str:
        """A keyed digest of `text` that tells equal values of one column and nothing else; 32 hexadecimal digits."""
        return hmac.digest(self.index, f"{column}\0{text}".encode(), "sha256").hex()[:32]


def key_id_of(token: str) -> str:
    """The id of the key that a token was sealed under; "" for anything else."""
    version, _, rest = token.partition(".")
    return rest.partition(".")[0] if version == _VERSION else ""


_held: tuple[tuple[int, bytes], FieldKeys] | None = None
"""The keys of this process, and the database and installation key they belong to."""


async def sealing_keys() -> FieldKeys:
    """The keys for who seals now, in the caller's transaction: the present one stays the present one until it ends."""
    tail = database.dialect().for_share
    newest = (
        "SELECT id FROM tw_field_key WHERE purpose = 'seal' AND retired_at IS NULL ORDER BY id DESC LIMIT 1"
    )
    for _ in range(3):
        # Who waited for a rotation finds the row retired and looks again.
        present = await database.fetch_value(newest + tail)
        if present is not None:
            return await opening_keys((str(present),), present=str(present))
        if not await _lacks_a_key():
            continue
        await _add("index")
        await _add("seal")
    raise SecretLocked("?", fingerprint())


async def opening_keys(ids: Collection[str] = (), *, present: str = "") -> FieldKeys:
    """The keys for who opens tokens of these key ids; asked of the database only where one is not at hand.

    Raises SecretLocked where the installation's key does not open them.
    """
    owner = (database.generation(), settings.current().secret_key)
    if _held is not None and _held[0] == owner:
        keys = _held[1]
        if all(key_id in keys.ciphers for key_id in ids) and present in ("", keys.present) and keys.index:
            return keys
    keys = await _read()
    # Keys that were made by a transaction that is undone after all must not stay in hand.
    if database.in_transaction():
        database.after_commit(partial(_hold, owner, keys))
    else:
        _hold(owner, keys)
    return keys


def _hold(owner: tuple[int, bytes], keys: FieldKeys) -> None:
    global _held
    _held = (owner, keys)


def keys_at_hand() -> FieldKeys | None:
    """The keys that this process has read from the present database; None where it has read none yet."""
    owner = (database.generation(), settings.current().secret_key)
    return _held[1] if _held is not None and _held[0] == owner else None


async def retire_field_key() -> bool:
    """Makes a new sealing key and retires the present one; whether it did. In a transaction of its own.

    Does nothing where no field was ever sealed, or where values under a retired key still wait to be sealed anew.
    """
    async with database.transaction():
        rows = await database.fetch_tuples("SELECT retired_at FROM tw_field_key WHERE purpose = 'seal'")
        if not rows or any(retired is not None for (retired,) in rows):
            return False
        await database.execute(
            "UPDATE tw_field_key SET retired_at = ? WHERE purpose = 'seal'", (clock.now(),)
        )
        await _add("seal")
    return True


async def retired_field_keys() -> tuple[str, ...]:
    """Ids of sealing keys that a rotation has retired."""
    rows = await database.fetch_tuples(
        "SELECT id FROM tw_field_key WHERE purpose = 'seal' AND retired_at IS NOT NULL ORDER BY id"
    )
    return tuple(str(key_id) for (key_id,) in rows)


async def drop_field_keys(ids: Collection[str]) -> int:
    """Throws retired keys away; the caller knows that nothing is sealed under them any more."""
    condition = database.dialect().in_list("id")
    return await database.execute(
        f"DELETE FROM tw_field_key WHERE {condition} AND retired_at IS NOT NULL", (sorted(ids),)
    )


async def _lacks_a_key() -> bool:
    return not await database.fetch_value(
        "SELECT count(*) FROM tw_field_key WHERE purpose = 'seal' AND retired_at IS NULL"
    )


async def _add(use: Use) -> None:
    """Makes a key of this use unless somebody else just has."""
    key_id, key = database.new_id(), os.urandom(SIZE)
    wrapped = seal(key_of(settings.current().secret_key, WRAPPING), key, key_id)
    await database.execute(
        "INSERT INTO tw_field_key (id, purpose, wrapped, wrapped_by, created_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (key_id, use, wrapped, fingerprint(), clock.now()),
    )


async def _read() -> FieldKeys:
    rows = await database.fetch_all("SELECT id, purpose, wrapped, wrapped_by, retired_at FROM tw_field_key")
    wrapping = key_of(settings.current().secret_key, WRAPPING)
    ciphers: dict[str, AESGCM] = {}
    present, index = "", b""
    for row in sorted(rows, key=lambda row: str(row["id"])):
        key_id, wrapped = str(row["id"]), row["wrapped"]
        key = unseal(wrapping, wrapped, key_id) if isinstance(wrapped, bytes) else None
        if key is None:
            raise SecretLocked(str(row["wrapped_by"]), fingerprint())
        if row["purpose"] == "index":
            index = key
            continue
        ciphers[key_id] = AESGCM(key)
        present = present if row["retired_at"] is not None else key_id
    return FieldKeys(ciphers, present, index)
