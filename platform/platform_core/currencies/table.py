"""The table of rates: entered by who may, corrected by entering again, every change in the audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import msgspec

from platform_core import audit, clock, database, permissions
from platform_core.currencies.iso import is_currency
from platform_core.currencies.model import Quote, StoredQuote
from platform_core.database import Row, is_id, new_id
from platform_core.errors import Invalid, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor

ACTION = "rates"
"""The action that lets a role enter rates."""
MOST = 10_000
"""Rates that are entered at once."""

_COLUMNS = "id, day, source, target, rate, origin, entered_by"
_UPSERT = """INSERT INTO tw_rate (id, day, source, target, rate, origin, entered_at, entered_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, target, day) DO UPDATE SET rate = excluded.rate,
origin = excluded.origin, entered_at = excluded.entered_at, entered_by = excluded.entered_by"""
_SMALLEST, _LARGEST = Decimal("1e-15"), Decimal("1e15")
_MOST_DIGITS = 30


async def enter_rates(quotes: Sequence[Quote], *, actor: Actor) -> int:
    """Writes rates, all or none; one for the same currencies and day replaces the older. Returns how many.

    Raises Forbidden, and Invalid with every problem (pointers "/items/3/rate").
    """
    await permissions.require(actor, ACTION)
    if len(quotes) > MOST:
        raise Invalid.one("/items", "too_many", N_("At most {most} rates at once."), most=MOST)
    problems = [
        problem for place, quote in enumerate(quotes) for problem in _problems(quote, f"/items/{place}")
    ]
    if problems:
        raise Invalid(problems)
    if not quotes:
        return 0
    rows = [
        (
            new_id(),
            q.day,
            q.source,
            q.target,
            format(q.rate.normalize(), "f"),
            q.origin,
            clock.now(),
            actor.user_id,
        )
        for q in quotes
    ]
    async with database.transaction():
        await database.execute_many(_UPSERT, rows)
        told = {
            "count": len(quotes),
            "days": sorted({str(q.day) for q in quotes})[-20:],
            "origin": sorted({q.origin for q in quotes})[:20],
        }
        await audit.write(
            "rates.enter", actor=actor, kind="rate", subject="rates", detail=told,
            digest=audit.digest({"rates": [msgspec.to_builtins(q) for q in quotes]}),
        )  # fmt: skip
    return len(rows)


async def remove_rate(rate: str, *, actor: Actor) -> None:
    """Takes a wrong rate out. Raises Forbidden, NotFound."""
    await permissions.require(actor, ACTION)
    found = None
    if is_id(rate):
        found = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_rate WHERE id = ?", (rate,))
    if found is None:
        raise NotFound(N_("There is no such rate."))
    async with database.transaction():
        await database.execute("DELETE FROM tw_rate WHERE id = ?", (rate,))
        subject = f"rate/{found['source']}-{found['target']}-{found['day']}"
        await audit.write("rates.remove", actor=actor, kind="rate", subject=subject)


async def rates(
    *, source: str = "", target: str = "", until: date | None = None, limit: int = 100, offset: int = 0
) -> list[StoredQuote]:
    """Rates as they were entered, the newest day first."""
    wanted: list[tuple[str, object]] = []
    if source:
        wanted.append(("source = ?", source))
    if target:
        wanted.append(("target = ?", target))
    if until:
        wanted.append(("day <= ?", until))
    where = " AND ".join(condition for condition, _value in wanted) or "TRUE"
    rows = await database.fetch_all(
        f"SELECT {_COLUMNS} FROM tw_rate WHERE {where} ORDER BY day DESC, source, target LIMIT ? OFFSET ?",
        (*(value for _condition, value in wanted), limit, offset),
    )
    return [_quote(row) for row in rows]


async def newest(source: str, target: str, on: date) -> StoredQuote | None:
    """The last rate of a pair on that day or before it."""
    row = await database.fetch_one(
        f"SELECT {_COLUMNS} FROM tw_rate WHERE source = ? AND target = ? AND day <= ? ORDER BY day DESC LIMIT 1",
        (source, target, on),
    )
    return _quote(row) if row else None


async def partners(currency: str, on: date) -> set[str]:
    """The currencies with which this one has a rate, either way, on that day or before it."""
    rows = await database.fetch_tuples(
        "SELECT target FROM tw_rate WHERE source = ? AND day <= ?"
        " UNION SELECT source FROM tw_rate WHERE target = ? AND day <= ?",
        (currency, on, currency, on),
    )
    return {str(code) for (code,) in rows}


def quote_of(text: str, per: str = "1") -> Decimal:
    """A rate from text, for so many units ("per 100"). Raises InvalidOperation for what is no number."""
    rate, units = Decimal(text.strip()), Decimal(per.strip() or "1")
    if not rate.is_finite() or not units.is_finite() or units <= 0:
        raise InvalidOperation
    return rate / units


def _problems(quote: Quote, pointer: str) -> Iterator[Problem]:
    for end, code in (("from", quote.source), ("to", quote.target)):
        if not is_currency(code):
            yield _problem(
                f"{pointer}/{end}", "currency", N_("“{name}” is no currency of ISO 4217."), name=code[:10]
            )
    if quote.source == quote.target:
        yield _problem(f"{pointer}/to", "same", N_("Both currencies are the same."))
    digits = len(quote.rate.as_tuple().digits) if quote.rate.is_finite() else 0
    if not quote.rate.is_finite() or not _SMALLEST <= quote.rate <= _LARGEST or digits > _MOST_DIGITS:
        yield _problem(f"{pointer}/rate", "rate", N_("This is no rate: a number above zero."))
    if quote.day > clock.now().date() + timedelta(days=366):
        yield _problem(f"{pointer}/date", "future", N_("This day is more than a year ahead."))
    if not quote.origin.strip() or len(quote.origin) > 60:
        yield _problem(
            f"{pointer}/source", "origin", N_("Say in up to 60 characters where the rate comes from.")
        )


def _problem(pointer: str, code: str, message: str, **params: object) -> Problem:
    return Problem(pointer=pointer, code=code, message=message, params=params)


def _quote(row: Row) -> StoredQuote:
    raw = dict(row)
    raw["rate"] = Decimal(str(raw["rate"]))
    return msgspec.convert(raw, StoredQuote)
