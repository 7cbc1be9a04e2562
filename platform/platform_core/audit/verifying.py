"""Walks along the chain and tells where it is whole and where not."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Literal, cast

import msgspec

from platform_core import database
from platform_core.audit.anchor import read_anchor
from platform_core.audit.chain import COLUMNS, Head, head, link
from platform_core.audit.errors import ChainBroken
from platform_core.audit.keys import ring
from platform_core.i18n import N_

Fault = Literal["head", "missing", "changed", "cut", "beyond", "replaced"]
_SENTENCES: dict[Fault, str] = {
    "head": N_("The end of the chain was not signed with this installation's key."),
    "missing": N_("Line {number} is missing."),
    "changed": N_(
        "Line {number} is not what was sealed: it, or one before it, was changed, moved or put in."
    ),
    "cut": N_("The chain ends at line {number}; later lines were taken away."),
    "beyond": N_("Line {number} stands behind the signed end: an older end was put back."),
    "replaced": N_("Line {number} is not the one that was seen before: an older state was put back."),
}
_CHUNK = 2_000
_SEALED = f"""SELECT {COLUMNS}, sealed_number, sealed_chain FROM tw_audit_entry
WHERE sealed_number > ? ORDER BY sealed_number LIMIT ?"""
_WIDTH = COLUMNS.count(",") + 1


class Break(msgspec.Struct, frozen=True):
    """The first place where the chain does not hold. `line` is the id of the line, empty where there is none."""

    number: int
    line: str
    fault: Fault

    @property
    def message(self) -> str:
        """A message id with the place {number}."""
        return _SENTENCES[self.fault]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying found. `sealed` lines hold, `unsealed` wait for the sealer, the oldest since `waiting_since`.

    `head` is "<number>:<last link in hexadecimal digits>": noted elsewhere, it proves later that nothing was taken back.
    """

    ok: bool
    sealed: int
    unsealed: int
    waiting_since: datetime | None
    head: str
    sealed_at: datetime | None
    broken: Break | None = None


async def verify(*, expect: str | None = None) -> Verdict:
    """Check every sealed line, the signed end, and the heads that were seen earlier (the anchor, and `expect`).

    `expect` is a `Verdict.head` of before; ValueError where it is none. Reads one state; a million lines take
    some twenty seconds.
    """
    seen = dict([_earlier(expect)] if expect else [])
    if (anchor := read_anchor()) is not None:
        seen.setdefault(anchor.number, anchor.chain)
    async with database.snapshot():
        end = await head() or Head(0, b"", b"", None)
        broken = Break(end.number, "", "head") if not end.is_genuine else await _walk(end, seen)
        unsealed, since = (
            await database.fetch_tuples(
                "SELECT COUNT(*), MIN(at) FROM tw_audit_entry WHERE sealed_number IS NULL"
            )
        )[0]
    return Verdict(
        ok=broken is None,
        sealed=end.number if broken is None else max(broken.number - 1, 0),
        unsealed=int(cast("int", unsealed)),
        waiting_since=cast(
            "datetime | None", database.from_db(database.INSTANT, since) if since is not None else None
        ),
        head=f"{end.number}:{end.chain.hex()}",
        sealed_at=end.sealed_at,
        broken=broken,
    )


async def waiting_since() -> datetime | None:
    """Since when the oldest unsealed line waits; None where all are sealed."""
    since = await database.fetch_value("SELECT MIN(at) FROM tw_audit_entry WHERE sealed_number IS NULL")
    if since is None:
        return None
    return cast("datetime", database.from_db(database.INSTANT, since))


def _earlier(text: str) -> tuple[int, str]:
    number, colon, chain = text.partition(":")
    if not colon or not number.isdecimal() or len(chain) != 64:
        raise ValueError(f"{text!r} is not a head: give NUMBER:CHAIN as `audit verify` prints it")
    return int(number), chain.lower()


async def _walk(end: Head, seen: dict[int, str]) -> Break | None:
    try:
        keys = await ring()
    except ChainBroken:
        return Break(end.number, "", "head")
    chain, number = b"", 0
    while rows := await database.fetch_tuples(_SEALED, (number, _CHUNK)):
        for row in rows:
            number += 1
            line = str(row[0])
            if number > end.number:
                return Break(number, line, "beyond")
            if row[_WIDTH] != number:
                return Break(number, "", "missing")
            chain = link(keys.key(number), chain, number, row[:_WIDTH])
            if not hmac.compare_digest(chain, bytes(cast("bytes", row[_WIDTH + 1]))):
                return Break(number, line, "changed")
            if seen.get(number, chain.hex()) != chain.hex():
                return Break(number, line, "replaced")
    if number < end.number or any(noted > number for noted in seen):
        return Break(number + 1, "", "cut")
    return None if chain == end.chain else Break(number, "", "head")
