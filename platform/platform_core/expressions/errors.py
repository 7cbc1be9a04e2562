"""The errors of expressions.

TradewindError
├── ExpressionError       422  one thing wrong with a text, at a column
│   └── EvaluationError   422  a value met at run time broke a limit or has the wrong type
├── NotSqlable            422  the expression has no SQL that is certain to give the same answer
└── Invalid
    └── ExpressionErrors  422  everything that the checker found, in order of columns
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.i18n import N_


class ExpressionError(TradewindError):
    """One thing wrong with an expression. `column` and `end` count code points from 1; `end` is the last one."""

    code = "expression"
    status = 422
    default_message = N_("This expression cannot be read.")

    def __init__(
        self,
        code: str,
        message: str,
        *,
        column: int = 1,
        end: int | None = None,
        remedy: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        self.column = column
        self.end = end if end is not None else column
        super().__init__(message, code=code, params=params, remedy=remedy)

    def problem(self, pointer: str = "") -> Problem:
        """The same as an entry of a problem list; the columns travel in `params`."""
        params = {**self.params, "column": self.column, "end": self.end}
        return Problem(
            pointer=pointer, code=self.code, message=self.message, params=params, remedy=self.remedy
        )


class EvaluationError(ExpressionError):
    """A value met while evaluating broke a limit, or is not of the type the checker was promised."""


class ExpressionErrors(Invalid):
    """Every problem of one text. `found` are the single errors; `errors` the same as problems."""

    code = "expression"
    default_message = N_("The expression has problems.")

    def __init__(self, found: Sequence[ExpressionError]) -> None:
        self.found = tuple(sorted(found, key=lambda error: error.column))
        super().__init__([error.problem() for error in self.found], code="expression")

    @property
    def first(self) -> ExpressionError:
        """The leftmost problem."""
        return self.found[0]


class NotSqlable(TradewindError):
    """`reason` says why no exact SQL exists; a filter or a row permission made of it must be refused."""

    code = "not_sqlable"
    status = 422
    default_message = N_("This expression cannot be used as a filter.")

    def __init__(self, reason: str, *, params: Mapping[str, object] | None = None) -> None:
        self.reason = reason
        super().__init__(
            reason,
            params=params,
            remedy=N_("Store the value in a computed field and filter by that field."),
        )
