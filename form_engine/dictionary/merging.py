"""Two values become one, with their records, and become two again.

A publish only says so (`merged_into`) and adds the job; the job brings the records into agreement with the published
list, portion by portion, each a transaction of its own. It asks the list what holds now, so it may come late, twice or
after a rollback: a value that is merged has no records when it ends, and one that stands again has its own back, as far
as nobody has chosen otherwise since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from form_engine.dictionary import moved
from form_engine.dictionary.compiled import Dictionary
from form_engine.dictionary.moved import Moved
from form_engine.dictionary.swapping import Spot, restored, swapped
from platform_core import database, definitions, entities, jobs, records
from platform_core.entities import quote
from platform_core.identity import SYSTEM
from platform_core.records import Save

MERGE = "form_engine.merge_values"
"""The data step that adds the job, and the job."""
PORTION = 500

Reached = dict[tuple[str, str, str], str]
"""How far the walk over a field's records has come: form, path and key to the last record."""


async def begin(params: Mapping[str, object]) -> None:
    """The data step {dictionary}: adds the job, in the publishing transaction."""
    key = str(params["dictionary"])
    await jobs.add(MERGE, {"dictionary": key}, subject=subject_of(key), lock_key=subject_of(key))


def subject_of(dictionary: str) -> str:
    """The subject of the jobs for one list ("app.name")."""
    return f"dictionary/{dictionary}"


async def work(job: jobs.Job) -> dict[str, object]:
    """The job {dictionary}. Answers how many records were merged and how many came back."""
    key = str(job.payload["dictionary"])
    merged = back = 0
    reached: Reached = {}
    while True:
        await definitions.refresh()
        with definitions.pinned():
            portion = await _portion(key, reached)
        if portion is None:
            return {"merged": merged, "back": back}
        merged, back = merged + portion[0], back + portion[1]
        await job.progress(merged + back)


async def _portion(key: str, reached: Reached) -> tuple[int, int] | None:
    """Moves some records; None where all of them agree with the list."""
    found = definitions.catalog().get("dictionary", key)
    if found is None or not isinstance(found.object, Dictionary):
        return None
    dictionary = found.object
    for spot in _spots(key):
        for value in dictionary.values.values():
            if value.merged_into is not None:
                async with database.transaction():
                    ids = await _next_holders(spot, value.key, reached)
                    if ids:  # what is computed is left out: it follows what it is made of
                        return await _merge(key, spot, ids, value.key, value.merged_into), 0
    spots = {(spot.entity.key, spot.path): spot for spot in _spots(key)}
    for form, path, was in await moved.kept(key):
        standing = dictionary.values.get(was)
        if standing is not None and standing.merged_into is None:
            async with database.transaction():
                return 0, await _give_back(dictionary, spots.get((form, path)), (form, path, was))
    return None


def _spots(key: str) -> Iterator[Spot]:
    """The fields of published forms that hold keys of the list."""
    for entity in entities.all():
        for field in entity.own_fields:
            if field.dictionary == key and field.columns and field.writable:
                yield Spot(entity, field, None)
            for cell in field.rows.fields.values() if field.rows is not None else ():
                if cell.dictionary == key and cell.columns:
                    yield Spot(entity, field, cell)


async def _next_holders(spot: Spot, key: str, reached: Reached) -> list[str]:
    """Some more records that hold the key. From the start again at the end: somebody may have been saving meanwhile."""
    place = (spot.entity.key, spot.path, key)
    last = reached.pop(place, None)
    ids = await _holders(spot, key, last)
    if not ids and last is not None:
        ids = await _holders(spot, key, None)
    if ids:
        reached[place] = ids[-1]
    return ids


async def _holders(spot: Spot, key: str, after: str | None) -> list[str]:
    """Some records that hold the key, in the order of their ids, behind `after`."""
    column = spot.holder.columns[0]
    name = quote(column.name)
    holds = database.dialect().json_contains(name) if column.type.kind == "json" else f"{name} = ?"
    rows = spot.field.rows if spot.cell is not None else None
    table, own = (rows.table, "parent") if rows is not None else (spot.entity.table, "id")
    behind = f" AND {quote(own)} > ?" if after is not None else ""
    sql = (
        f"SELECT DISTINCT {quote(own)} FROM {quote(table)} WHERE {holds}{behind} ORDER BY 1 LIMIT {PORTION:d}"
    )
    params = (key,) if after is None else (key, after)
    return [str(found) for (found,) in await database.fetch_tuples(sql, params)]


async def _merge(dictionary: str, spot: Spot, ids: list[str], was: str, becomes: str) -> int:
    notes: list[Moved] = []

    def change(save: Save) -> None:
        for row_id, beside in swapped(save, spot, was, becomes):
            notes.append(
                Moved(
                    dictionary=dictionary, form=spot.entity.key, path=spot.path, record=save.id, row_id=row_id,
                    was=was, became=becomes, beside=beside,
                )
            )  # fmt: skip

    await _rewrite(spot, ids, change)
    await moved.remember(notes)
    return len(ids)


async def _give_back(dictionary: Dictionary, spot: Spot | None, which: tuple[str, str, str]) -> int:
    """Some records get their own value back; what holds another one by now stays as it is."""
    form, path, was = which
    notes = await moved.recall(dictionary.key, form, path, was, PORTION)
    by_record: dict[str, list[Moved]] = {}
    for note in notes:
        by_record.setdefault(note.record, []).append(note)
    if spot is not None:
        place = spot

        def change(save: Save) -> None:
            for note in by_record[save.id]:
                restored(save, place, note, {note.became, dictionary.kept(note.became)})

        await _rewrite(spot, list(by_record), change)
    await moved.forget(notes)
    return len(notes)


async def _rewrite(spot: Spot, ids: list[str], change: records.ChangeSave) -> None:
    rows = (spot.field.name,) if spot.cell is not None else ()
    await records.rewrite(spot.entity, ids, change, actor=SYSTEM, rows=rows)
