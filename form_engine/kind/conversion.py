"""Moving the values of a field to other columns: counted before a publish, done inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from form_engine.definition import FieldDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.base import AnyFieldType
from form_engine.fields.registry import FieldTypes
from form_engine.kind.allot import Move
from form_engine.kind.counting import (
    locked_rows,
    refuse_duplicates,
    refuse_left_behind,
    rows_behind,
    rows_with,
    update_rows,
)
from form_engine.kind.mapping import Mapped, Pairs
from form_engine.kind.meta import Slot
from form_engine.kind.names import ResolvedNames
from form_engine.kind.sealed_values import as_stored, in_clear, told_apart_by
from platform_core import database
from platform_core.definitions import Portion, Watched
from platform_core.entities import FieldCodec, FieldProblem, StoredColumn, quote

CONVERT = "form_engine.convert"


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
    mapped: Mapped | None = None
    """What people said about some of the values."""
    reverse: Conversion | None = None

    @classmethod
    def of(
        cls,
        old: FieldDef,
        new: FieldDef,
        types: FieldTypes,
        names: ResolvedNames,
        mapping: Pairs = (),
        former: Pairs = (),
    ) -> Conversion:
        """`mapping` holds for this way, `former` for the one back."""
        old_type, new_type = types.of(old), types.of(new)
        old_codec, new_codec = old_type.codec(old, names), new_type.codec(new, names)
        there = Mapped.of(mapping, new, types, names)
        return cls(old, new, old_type, new_type, old_codec, new_codec, names, there, cls(
            new, old, new_type, old_type, new_codec, old_codec, names, Mapped.of(former, old, types, names)
        ))  # fmt: skip

    def converted(self, value: object) -> object:
        """The new canonical value; None where the old one cannot go over."""
        if self.mapped is not None and self.mapped.knows(self.old_codec, value):
            return self.mapped.target(self.old_codec, value)
        try:
            return self.new_type.convert(self.new, self.names, self.old_type, self.old, value)
        except FieldProblem:
            return None

    def back(self) -> Conversion:
        """The other way round."""
        if self.reverse is None:
            raise LookupError("a conversion back has no way back")
        return self.reverse


async def count_conversion(
    table: str, move: Move, types: FieldTypes, names: ResolvedNames
) -> tuple[int, int]:
    """(values that go over, values that would be lost)."""
    if not move.old_slot.columns or not move.new_slot.columns:
        return 0, await _count_rows(table, move.old_slot)
    conversion = Conversion.of(move.old, move.new, types, names, move.mapping, move.former)
    kept = lost = 0
    async for batch in _values(table, move.old_slot.columns):
        ids = [row[0] for row in batch]
        found = [conversion.old_codec.from_columns(row[1:]) for row in batch]
        for value in await in_clear(table, move.old_slot.columns, conversion.old_codec, ids, found):
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
    table: str,
    move: Move,
    names: ResolvedNames,
    dictionaries: Mapping[str, Any],
    *,
    form: str = "",
    lossy: bool = False,
) -> dict[str, object]:
    """The data step of a move, as JSON. `dictionaries` are the definitions of those that may not be published yet.

    `lossy`: it is agreed that what cannot go over is lost. `form` has the records, for telling of them.
    """
    return {
        "table": table,
        "form": form,
        "lossy": lossy,
        "mapping": move.mapping,
        "former": move.former,
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
        given, conversion = self._read(params)
        async for batch in rows_with(given.table, given.names_of_columns, _any_value(given)):
            await update_rows(given.table, given.to, await self._changes(batch, given, conversion))
        if conversion.new.unique:
            await self._refuse_duplicates(given, conversion)

    def table(self, params: Mapping[str, object]) -> str:
        """Where the values are."""
        return msgspec.convert(params, _ConvertParams).table

    def watched(self, params: Mapping[str, object]) -> Watched:
        """The columns that values come from."""
        given = msgspec.convert(params, _ConvertParams)
        return Watched(given.table, tuple(column.name for column in given.source))

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """The next values. Each is seen before anybody is kept from its row; who changes it then is noted."""
        given, conversion = self._read(params)
        batch = await rows_behind(given.table, given.names_of_columns, _any_value(given), after, limit)
        await update_rows(given.table, given.to, await self._changes(batch, given, conversion))
        return Portion(str(batch[-1][0]) if len(batch) == limit else "", len(batch))

    async def again(self, params: Mapping[str, object], ids: Sequence[str]) -> int:
        """Rows whose values were changed meanwhile; how many of them could not go over although nobody agreed."""
        given, conversion = self._read(params)
        rows = await locked_rows(given.table, given.names_of_columns, ids)
        changes = await self._changes(rows, given, conversion)
        await update_rows(given.table, given.to, changes)
        left = {str(row[0]) for row in rows if row[1] is not None}
        return 0 if given.lossy else sum(change[0] is None and str(change[-1]) in left for change in changes)

    async def finish(self, params: Mapping[str, object]) -> None:
        """Raises Conflict with the records whose value could not go over, unless that is agreed to, and with those
        whose values are the same now in a field that is unique."""
        given, conversion = self._read(params)
        if not given.lossy:
            old, new = given.source[0].name, given.to[0].name
            await refuse_left_behind(given.table, old, new, conversion.new.name, given.form)
        if conversion.new.unique:
            await self._refuse_duplicates(given, conversion)

    async def _refuse_duplicates(self, given: _ConvertParams, conversion: Conversion) -> None:
        column = told_apart_by(given.to).name
        await refuse_duplicates(given.table, column, conversion.new.name, form=given.form)

    def _read(self, params: Mapping[str, object]) -> tuple[_ConvertParams, Conversion]:
        given = msgspec.convert(params, _ConvertParams)
        old, new = self._types.decode(given.old), self._types.decode(given.new)
        if old is None or new is None:
            raise LookupError(f"{given.table}: the field type of a conversion is not there")
        names = ResolvedNames(
            given.names.forms, given.names.dictionaries, decoded_dictionaries(given.dictionaries)
        )
        return given, Conversion.of(old, new, self._types, names, given.mapping, given.former)

    async def _changes(
        self, batch: Sequence[Sequence[object]], given: _ConvertParams, conversion: Conversion
    ) -> list[tuple[object, ...]]:
        """The new columns and the id of each row that does not stay as it is."""
        width, ids = len(given.source), [row[0] for row in batch]
        old = [conversion.old_codec.from_columns(row[1 : 1 + width]) for row in batch]
        new = [conversion.new_codec.from_columns(row[1 + width :]) for row in batch]
        values = await in_clear(given.table, given.source, conversion.old_codec, ids, old)
        standing = await in_clear(given.table, given.to, conversion.new_codec, ids, new)
        changed: list[tuple[object, object]] = []
        for record, value, stands in zip(ids, values, standing, strict=True):
            found = self._change(value, stands, given, conversion)
            if found != stands:
                changed.append((record, found))
        ids, values = [record for record, _value in changed], [value for _record, value in changed]
        stored = await as_stored(given.table, given.to, conversion.new_codec, ids, values)
        return [
            (*conversion.new_codec.to_columns(value), record)
            for record, value in zip(ids, stored, strict=True)
        ]

    def _change(
        self, value: object, standing: object, given: _ConvertParams, conversion: Conversion
    ) -> object:
        """The new value of a row; what stands there where it stays as it is.

        What came back from a tombstone stays where it says the same as the value of today: so text that was once
        turned into a number is the same text again, and what could not be turned is no longer lost.
        """
        if given.revived and standing is not None:
            before = conversion.back().converted(standing)
            if before == value:
                return standing
        return conversion.converted(value) if value is not None else None


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
    form: str = ""
    lossy: bool = False
    mapping: Pairs = ()
    former: Pairs = ()

    @property
    def names_of_columns(self) -> list[str]:
        """Those that values come from, then those that they go to."""
        return [column.name for column in (*self.source, *self.to)]


def decoded_dictionaries(raw: Mapping[str, Any]) -> dict[str, DictionaryDef]:
    """Choice lists by full key, from their JSON."""
    return {key: msgspec.convert(each, DictionaryDef) for key, each in raw.items()}


def _any_value(given: _ConvertParams) -> str:
    """Rows with something in the old column or, where that came back from a tombstone, in the new one."""
    names = [given.source[0].name, *([given.to[0].name] if given.revived else [])]
    return " OR ".join(f"{quote(name)} IS NOT NULL" for name in names)
