"""Where the keys of a choice list are stored: fields of published forms and columns of their tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from form_engine.definition import FieldDef, FormDef
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.meta import Layout, Slot, read_meta
from platform_core import database, i18n
from platform_core.definitions import Key, World
from platform_core.entities import quote


class Place(Struct, frozen=True):
    """One field that holds keys of the list. `path` is "kind", or "lines.kind" for a column of a table field; `form`
    the key of the form; the labels are the form's and the field's for the reader."""

    form: str
    path: str
    form_label: str
    field_label: str
    table: str
    slot: Slot


def places_of(wanted: Key, types: FieldTypes, world: World) -> Iterator[Place]:
    """The fields that hold keys of the choice list `wanted` today, over all published forms."""
    for key, _definition in world.all("form"):
        standing = world.revision("form", key.full_name)
        if standing is None or not isinstance(standing.definition, FormDef):
            continue
        form, meta = standing.definition, read_meta(standing.meta)
        label = i18n.label(form.label) or form.name
        view = world.at(key)
        for path, field, table, slot in _slots(form.fields, meta.table, meta.layout, ""):
            kind = types.of(field)
            name = (
                kind.dictionary(field) if kind.writable else None
            )  # what is computed follows what it is made of
            if name is not None and view.resolve("dictionary", name) == wanted:
                yield Place(key.full_name, path, label, i18n.label(field.label) or field.name, table, slot)


def _slots(
    fields: Sequence[FieldDef], table: str, layout: Layout, above: str
) -> Iterator[tuple[str, FieldDef, str, Slot]]:
    for each in fields:
        slot = layout.slots.get(each.name)
        if slot is None:
            continue
        if isinstance(each, TableField):
            yield from _slots(each.fields, slot.table, slot.cells or Layout(), f"{each.name}.")
        else:
            yield above + each.name, each, table, slot


async def count(place: Place, keys: Sequence[str]) -> Mapping[str, int]:
    """Rows that hold each key, for the keys that are held."""
    if not keys:
        return {}
    column = place.slot.columns[0]
    name = quote(column.name)
    if column.type.kind == "json":
        holds = database.dialect().json_contains(name)
        sums = ", ".join(f"count(CASE WHEN {holds} THEN 1 END)" for _key in keys)
        rows = await database.fetch_tuples(f"SELECT {sums} FROM {quote(place.table)}", list(keys))
        return {key: int(str(found)) for key, found in zip(keys, rows[0], strict=True) if found}
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT {name}, count(*) FROM {quote(place.table)} WHERE {name} IN ({marks}) GROUP BY {name}"
    return {str(key): int(str(found)) for key, found in await database.fetch_tuples(sql, list(keys))}
