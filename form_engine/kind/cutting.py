"""Data steps that come after a publish: cutting text to its new length, filling a field that has become required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.base import AnyFieldType
from form_engine.fields.registry import FieldTypes
from form_engine.kind.conversion import decoded_dictionaries
from form_engine.kind.counting import rows_behind, update_rows
from form_engine.kind.meta import Slot
from form_engine.kind.names import ResolvedNames
from platform_core import settings
from platform_core.definitions import Portion, World
from platform_core.entities import FieldProblem, ParseContext, StoredColumn, quote
from platform_core.errors import Invalid, Problem

CUT = "form_engine.cut"
FILL = "form_engine.fill"
_ALL = 2_000


class CutStep:
    """The data step CUT: shortens stored text to what the field holds from now on."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        last = "."
        while last:
            last = (await self.portion(params, last.removeprefix("."), _ALL)).last

    def table(self, params: Mapping[str, object]) -> str:
        """Where the text is."""
        return msgspec.convert(params, _CutParams).table

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """Cuts the next ones that are too long."""
        given = msgspec.convert(params, _CutParams)
        new = self._types.decode(given.new)
        if new is None:
            raise LookupError(f"{given.table}: the field type of a text that is cut is not there")
        codec = self._types.of(new).codec(new, ResolvedNames({}, {}))
        value = given.columns[0].name
        batch = await rows_behind(
            given.table, [value], f"length({quote(value)}) > ?", after, limit, (given.length,), locked=True
        )
        changes = [
            (*codec.to_columns(str(text)[: given.length].rstrip() or None), row_id) for row_id, text in batch
        ]
        await update_rows(given.table, given.columns, changes)
        return _portion(batch, limit)


class _CutParams(msgspec.Struct):
    table: str
    new: dict[str, Any]
    columns: tuple[StoredColumn, ...]
    length: int


def cut_params(table: str, new: FieldDef, slot: Slot, length: int) -> dict[str, object]:
    """The data step of a cut, as JSON."""
    return {
        "table": table,
        "new": cast("dict[str, object]", msgspec.to_builtins(new)),
        "columns": msgspec.to_builtins(slot.columns),
        "length": length,
    }


class FillStep:
    """The data step FILL: writes a value into the rows that have none."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        last = "."
        while last:
            last = (await self.portion(params, last.removeprefix("."), _ALL)).last

    def table(self, params: Mapping[str, object]) -> str:
        """Where the rows are."""
        return msgspec.convert(params, _FillParams).table

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """Fills the next empty ones."""
        given = msgspec.convert(params, _FillParams)
        new = self._types.decode(given.new)
        if new is None:
            raise LookupError(f"{given.table}: the field type of a field that is filled is not there")
        names = ResolvedNames(
            given.names["forms"], given.names["dictionaries"], decoded_dictionaries(given.dictionaries)
        )
        codec = self._types.of(new).codec(new, names)
        columns = codec.to_columns(parsed_fill(self._types.of(new), new, names, given.value))
        empty = f"{quote(given.columns[0].name)} IS NULL"
        batch = await rows_behind(given.table, [given.columns[0].name], empty, after, limit, locked=True)
        await update_rows(given.table, given.columns, [(*columns, row_id) for row_id, _value in batch])
        return _portion(batch, limit)


class _FillParams(msgspec.Struct):
    table: str
    new: dict[str, Any]
    columns: tuple[StoredColumn, ...]
    value: Any
    names: dict[str, dict[str, str]]
    dictionaries: dict[str, Any]


def fill_params(
    table: str,
    new: FieldDef,
    slot: Slot,
    value: object,
    names: ResolvedNames,
    dictionaries: Mapping[str, Any],
) -> dict[str, object]:
    """The data step of a filling, as JSON; `value` is as on the wire."""
    return {
        "table": table,
        "new": cast("dict[str, object]", msgspec.to_builtins(new)),
        "columns": msgspec.to_builtins(slot.columns),
        "value": value,
        "names": {"forms": dict(names.forms), "dictionaries": dict(names.dictionaries)},
        "dictionaries": dict(dictionaries),
    }


def fill_of(world: World, name: str) -> object:
    """The value that rows without one get, where that was answered to the plan; None where it was not."""
    return world.answer(f"field.{name}.required").get("fill")


def parsed_fill(kind: AnyFieldType, new: FieldDef, names: ResolvedNames, value: object) -> object:
    """The canonical value. Raises Invalid with the place of the answer."""
    ours = settings.current()
    context = ParseContext(language=ours.language, zone=ours.zone, textual=isinstance(value, str))
    try:
        return kind.codec(new, names).parse(value, context)
    except FieldProblem as exc:
        place = f"/answers/field.{new.name}.required/fill"
        raise Invalid(
            [Problem(pointer=place, code=exc.code, message=exc.message, params=exc.params)]
        ) from exc


def _portion(batch: Sequence[Sequence[object]], limit: int) -> Portion:
    return Portion(str(batch[-1][0]) if len(batch) == limit else "", len(batch))
