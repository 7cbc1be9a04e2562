"""How large an expression and its values may be. Everything here is checked before work grows with it."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Final

from platform_core.expressions.errors import EvaluationError
from platform_core.i18n import N_

TEXT_LENGTH: Final = 2_000
"""Code points of an expression's source."""
NODES: Final = 300
DEPTH: Final = 32
STEPS: Final = 10_000
"""Operations of one evaluation; only functions over rows can come near."""
RESULT_LENGTH: Final = 10_000
"""Code points of any text value that an expression makes."""
LIST_LENGTH: Final = 1_000
LITERAL_LIST: Final = 200
DIGITS: Final = 28
PATH_LENGTH: Final = 6
LIKE_PATTERN: Final = 200
DAY_SPAN: Final = 36_600
"""Days that functions which look at each day may walk: a hundred years."""
CACHE: Final = 4_096

NUMBERS: Final = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emax=DIGITS - 1,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""28 significant digits, below 10^28; larger results raise. Used through its methods: entering a context costs more."""

WIDE: Final = Context(prec=120, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Room for exact intermediate results (long division before rounding)."""


def bounded_number(value: Decimal) -> Decimal:
    """`value` to 28 digits; EvaluationError at 10^28 and beyond."""
    try:
        return NUMBERS.plus(value)
    except (Overflow, InvalidOperation) as exc:
        raise number_too_large() from exc


def number_too_large() -> EvaluationError:
    return EvaluationError(
        "number_too_large",
        N_("A number in this calculation is larger than {digits} digits."),
        params={"digits": DIGITS},
    )


def bounded_text(value: str) -> str:
    """`value`, unless it is longer than a text value may be."""
    require_text_length(len(value))
    return value


def require_text_length(length: int) -> None:
    """Called with the length a text is about to have, before it is built."""
    if length > RESULT_LENGTH:
        raise EvaluationError(
            "text_too_long",
            N_("A text in this calculation would be longer than {limit} characters."),
            params={"limit": RESULT_LENGTH},
        )


def require_list_length(length: int) -> None:
    if length > LIST_LENGTH:
        raise EvaluationError(
            "list_too_long",
            N_("A list in this calculation has more than {limit} entries."),
            params={"limit": LIST_LENGTH},
        )


def require_steps(steps: int) -> None:
    if steps > STEPS:
        raise EvaluationError(
            "too_many_steps",
            N_("This calculation needs more than {limit} steps."),
            params={"limit": STEPS},
            remedy=N_("Shorten the list, or move a part of the calculation into a field of its rows."),
        )
