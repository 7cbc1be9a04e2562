"""Keeps the index up with the records: a saved record is found, one in the bin or destroyed is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from platform_core import database, entities, events, records
from platform_core.entities import quote
from platform_core.records import FormsLeft, RecordSaved, Save
from platform_core.search import rebuilding
from platform_core.search.shapes import Shape, columns_of, shape_of
from platform_core.search.texts import Line, line_of_row, line_of_save
from platform_core.search.writing import put, remove

_leave: list[Callable[[], None]] = []


def enter() -> None:
    """Listens to the records. Called again (a program assembled anew) it listens once."""
    while _leave:
        _leave.pop()()
    _leave.append(records.on_slot("after_write", index_saves))
    _leave.append(events.subscribe(RecordSaved, _moved))
    _leave.append(events.subscribe(FormsLeft, rebuilding.forget))


async def index_saves(saves: Sequence[Save]) -> None:
    """The `after_write` handler: one statement per form, none where nothing that is indexed has changed."""
    lines: dict[str, list[Line]] = defaultdict(list)
    shapes: dict[str, Shape] = {}
    for save in saves:
        shape = shape_of(save.entity)
        if not save.is_new and not _touches(save, shape):
            continue
        shapes[shape.form] = shape
        lines[shape.form].append(line_of_save(save, shape))
    for form, found in lines.items():
        await rebuilding.know(shapes[form])
        await put(shapes[form], found)


def _touches(save: Save, shape: Shape) -> bool:
    watched = shape.watched.union(records.title_fields(save.entity) if shape.title else ())
    return any(name in watched for name in save.changed_fields())


async def _moved(event: RecordSaved) -> None:
    """Into the bin, out of it, or gone."""
    if event.action in ("archive", "purge"):
        await remove([event.id])
    elif event.action == "restore":
        entity = entities.find(event.form)
        if entity is None:
            return
        shape = shape_of(entity)
        columns = ", ".join(quote(name) for name in ("id", *columns_of(entity, shape)))
        rows = await database.fetch_tuples(
            f'SELECT {columns} FROM {quote(entity.table)} WHERE "id" = ?', (event.id,)
        )
        await put(shape, [line_of_row(entity, shape, row) for row in rows])
