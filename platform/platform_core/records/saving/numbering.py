"""Numbers: "CUS-{YYYY}-{seq:3}". Correct under concurrency on both engines.

Mode `fast`: gaps are allowed. Mode `strict`: there are none. A strict number is taken in the transaction of the save,
under the lock of its sequence, so that a save which is undone gives it back; the next writer waits. Numbers that are
passed over or destroyed all the same are told in the audit (`voiding`).

The last number of each form, field and period is one row. A save takes its numbers from it inside its transaction
and holds that row until the commit. Where that would make writers wait for each other (PostgreSQL, nobody's
transaction open yet), numbers are taken beforehand in a transaction of their own: one at a time while people type,
in blocks that grow up to 64 under load. What a refused save did not use goes back to the block.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from platform_core import clock, database, settings
from platform_core.entities import Entity, Numbering
from platform_core.records.saving import number_blocks
from platform_core.records.saving.showing import neutral_text
from platform_core.records.saving.voiding import tell_void
from platform_core.records.saving.work import Save, by_entity

_TOKEN = re.compile(r"\{(\w+)(?::(\d+))?\}")
_PERIODS = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
_DATES = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
_LARGEST = 10**15

_TAKE = (
    "INSERT INTO tw_record_sequence (form, field, period, last) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (form, field, period) DO UPDATE SET last = tw_record_sequence.last + excluded.last RETURNING last"
)
_RAISE = (
    "INSERT INTO tw_record_sequence (form, field, period, last) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (form, field, period) DO UPDATE SET last = excluded.last"
    " WHERE tw_record_sequence.last < excluded.last"
)


def numbered_fields(entity: Entity) -> Iterator[tuple[str, Numbering]]:
    """What gets a number in this form: "code" and the autonumber fields."""
    if entity.numbering is not None:
        yield "code", entity.numbering
    for field in entity.own_fields:
        if field.numbering is not None:
            yield field.name, field.numbering


Reserved = dict[str, tuple[str, int]]
"""Numbers taken beforehand: what is numbered ("code" or a field) to period and number."""


async def reserve(entity: Entity, given: frozenset[str]) -> Reserved:
    """Takes the numbers of one new record from this process's blocks, before the transaction of the save begins.

    Takes none on SQLite, whose one writer waits anyway, nor inside a transaction, nor for periods that depend on a
    field, nor for what is `given`: those are numbered by `allocate`.
    """
    reserved: Reserved = {}
    if not database.dialect().is_postgresql or database.in_transaction():
        return reserved
    for name, numbering in numbered_fields(entity):
        if numbering.mode == "fast" and numbering.reset in _PERIODS and name not in given:
            period = _local(clock.now()).strftime(_PERIODS[numbering.reset])
            reserved[name] = (period, await number_blocks.take((entity.key, name, period), _advance))
    return reserved


def give_back(entity: Entity, reserved: Reserved) -> None:
    """Returns the numbers that a save did not use."""
    for name, (period, number) in reserved.items():
        number_blocks.put_back((entity.key, name, period), number)


async def allocate(saves: Sequence[Save]) -> None:
    """Gives every new record its numbers, in the order of the saves; a number that was given is kept."""
    for group in by_entity(save for save in saves if save.is_new):
        for name, numbering in numbered_fields(group[0].entity):
            await _number(group, name, numbering)


async def _number(saves: Sequence[Save], name: str, numbering: Numbering) -> None:
    waiting: dict[str, list[Save]] = defaultdict(list)
    for save in saves:
        if save.values.get(name) is not None:
            await _adopt(save, name, numbering)
            continue
        period = _period(save, numbering)
        reserved = save.reserved.get(name)
        if reserved is not None and reserved[0] == period:
            del save.reserved[name]
            save.values[name] = render(numbering.pattern, reserved[1], save)
        else:
            waiting[period].append(save)
    for period, group in sorted(waiting.items()):
        key = (saves[0].entity.key, name, period)
        first = await _advance(key, len(group)) - len(group) + 1
        for number, save in enumerate(group, start=first):
            save.values[name] = render(numbering.pattern, number, save)


async def _advance(key: number_blocks.BlockKey, count: int) -> int:
    """Moves the last number of a period by `count` and answers it."""
    return int(str(await database.fetch_value(_TAKE, (*key, count), write=True)))


async def _adopt(save: Save, name: str, numbering: Numbering) -> None:
    """A given number that looks like ours moves the sequence past it, or it would be given out again."""
    found = _reader(numbering.pattern).fullmatch(str(save.values[name]))
    number = int(found["seq"]) if found and "seq" in found.groupdict() else 0
    period = _period_of_code(numbering, found) if found else ""
    if 0 < number < _LARGEST and period is not None:
        key = (save.entity.key, name, period)
        if numbering.mode == "strict":
            await _tell_passed_over(save, key, number)
        await database.execute(_RAISE, (*key, number))


async def _tell_passed_over(save: Save, key: number_blocks.BlockKey, number: int) -> None:
    """A given number that is not the next one leaves a gap, which the audit explains."""
    last = "SELECT last FROM tw_record_sequence WHERE form = ? AND field = ? AND period = ?"
    held = await database.fetch_value(last + database.dialect().for_update, key)
    before = int(str(held or 0))
    if number > before + 1:
        await tell_void(
            save.entity, save.id, save.actor, key[1], f"{key[2]}:{before + 1}-{number - 1}", "passed over"
        )


def _period_of_code(numbering: Numbering, found: re.Match[str]) -> str | None:
    """The period that a code itself names; None where it does not name all of it."""
    if numbering.reset not in _PERIODS:
        return None
    parts = found.groupdict()
    year = parts.get("YYYY") or (f"20{parts['YY']}" if parts.get("YY") else None)
    wanted = {
        "never": [],
        "year": [year],
        "month": [year, parts.get("MM")],
        "day": [year, parts.get("MM"), parts.get("DD")],
    }
    pieces = wanted[numbering.reset]
    return None if None in pieces else "-".join(cast("list[str]", pieces))


@lru_cache(maxsize=1_024)
def _reader(pattern: str) -> re.Pattern[str]:
    """The regular expression that finds the sequence number and the date in a code."""
    seen: set[str] = set()

    def group(token: re.Match[str]) -> str:
        name = token[1]
        body = (
            r"\d{1,15}"
            if name == "seq"
            else r"\d{4}"
            if name == "YYYY"
            else r"\d{2}"
            if name in _DATES
            else r".*?"
        )
        if name in seen or name not in {"seq", *_DATES}:
            return f"(?:{body})"
        seen.add(name)
        return f"(?P<{name}>{body})"

    pieces = re.split(r"(\{\w+(?::\d+)?\})", pattern)
    return re.compile(
        "".join(
            _TOKEN.sub(group, piece) if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)
        )
    )


def render(pattern: str, number: int, save: Save) -> str:
    """The pattern with the moment of the save (installation's zone), the number and the record's values filled in."""
    moment = _local(save.now)

    def token(match: re.Match[str]) -> str:
        name, width = match[1], match[2]
        if name == "seq":
            return str(number).zfill(int(width or 0))
        if name in _DATES:
            return moment.strftime(_DATES[name])
        field = save.entity.fields.get(name)
        return neutral_text(field, save.values.get(name)) if field is not None else ""

    return _TOKEN.sub(token, pattern)


def _period(save: Save, numbering: Numbering) -> str:
    shape = _PERIODS.get(numbering.reset)
    if shape is not None:
        return _local(save.now).strftime(shape) if shape else ""
    field = save.entity.fields.get(numbering.reset)
    return neutral_text(field, save.values.get(numbering.reset)) if field is not None else ""


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(settings.current().zone))
