"""`rollup`: what many records, or the rows of a table, come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple, cast

from msgspec import Meta

from form_engine.fields.base import problem
from form_engine.fields.computed import ComputedField, ComputedType
from platform_core.errors import Problem
from platform_core.i18n import N_

Function = Literal["count", "sum", "avg", "min", "max"]

_COMPUTE = re.compile(r"^\s*(count|sum|avg|min|max)\s*\(\s*([a-z][a-z0-9_]*)?\s*\)\s*$", re.IGNORECASE)


class Compute(NamedTuple):
    """A `compute`, read: the function and the field of the rows that it takes, "" for a count."""

    function: Function
    argument: str


class RollupField(ComputedField, frozen=True, kw_only=True, tag="rollup"):
    """`compute` over the rows of `of`: a related list or table of this form, or "form.field" of a link that points
    here. With `where` only over the rows for which that holds."""

    of: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$", max_length=130)]
    compute: Annotated[str, Meta(max_length=60)]
    """count(), sum(field), avg(field), min(field) or max(field)."""
    where: Annotated[str, Meta(max_length=2000)] | None = None

    @property
    def read(self) -> Compute | None:
        """`compute`, read; None where it is none."""
        found = _COMPUTE.match(self.compute)
        function = cast("Function", found[1].lower()) if found else "count"
        argument = (found[2] or "") if found else ""
        return (
            None if found is None or (function == "count") == bool(argument) else Compute(function, argument)
        )


class RollupType(ComputedType[RollupField]):
    name = "rollup"
    definition = RollupField
    label = N_("Total of related records")

    def check(self, field: RollupField) -> Iterator[Problem]:
        if field.read is None:
            message = N_("'{text}' is nothing that rows come to.")
            remedy = N_("Write count(), or sum, avg, min or max of one field: {example}.")
            yield problem(
                "/compute", "compute", message, remedy=remedy, text=field.compute, example="sum(amount)"
            )
