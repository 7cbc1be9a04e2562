"""The types of the language, and the one value that Python lacks: money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

Kind = Literal[
    "text",
    "number",
    "money",
    "bool",
    "date",
    "datetime",
    "time",
    "duration",
    "user",
    "ref",
    "choice",
    "list",
    "null",
    "any",
]

KEYED: Final = frozenset({"choice", "ref", "user"})
"""Kinds whose values are keys or ids; a text constant beside one is read as such."""
ORDERED: Final = frozenset({"text", "number", "money", "date", "datetime", "time", "duration"})
"""Kinds that `<` compares."""


class Money(msgspec.Struct, frozen=True):
    """An exact amount in one currency (ISO 4217 alphabetic code)."""

    amount: Decimal
    currency: str


class Type(msgspec.Struct, frozen=True):
    """A type. `of` is a list's element, `form` a ref's target ("app.form"), `dictionary` and `choices` a choice's.

    `currency` is None where it differs from row to row. `choices` are the allowed keys, None where any key may come.
    `any` is only the element of an empty list and the type of a plugin's free parameter.
    """

    kind: Kind
    of: Type | None = None
    form: str | None = None
    dictionary: str | None = None
    choices: frozenset[str] | None = None
    currency: str | None = None

    @property
    def code(self) -> str:
        """The short spelling: "number", "money:USD", "choice:grade", "ref:trade_crm.account", "list:number"."""
        if self.of is not None:
            return f"list:{self.of.code}"
        detail = self.form or self.dictionary or self.currency
        return f"{self.kind}:{detail}" if detail else self.kind


TEXT: Final = Type("text")
NUMBER: Final = Type("number")
MONEY: Final = Type("money")
BOOL: Final = Type("bool")
DATE: Final = Type("date")
DATETIME: Final = Type("datetime")
TIME: Final = Type("time")
DURATION: Final = Type("duration")
USER: Final = Type("user")
REF: Final = Type("ref")
CHOICE: Final = Type("choice")
NULL: Final = Type("null")
ANY: Final = Type("any")

_PLAIN: Final[dict[str, Type]] = {
    each.kind: each
    for each in (TEXT, NUMBER, MONEY, BOOL, DATE, DATETIME, TIME, DURATION, USER, REF, CHOICE, NULL, ANY)
}


def list_of(element: Type) -> Type:
    return Type("list", of=element)


def ref(form: str | None = None) -> Type:
    return Type("ref", form=form)


def money(currency: str | None = None) -> Type:
    return Type("money", currency=currency)


def choice(dictionary: str | None = None, choices: Sequence[str] | None = None) -> Type:
    return Type("choice", dictionary=dictionary, choices=None if choices is None else frozenset(choices))


def parse_type(code: str, choices_of: Callable[[str], Sequence[str] | None] | None = None) -> Type:
    """The type spelt `code` (see `Type.code`); `choices_of` gives a dictionary's keys. ValueError if there is none."""
    kind, _, detail = code.partition(":")
    if kind == "list":
        return list_of(parse_type(detail, choices_of) if detail else ANY)
    plain = _PLAIN.get(kind)
    if plain is None or (detail and kind not in ("ref", "choice", "money")):
        raise ValueError(f"unknown type {code!r}")
    if not detail:
        return plain
    if kind == "choice":
        return choice(detail, choices_of(detail) if choices_of else None)
    return ref(detail) if kind == "ref" else money(detail)


def unify(left: Type, right: Type) -> Type | None:
    """The type that holds values of both, or None. Two currencies, dictionaries or forms that differ do not unify."""
    if left == right or right.kind in ("null", "any"):
        return left
    if left.kind in ("null", "any"):
        return right
    if left.kind != right.kind:
        return None
    if left.of is not None and right.of is not None:
        element = unify(left.of, right.of)
        return None if element is None else list_of(element)
    if left.kind == "money":
        return None if left.currency and right.currency and left.currency != right.currency else MONEY
    return _unify_keyed(left, right)


def _unify_keyed(left: Type, right: Type) -> Type | None:
    for mine, theirs in ((left.form, right.form), (left.dictionary, right.dictionary)):
        if mine and theirs and mine != theirs:
            return None
    choices = left.choices if right.choices is None else right.choices
    if left.choices is not None and right.choices is not None:
        choices = left.choices | right.choices
    return Type(
        left.kind,
        form=left.form or right.form,
        dictionary=left.dictionary or right.dictionary,
        choices=choices,
    )


def fits(actual: Type, wanted: Type) -> bool:
    """Whether a value of `actual` may stand where `wanted` is asked."""
    if wanted.kind == "any" or actual.kind in ("null", "any"):
        return True
    if wanted.kind == "list" and wanted.of is not None and actual.of is not None:
        return fits(actual.of, wanted.of)
    if wanted.kind == "money" and actual.kind == "money":
        return wanted.currency is None or actual.currency in (None, wanted.currency)
    return unify(actual, wanted) is not None
