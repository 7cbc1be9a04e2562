"""What becomes of the values of a field that gets another type: counted value by value, with what people may decide."""

from __future__ import annotations

from dataclasses import dataclass

from form_engine.definition import FieldDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.sealed import is_encrypted
from form_engine.kind.allot import Move
from form_engine.kind.change import FormChange
from form_engine.kind.conversion import Conversion, count_conversion
from platform_core import database, i18n
from platform_core.definitions import Ask, AskedValue
from platform_core.entities import quote
from platform_core.i18n import N_

MOVES = ("retyped", "encrypted", "decrypted")
"""What a move of values to other columns may mean to people."""
_DISTINCT, _LISTED = 2_000, 200
"""So many distinct values are looked at one by one, and so many listed."""


@dataclass(frozen=True)
class LookedAt:
    """What a move means: values that go over, values that would be lost, and what may be said to it."""

    what: str
    message: str
    kept: int
    lost: int
    asks: Ask | None = None


def stem_of(path: str, field: str) -> str:
    """The beginning of a field's plan items."""
    return f"field.{path}.{field}" if path else f"field.{field}"


async def look_at_move(change: FormChange, table: str, move: Move, *, asking: bool) -> LookedAt:
    """Counts on live data what a move does."""
    what, message = _meaning_of(move)
    groups = await _groups(table, move)
    if groups is None:
        kept, lost = await count_conversion(table, move, change.types, change.both_names)
        return LookedAt(what, message, kept, lost)
    names = change.both_names
    conversion = Conversion.of(move.old, move.new, change.types, names, move.mapping, move.former)
    listed: list[AskedValue] = []
    kept = lost = 0
    for *raw, count in groups:
        value = conversion.old_codec.from_columns(raw)
        if value is None:
            continue
        found, number = conversion.converted(value), int(str(count))
        kept, lost = (kept, lost + number) if found is None else (kept + number, lost)
        wire = conversion.new_codec.to_wire(found) if found is not None else None
        text = conversion.old_type.neutral_text(move.old, names, value)
        listed.append(AskedValue(conversion.old_codec.to_wire(value), text, number, wire))
    options = options_of(change, move.new)
    if not asking or not (lost or options or move.mapping):
        return LookedAt(what, message, kept, lost)
    listed.sort(key=lambda one: one.becomes is not None)
    ask = Ask(
        what="mapping", values=tuple(listed[:_LISTED]), options=options, more=max(0, len(listed) - _LISTED)
    )
    return LookedAt(what, message, kept, lost, ask)


async def _groups(table: str, move: Move) -> list[tuple[object, ...]] | None:
    """(columns…, count) of every distinct value, the most frequent first; None where there are too many to look at
    one by one, or where nothing can be told from what is stored."""
    if not move.old_slot.columns or not move.new_slot.columns or is_encrypted(move.old):
        return None
    names = ", ".join(quote(column.name) for column in move.old_slot.columns)
    rows = await database.fetch_tuples(
        f"SELECT {names}, count(*) FROM {quote(table)} WHERE {quote(move.old_slot.columns[0].name)} IS NOT NULL"
        f" GROUP BY {names} ORDER BY count(*) DESC LIMIT {_DISTINCT + 1}"
    )
    return rows if len(rows) <= _DISTINCT else None


def asks_for_filling(change: FormChange, name: str) -> Ask | None:
    """The question what rows get that lack a field which is required from now on."""
    new = change.new.field_named(name)
    kind = change.types.of(new) if new is not None else None
    if new is None or kind is None or kind.virtual or kind.reference(new, change.names) is not None:
        return None
    return Ask(what="fill", options=options_of(change, new))


def options_of(change: FormChange, new: FieldDef) -> tuple[tuple[str, str], ...]:
    """(key, label) of what a choice offers; empty for other types."""
    name = change.types.of(new).dictionary(new)
    made = change.world.find("dictionary", name) if name else None
    if not isinstance(made, DictionaryDef):
        return ()
    return tuple((each.key, i18n.label(each.label) or each.key) for each in made.values)


def _meaning_of(move: Move) -> tuple[str, str]:
    """What a move of values to other columns means to people: code and message."""
    if is_encrypted(move.new) and not is_encrypted(move.old):
        return "encrypted", N_(
            "'{field}' is stored encrypted from now on: {kept} values and their history are sealed, {count} would be"
            " lost. Lists can no longer be sorted, grouped or searched by it."
        )
    if is_encrypted(move.old) and not is_encrypted(move.new):
        return "decrypted", N_(
            "'{field}' is stored in clear from now on: {kept} values are opened, {count} would be lost."
        )
    return "retyped", N_("'{field}' changes its type: {kept} values are converted, {count} would be lost.")
