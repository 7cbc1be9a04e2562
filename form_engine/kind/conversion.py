"""Moving the values of a field to other columns: counted before a publish, done inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from form_engine.definition import FieldDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.base import AnyFieldType
from form_engine.fields.registry import FieldTypes
from form_engine.kind.allot import Move
from form_engine.kind.counting import refuse_duplicates, rows_with
from form_engine.kind.meta import Slot
from form_engine.kind.names import ResolvedNames
from platform_core import database
from platform_core.entities import FieldCodec, FieldProblem, StoredColumn, quote

CONVERT = "form_engine.convert"
CUT = "form_engine.cut"


@dataclass(frozen=True)
class Conversion:
    """How one value becomes another."""

    old: FieldDef
    new: FieldDef
    old_type: AnyFieldType
    new_type: AnyFieldType
    old_codec: FieldCodec
    new_codec: FieldCodec
    names: ResolvedNames

    @classmethod
    def of(cls, old: FieldDef, new: FieldDef, types: FieldTypes, names: ResolvedNames) -> Conversion:
        old_type, new_type = types.of(old), types.of(new)
        return cls(
            old, new, old_type, new_type, old_type.codec(old, names), new_type.codec(new, names), names
        )

    def converted(self, value: object) -> object:
        """The new canonical value; None where the old one cannot go over."""
        try:
            return self.new_type.convert(self.new, self.names, self.old_type, self.old, value)
        except FieldProblem:
            return None

    def back(self) -> Conversion:
        """The other way round."""
        return Conversion(
            self.new, self.old, self.new_type, self.old_type, self.new_codec, self.old_codec, self.names
        )


async def count_conversion(
    table: str, move: Move, types: FieldTypes, names: ResolvedNames
) -> tuple[int, int]:
    """(values that go over, values that would be lost)."""
    if not move.old_slot.columns or not move.new_slot.columns:
        return 0, await _count_rows(table, move.old_slot)
    conversion = Conversion.of(move.old, move.new, types, names)
    kept = lost = 0
    async for batch in _values(table, move.old_slot.columns):
        for _id, *raw in batch:
            value = conversion.old_codec.from_columns(raw)
            if value is not None:
                gone = conversion.converted(value) is None
                kept, lost = kept + (not gone), lost + gone
    return kept, lost


async def _count_rows(table: str, slot: Slot) -> int:
    """Records that have something in the field: a value, or rows of a table field."""
    if slot.table:
        sql = f'SELECT count(DISTINCT "parent") FROM {quote(slot.table)}'
    elif slot.columns:
        sql = f"SELECT count({quote(slot.columns[0].name)}) FROM {quote(table)}"
    else:
        return 0
    return int(str(await database.fetch_value(sql)))


def _values(table: str, columns: Sequence[StoredColumn]) -> Any:
    return rows_with(table, [column.name for column in columns], f"{quote(columns[0].name)} IS NOT NULL")


def convert_params(
    table: str, move: Move, names: ResolvedNames, dictionaries: Mapping[str, Any]
) -> dict[str, object]:
    """The data step of a move, as JSON. `dictionaries` are the definitions of those that may not be published yet."""
    return {
        "table": table,
        "old": msgspec.to_builtins(move.old),
        "new": msgspec.to_builtins(move.new),
        "from": msgspec.to_builtins(move.old_slot.columns),
        "to": msgspec.to_builtins(move.new_slot.columns),
        "revived": move.revived,
        "names": {"forms": dict(names.forms), "dictionaries": dict(names.dictionaries)},
        "dictionaries": dict(dictionaries),
    }


class ConvertStep:
    """The data step CONVERT: fills the new columns from the old ones. Run twice it changes nothing more."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        given = msgspec.convert(params, _ConvertParams)
        old, new = self._types.decode(given.old), self._types.decode(given.new)
        if old is None or new is None:
            raise LookupError(f"{given.table}: the field type of a conversion is not there")
        names = ResolvedNames(
            given.names.forms, given.names.dictionaries, decoded_dictionaries(given.dictionaries)
        )
        conversion = Conversion.of(old, new, self._types, names)
        source = [column.name for column in given.source]
        async for batch in rows_with(given.table, [*source, *(c.name for c in given.to)], _any_value(given)):
            changes = [self._change(row, given, conversion) for row in batch]
            await _update(given.table, given.to, [change for change in changes if change is not None])
        if new.unique:
            await refuse_duplicates(given.table, given.to[0].name, new.name)

    def _change(
        self, row: Sequence[object], given: _ConvertParams, conversion: Conversion
    ) -> tuple[object, ...] | None:
        """The new columns and the id of a row, or None where it stays as it is.

        What came back from a tombstone stays where it says the same as the value of today: so text that was once
        turned into a number is the same text again, and what could not be turned is no longer lost.
        """
        width = len(given.source)
        value = conversion.old_codec.from_columns(row[1 : 1 + width])
        standing = conversion.new_codec.from_columns(row[1 + width :])
        if given.revived and standing is not None:
            before = conversion.back().converted(standing)
            if before == value:
                return None
        found = conversion.converted(value) if value is not None else None
        if found == standing:
            return None
        return (*conversion.new_codec.to_columns(found), row[0])


class _Names(msgspec.Struct):
    forms: dict[str, str]
    dictionaries: dict[str, str]


class _ConvertParams(msgspec.Struct, rename={"source": "from"}):
    table: str
    old: dict[str, Any]
    new: dict[str, Any]
    source: tuple[StoredColumn, ...]
    to: tuple[StoredColumn, ...]
    names: _Names
    dictionaries: dict[str, Any]
    revived: bool = False


def decoded_dictionaries(raw: Mapping[str, Any]) -> dict[str, DictionaryDef]:
    """Choice lists by full key, from their JSON."""
    return {key: msgspec.convert(each, DictionaryDef) for key, each in raw.items()}


def _any_value(given: _ConvertParams) -> str:
    """Rows with something in the old column or, where that came back from a tombstone, in the new one."""
    names = [given.source[0].name, *([given.to[0].name] if given.revived else [])]
    return " OR ".join(f"{quote(name)} IS NOT NULL" for name in names)


async def _update(table: str, columns: Sequence[StoredColumn], changes: Sequence[tuple[object, ...]]) -> None:
    if not changes:
        return
    names = ", ".join(f"{quote(column.name)} = ?" for column in columns)
    rows = [
        (
            *(database.to_db(column.type, value) for column, value in zip(columns, change, strict=False)),
            change[-1],
        )
        for change in changes
    ]
    await database.execute_many(f'UPDATE {quote(table)} SET {names} WHERE "id" = ?', rows)


class CutStep:
    """The data step CUT: shortens stored text to what the field holds from now on."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    async def __call__(self, params: Mapping[str, object]) -> None:
        given = msgspec.convert(params, _CutParams)
        new = self._types.decode(given.new)
        if new is None:
            raise LookupError(f"{given.table}: the field type of a text that is cut is not there")
        codec = self._types.of(new).codec(new, ResolvedNames({}, {}))
        value = given.columns[0].name
        too_long = f"length({quote(value)}) > ?"
        async for batch in rows_with(given.table, [value], too_long, (given.length,)):
            changes = [
                (*codec.to_columns(str(text)[: given.length].rstrip() or None), row_id)
                for row_id, text in batch
            ]
            await _update(given.table, given.columns, changes)


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
