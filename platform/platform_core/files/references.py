"""What the ids in a file field mean, and how a save takes the files that it names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from platform_core import database, events, records
from platform_core.entities import Entity, EntityField
from platform_core.files.access import may_read
from platform_core.files.store import find_many
from platform_core.identity import Actor
from platform_core.records import FormsLeft, RecordSaved, Save, Wire

_leave: list[Callable[[], None]] = []


class FileReferences:
    """Files as `records` sees them: shown with name, size and type, found by who may fetch them."""

    async def present(self, ids: Collection[str], actor: Actor) -> Mapping[str, Wire]:
        """Every file that exists; the record's own field rule has decided that the actor may see it."""
        return {file_id: file.wire for file_id, file in (await find_many(tuple(ids))).items()}

    async def find(self, keys: Collection[str], actor: Actor) -> Mapping[str, str]:
        """The actor's own fresh uploads, and files that the actor may fetch anyway."""
        files = await find_many(tuple(key for key in keys if database.is_id(key)))
        return {file.id: file.id for file in files.values() if await may_read(file, actor)}


async def take(saves: Sequence[Save]) -> None:
    """The `after_write` handler: the files that a record now names belong to it and are not swept away."""
    taken = [
        (save.entity.key, save.id, field.name, file_id)
        for save in saves
        for field in _file_fields(save)
        for file_id in _ids(save.get(field.name), field)
    ]
    if taken:
        await database.execute_many(
            "UPDATE tw_file SET form = ?, record = ?, field = ? WHERE id = ? AND record IS NULL", taken
        )


def enter() -> None:
    """Listens to the records. Called again (a program assembled anew) it listens once."""
    while _leave:
        _leave.pop()()
    _leave.append(records.on_slot("after_write", take))
    _leave.append(events.subscribe(RecordSaved, _follow_record))
    _leave.append(events.subscribe(FormsLeft, _forget_forms))


async def _follow_record(event: RecordSaved) -> None:
    """A destroyed record takes its files along; their bytes go with the next SWEEP_STORE."""
    if event.action == "purge":
        await database.execute("DELETE FROM tw_file WHERE form = ? AND record = ?", (event.form, event.id))


async def _forget_forms(event: FormsLeft) -> None:
    """Files of records that are no more; their bytes go with the next SWEEP_STORE."""
    await database.execute("DELETE FROM tw_file WHERE form LIKE ? ESCAPE '!'", (event.forms,))


def _file_fields(save: Save) -> Sequence[EntityField]:
    """Fields that were written and name files themselves, or have rows that do."""
    fields = _naming_files(save.entity)
    if not fields or save.is_new:
        return fields
    changed = save.changed_fields()
    return tuple(field for field in fields if field.name in changed)


_known: dict[tuple[str, str], tuple[EntityField, ...]] = {}


def _naming_files(entity: Entity) -> tuple[EntityField, ...]:
    """The fields of a form revision that name files, found once."""
    key = (entity.key, entity.hash)
    found = _known.get(key)
    if found is None:
        if len(_known) > 2_000:
            _known.clear()
        found = _known[key] = tuple(field for field in entity.own_fields if _holds_files(field))
    return found


def _holds_files(field: EntityField) -> bool:
    inner = field.rows.fields.values() if field.rows is not None else (field,)
    return any(part.reference is not None and part.reference.kind == "file" for part in inner)


def _ids(value: object, field: EntityField) -> Iterable[str]:
    """File ids in a canonical value: one, several, or those inside table rows."""
    if isinstance(value, str):
        yield value
    elif field.rows is not None and isinstance(value, Sequence):
        for row in value:
            for name, part in field.rows.fields.items():
                if part.reference is not None and part.reference.kind == "file":
                    yield from _ids(row.get(name), part)
    elif isinstance(value, Sequence):
        yield from (str(item) for item in value)
