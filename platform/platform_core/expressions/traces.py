"""What an evaluation did, part by part, as data: to show, to store and to hide from those who may not see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from platform_core.expressions.arithmetic import microseconds
from platform_core.expressions.functions.text import number_text
from platform_core.expressions.types import Money
from platform_core.i18n import N_, _

Readable = Callable[[str, tuple[str, ...]], bool]
"""Answers for a root ("record", "old", …) and a path whether somebody may see that value."""


class Part(msgspec.Struct, frozen=True):
    """One part of an expression and its value.

    `at` is the place in the text, counted from 0; `root` and `path` are set where the part is a field (root "row" for
    a field of the present row). `note` is a message id that says why the value is blank; `hidden` parts lost their
    value because the reader may not see a field they depend on.
    """

    at: tuple[int, int]
    text: str
    op: str
    value: object
    parts: tuple[Part, ...] = ()
    root: str = ""
    path: tuple[str, ...] = ()
    note: str = ""
    hidden: bool = False

    def walk(self) -> Iterator[Part]:
        """This part and all inside it, outer ones first."""
        yield self
        for part in self.parts:
            yield from part.walk()


class Trace(msgspec.Struct, frozen=True):
    """A whole evaluation."""

    text: str
    type: str
    root: Part

    @property
    def value(self) -> object:
        return self.root.value

    @property
    def blank_fields(self) -> tuple[str, ...]:
        """The fields that were blank, as the text spells them."""
        found = (
            part.text
            for part in self.root.walk()
            if part.op == "path" and part.value is None and not part.hidden
        )
        return tuple(dict.fromkeys(found))

    @property
    def notes(self) -> tuple[str, ...]:
        """Message ids of everything that made a part blank by itself (a division by zero, two currencies)."""
        return tuple(dict.fromkeys(part.note for part in self.root.walk() if part.note))

    @property
    def deciding(self) -> tuple[Part, ...]:
        """Of a condition: the comparisons that made the result what it is."""
        return tuple(_deciding(self.root))

    def sentences(self) -> list[str]:
        """Why a condition came out as it did, in the language of the reader."""
        return [_sentence(part) for part in self.deciding] + [_(note) for note in self.notes]

    def masked(self, readable: Readable) -> Trace:
        """The same without the values that depend on a field the reader may not see."""
        return Trace(text=self.text, type=self.type, root=_masked(self.root, readable))

    def to_json(self) -> dict[str, Any]:
        """Plain data: numbers as text, money as {"amount", "currency"}, moments with Z."""
        return {"text": self.text, "type": self.type, "root": _part_json(self.root)}


def _deciding(part: Part) -> Iterator[Part]:
    if part.op in ("and", "or"):
        for inner in part.parts:
            if inner.value is part.value:
                yield from _deciding(inner)
    elif part.op == "not" and part.parts:
        yield from _deciding(part.parts[0])
    elif part.op == "if" and len(part.parts) == 2:
        yield from _deciding(part.parts[0])
        yield from _deciding(part.parts[1])
    elif part.op != "const":
        yield part


def _sentence(part: Part) -> str:
    fields = dict(_fields(part))
    if part.hidden or any(inner.hidden for inner in fields.values()):
        return _("{condition}: decided by a field that you may not see.", condition=part.text)
    if part.value is None:
        blanks = ", ".join(text for text, inner in fields.items() if inner.value is None)
        if not blanks:
            return _("{condition} is unknown.", condition=part.text)
        return _("{condition} is unknown: {fields} is blank.", condition=part.text, fields=blanks)
    values = ", ".join(f"{text} = {shown(inner.value)}" for text, inner in fields.items())
    if not values:
        message = N_("{condition} holds.") if part.value is True else N_("{condition} does not hold.")
        return _(message, condition=part.text)
    message = (
        N_("{condition} holds ({values}).")
        if part.value is True
        else N_("{condition} does not hold ({values}).")
    )
    return _(message, condition=part.text, values=values)


def _fields(part: Part) -> Iterator[tuple[str, Part]]:
    """The fields a part was computed from; an expression over rows counts as one."""
    if part.op in ("path", "each"):
        yield part.text, part
        return
    for inner in part.parts:
        yield from _fields(inner)


def shown(value: object) -> str:
    """A value in a sentence."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal | int):
        return number_text(value)
    if isinstance(value, Money):
        return f"{number_text(value.amount)} {value.currency}"
    if isinstance(value, tuple | list):
        return ", ".join(shown(entry) for entry in value)
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _masked(part: Part, readable: Readable) -> Part:
    inner = tuple(_masked(each, readable) for each in part.parts)
    own = part.op == "path" and part.root in ("record", "old") and not readable(part.root, part.path)
    hidden = own or any(each.hidden for each in inner)
    return Part(
        at=part.at, text=part.text, op=part.op, value=None if hidden else part.value, parts=inner, root=part.root,
        path=part.path, note="" if hidden else part.note, hidden=hidden,
    )  # fmt: skip


def _part_json(part: Part) -> dict[str, Any]:
    made: dict[str, Any] = {
        "at": list(part.at),
        "text": part.text,
        "op": part.op,
        "value": json_value(part.value),
    }
    if part.path:
        made |= {"root": part.root, "path": list(part.path)}
    if part.note:
        made["note"] = part.note
    if part.hidden:
        made["hidden"] = True
    if part.parts:
        made["parts"] = [_part_json(inner) for inner in part.parts]
    return made


def json_value(value: object) -> Any:
    """A value as JSON: numbers and durations (in seconds) as text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal | int):
        return number_text(value)
    if isinstance(value, Money):
        return {"amount": number_text(value.amount), "currency": value.currency}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return number_text(Decimal(microseconds(value)) / 1_000_000)
    if isinstance(value, tuple | list):
        return [json_value(entry) for entry in value]
    return value.isoformat() if isinstance(value, date | time) else str(value)
