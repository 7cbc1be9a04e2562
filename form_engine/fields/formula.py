"""`formula`: a value that an expression makes of the record's other fields, and of those behind its links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef
from form_engine.fields.base import problem
from form_engine.fields.computed import (
    NEEDS_DETAIL,
    RESULTS,
    ComputedField,
    ComputedType,
    ResultName,
    dressed,
    result_field,
)
from platform_core.definitions import did_you_mean
from platform_core.errors import Problem
from platform_core.i18n import N_


class FormulaField(ComputedField, frozen=True, kw_only=True, tag="formula"):
    """The value of `expr`, kept as `result` ("decimal", "money:EUR", "choice:customer_grade").

    A `volatile` one may ask for today() and now(): it is worked out whenever it is read, so no list is filtered,
    sorted or summed by it.
    """

    expr: Annotated[str, Meta(min_length=1, max_length=2000)]
    result: ResultName
    scale: Annotated[int, Meta(ge=0, le=12)] | None = None
    """Decimals of a decimal, percent or money result, rounded half up."""
    volatile: bool = False


class FormulaType(ComputedType[FormulaField]):
    name = "formula"
    definition = FormulaField
    label = N_("Formula")

    def result(self, field: FormulaField) -> FieldDef | None:
        made = result_field(field.result, field.scale, self._types)
        return None if made is None else dressed(made, field)

    def check(self, field: FormulaField) -> Iterator[Problem]:
        kind, _, detail = field.result.partition(":")
        if kind not in RESULTS:
            remedy, hints = did_you_mean(kind, RESULTS)
            message = N_("A formula cannot result in '{type}'.")
            yield problem("/result", "result", message, remedy=remedy, type=kind, **hints)
        elif kind in NEEDS_DETAIL and not detail:
            message = N_("'{type}' does not say of what.")
            remedy = N_("Write it as {example}.")
            example = "choice:customer_grade" if kind == "choice" else "link:account"
            yield problem("/result", "result", message, remedy=remedy, type=kind, example=example)
        elif self.result(field) is None:
            message = N_("A result '{type}' cannot be kept so.")
            remedy = N_("Take away what stands behind the colon, or 'scale'.")
            yield problem("/result", "result", message, remedy=remedy, type=field.result)
        else:
            made = self.result(field)
            for found in self._types.of(made).check(made) if made is not None else ():
                yield problem("/result", found.code, found.message, remedy=found.remedy, **found.params)
        if field.volatile and (field.index or field.search):
            message = N_("A volatile formula is not stored, so it has no index and is not searched.")
            at = "/index" if field.index else "/search"
            yield problem(at, "volatile", message, remedy=N_("Take it away."))
