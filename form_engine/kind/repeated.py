"""The data step that looks for repeated values right before a field becomes unique; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from form_engine.kind.counting import refuse_duplicates

UNIQUE = "form_engine.unique"


class _Params(msgspec.Struct):
    table: str
    column: str
    field: str
    pointer: str
    form: str


def unique_params(table: str, column: str, field: str, pointer: str, form: str) -> dict[str, object]:
    """The data step as JSON."""
    return {"table": table, "column": column, "field": field, "pointer": pointer, "form": form}


async def refuse_repeated(params: Mapping[str, object]) -> None:
    """The data step UNIQUE. Raises Conflict with the records that hold the same value."""
    given = msgspec.convert(params, _Params)
    await refuse_duplicates(given.table, given.column, given.field, given.pointer, form=given.form)
