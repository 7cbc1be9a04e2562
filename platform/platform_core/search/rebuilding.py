"""Makes the index of a form anew when what it may hold has changed: in portions, resumed where it stopped.

The state of each shape is a row: `building` with how far it is, or `complete`. A search over a form that is being
built asks the form's own table besides, so that nothing is missed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_core import database, definitions, entities, jobs
from platform_core.entities import Entity, quote
from platform_core.records import FormsLeft
from platform_core.search.shapes import Shape, columns_of, expected, shape_of
from platform_core.search.texts import line_of_row
from platform_core.search.writing import put

REBUILD = "search.rebuild"
PORTION = 300
"""Records that one transaction reads under lock and indexes."""

_known: set[tuple[int, str]] = set()
"""Shapes that this process has seen in the table, by generation of the database."""
_checked: tuple[object, ...] = ()


async def know(shape: Shape) -> None:
    """Enters a shape that the database has not seen, with the job that brings older records into it.

    Runs in the caller's transaction. A form without records needs no job.
    """
    key = (database.generation(), shape.name)
    if key in _known:
        return
    entity = entities.get(shape.form)
    first = await database.fetch_value(f"SELECT 1 FROM {quote(entity.table)} LIMIT 1")
    made = await database.execute(
        "INSERT INTO tw_search_shape (shape, form, fields, state) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (shape) DO NOTHING",
        (shape.name, shape.form, list(shape.parts), "building" if first else "complete"),
    )
    if made and first:
        await _plan(shape)
    database.after_commit(lambda: _known.add(key))


async def ensure() -> None:
    """Enters every shape that the present definitions ask for; cheap while they have not changed."""
    global _checked
    catalog = definitions.catalog()
    now = (database.generation(), catalog.change_set, catalog.version)
    if now == _checked:
        return
    async with database.transaction():
        states = await shapes_in_use()
        for _entity, shape in expected():
            if shape.name not in states:
                _known.discard((database.generation(), shape.name))  # another process may have forgotten it
                await know(shape)
    _checked = now


async def forget(event: FormsLeft) -> None:
    """Takes every row and shape of an app's forms out of the index."""
    for table in ("tw_search", "tw_search_shape"):
        await database.execute(f"DELETE FROM {table} WHERE form LIKE ? ESCAPE '!'", (event.forms,))
    database.after_commit(_known.clear)


async def shapes_in_use() -> Mapping[str, tuple[str, frozenset[str], bool]]:
    """By name of the shape: its form, what it is made from, whether it is complete."""
    rows = await database.fetch_tuples("SELECT shape, form, fields, state FROM tw_search_shape")
    return {
        str(name): (str(form), frozenset(map(str, _listed(parts))), state == "complete")
        for name, form, parts, state in rows
    }


async def rebuild(form: str | None = None) -> int:
    """Plans making the index of a form anew, or of every form; the number of forms. The old index works meanwhile."""
    count = 0
    async with database.transaction():
        for entity, shape in expected():
            if form is None or entity.key == form or entity.name == form:
                await know(shape)
                await database.execute(
                    "UPDATE tw_search_shape SET state = 'building', cursor = '' WHERE shape = ?",
                    (shape.name,),
                )
                await _plan(shape)
                count += 1
    return count


async def work(job: jobs.Job) -> dict[str, object]:
    """The job REBUILD: goes on where it stopped, and stops where the shape is no longer the form's."""
    await definitions.refresh()
    name, form = str(job.payload["shape"]), str(job.payload["form"])
    done = 0
    while True:
        entity = entities.find(form)
        if entity is None or shape_of(entity).name != name:
            return {"superseded": True, "records": done}
        count = await _portion(entity, shape_of(entity))
        done += count
        await job.progress(done)
        if not count:
            break
    await _sweep(shape_of(entity))
    return {"records": done}


async def _plan(shape: Shape) -> None:
    payload = {"form": shape.form, "shape": shape.name}
    await jobs.add(
        REBUILD, payload, subject=f"form/{shape.form}", lock_key=f"{REBUILD}:{shape.form}", priority=5
    )


async def _portion(entity: Entity, shape: Shape) -> int:
    """Indexes the next records; 0 at the end. Their rows are locked, so that no save runs in between."""
    dialect = database.dialect()
    columns = ", ".join(quote(name) for name in ("id", *columns_of(entity, shape)))
    async with database.transaction():
        row = await database.fetch_one(
            f"SELECT cursor FROM tw_search_shape WHERE shape = ?{dialect.for_update}", (shape.name,)
        )
        if row is None:
            return 0
        last = str(row["cursor"])
        behind = ' AND "id" > ?' if last else ""
        rows = await database.fetch_tuples(
            f'SELECT {columns} FROM {quote(entity.table)} WHERE "archived_at" IS NULL{behind}'
            f' ORDER BY "id" LIMIT {PORTION}{dialect.for_update}',
            (last,) if last else (),
        )
        await put(shape, [line_of_row(entity, shape, found) for found in rows])
        if rows:
            await database.execute(
                "UPDATE tw_search_shape SET cursor = ? WHERE shape = ?", (str(rows[-1][0]), shape.name)
            )
        else:
            await database.execute(
                "UPDATE tw_search_shape SET state = 'complete' WHERE shape = ?", (shape.name,)
            )
        return len(rows)


async def _sweep(shape: Shape) -> None:
    """Forgets the form's older shapes and what is left of them, and forms that there are no more."""
    known = {entity.key for entity, _shape in expected()}
    for name, (form, _parts, _complete) in (await shapes_in_use()).items():
        if (form == shape.form and name != shape.name) or form not in known:
            async with database.transaction():
                await database.execute("DELETE FROM tw_search WHERE shape = ?", (name,))
                await database.execute("DELETE FROM tw_search_shape WHERE shape = ?", (name,))
            _known.discard((database.generation(), name))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
