"""The refusals that several field types share: one sentence each, with a code that never changes."""

from __future__ import annotations

from platform_core.entities import FieldProblem
from platform_core.i18n import N_


def wrong_type(message: str) -> FieldProblem:
    """`message` is a message id that says what belongs here."""
    return FieldProblem("type", message)


def too_long(limit: int, length: int) -> FieldProblem:
    return FieldProblem(
        "too_long",
        N_("This has {length} characters; at most {limit} are allowed."),
        remedy=N_("Shorten it."),
        limit=limit,
        length=length,
    )


def too_short(limit: int) -> FieldProblem:
    return FieldProblem("too_short", N_("At least {limit} characters are needed."), limit=limit)


def too_small(limit: object) -> FieldProblem:
    return FieldProblem("min", N_("This must not be less than {limit}."), limit=str(limit))


def too_large(limit: object) -> FieldProblem:
    return FieldProblem("max", N_("This must not be more than {limit}."), limit=str(limit))


def overflow(digits: int) -> FieldProblem:
    return FieldProblem(
        "overflow",
        N_("This number is too large: at most {digits} digits before the decimal sign."),
        digits=digits,
    )


def too_many_decimals(places: int) -> FieldProblem:
    return FieldProblem(
        "decimals", N_("At most {places} decimals are allowed."), remedy=N_("Round it."), places=places
    )


def not_a_number(text: object) -> FieldProblem:
    return FieldProblem("number", N_("'{text}' is not a number."), text=shortened(text))


def not_a_date(text: object) -> FieldProblem:
    return FieldProblem(
        "date", N_("'{text}' is not a date."), remedy=N_("Write it as 2026-11-22."), text=shortened(text)
    )


def not_an_instant(text: object) -> FieldProblem:
    return FieldProblem(
        "datetime",
        N_("'{text}' is not a date with a time."),
        remedy=N_("Write it as 2026-11-22T08:00:00Z."),
        text=shortened(text),
    )


def unknown_code(message: str, text: object, example: str) -> FieldProblem:
    """`message` is a message id with {text} in it, `example` a code that exists."""
    return FieldProblem(
        "unknown",
        message,
        remedy=N_("Use a code such as {example}."),
        text=shortened(text),
        example=example,
    )


def too_many(limit: int) -> FieldProblem:
    return FieldProblem("too_many", N_("At most {limit} entries are allowed."), limit=limit)


def shortened(text: object) -> str:
    """Foreign text inside a sentence: its first 60 characters."""
    whole = str(text)
    return whole if len(whole) <= 60 else whole[:59] + "…"
