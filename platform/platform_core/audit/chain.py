"""The hash chain: what one line is to it, and the signed end.

Each link is a keyed hash over the link before, the line's number and everything that stands in the line. Without the
installation's key nobody can make a link; so a line that was changed, taken out, put in or moved breaks the chain
at its place, and a chain that was cut ends before its signed head.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec

from platform_core import database, secrets

COLUMNS = "id, at, action, kind, subject, user_id, via, ip, request_id, session_id, fields, digest, detail"
"""What a link covers, in its order."""

CHAIN, HEAD = "audit chain v1", "audit head v1"
"""The purposes of the keys of links and of the signed end."""

_DIGEST = 11
_HEAD = "SELECT number, chain, mac, sealed_at FROM tw_audit_head WHERE id = 1"


class Head(msgspec.Struct, frozen=True):
    """The end of the chain: how many lines are sealed, and the last link. `mac` signs both; None at the beginning."""

    number: int
    chain: bytes
    mac: bytes | None
    sealed_at: datetime | None

    @property
    def is_genuine(self) -> bool:
        """Whether this installation's key has signed it."""
        if self.mac is None:
            return self.number == 0 and not self.chain
        return hmac.compare_digest(self.mac, signature(self.number, self.chain))


async def head(*, lock: bool = False) -> Head | None:
    """The present end. With `lock` it is the caller's alone until the commit, or None: somebody else has it."""
    tail = " FOR UPDATE SKIP LOCKED" if lock and database.dialect().is_postgresql else ""
    rows = await database.fetch_tuples(_HEAD + tail)
    if not rows:
        return None
    number, chain, mac, at = rows[0]
    return Head(
        int(cast("int", number)),
        bytes(cast("bytes", chain)),
        bytes(cast("bytes", mac)) if mac is not None else None,
        cast("datetime | None", at),
    )


def link(key: bytes, before: bytes, number: int, row: Sequence[object]) -> bytes:
    """The link of a line (a row of `COLUMNS`), 32 bytes; `key` comes from `chain_key`."""
    values = list(row)
    digest = cast("bytes | None", values[_DIGEST])
    values[_DIGEST] = bytes(digest).hex() if digest is not None else None
    text = msgspec.json.encode([number, *values], order="deterministic")
    return hmac.digest(key, before + text, "sha256")


def chain_key() -> bytes:
    """The key of the links."""
    return secrets.derive_key(CHAIN)


def signature(number: int, chain: bytes) -> bytes:
    """What signs the end of the chain, here and outside of the database."""
    return secrets.keyed_hash(HEAD, b"%d:%b" % (number, chain))
