"""The end of the chain as this machine has last seen it, kept outside of the database.

Whoever can write into the database could put back an older state of it, its signed head included. The anchor in the
data folder, the head that a backup names and the head that an operator notes down show that.
"""

from __future__ import annotations

import contextlib
import hmac
import os
from pathlib import Path

import msgspec

from platform_core import settings
from platform_core.audit.chain import Head, signature

FILE = "audit.anchor"


class Anchor(msgspec.Struct, frozen=True):
    """A head that was seen: `chain` and `mac` in hexadecimal digits."""

    number: int
    chain: str
    mac: str


def anchor_path() -> Path:
    """Where it lies."""
    return settings.current().data / FILE


def read_anchor() -> Anchor | None:
    """The anchor, or None where there is none or not one of this installation's key."""
    try:
        found = msgspec.json.decode(anchor_path().read_bytes(), type=Anchor)
        genuine = hmac.compare_digest(
            bytes.fromhex(found.mac), signature(found.number, bytes.fromhex(found.chain))
        )
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return found if genuine else None


def write_anchor(head: Head) -> None:
    """Keep this head, unless a later one is kept already."""
    before = read_anchor()
    if head.mac is None or (before is not None and before.number >= head.number):
        return
    path = anchor_path()
    beside = path.with_name(f".{FILE}.{os.getpid()}")
    kept = Anchor(head.number, head.chain.hex(), head.mac.hex())
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.write_bytes(msgspec.json.encode(kept))
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
