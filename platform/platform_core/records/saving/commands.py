"""Create and update: the commands that every door calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from platform_core import clock, database, entities, permissions, settings
from platform_core.database import UniqueViolation, new_id
from platform_core.entities import Entity
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.model import DEFAULT_OPTIONS, Record, WriteOptions
from platform_core.records.saving import numbering, pipeline
from platform_core.records.saving.admitting import require_change, require_create
from platform_core.records.saving.answering import answer
from platform_core.records.saving.loading import Stored, add_rows, load_locked
from platform_core.records.saving.stale import settle_stale
from platform_core.records.saving.uniqueness import explain_violation
from platform_core.records.saving.work import Save, raise_problems


async def create(
    form: str, values: Mapping[str, object], *, actor: Actor, options: WriteOptions = DEFAULT_OPTIONS
) -> Record:
    """Makes a record. Raises Forbidden, Invalid with every problem, NotFound for an unknown form."""
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    require_create(entity, access)
    saves: list[Save] = []
    reserved = await numbering.reserve(entity, frozenset(values))

    async def work() -> None:
        save = new_save(entity, access, actor, values, options)
        save.reserved = reserved
        saves[:] = [save]
        await pipeline.read_input(saves)
        await pipeline.complete(saves)
        raise_problems(saves)
        await pipeline.write(saves)

    try:
        await committed(saves, work)
    finally:
        numbering.give_back(entity, reserved)
    return await answer(saves[0])


async def update(
    form: str,
    record: str,
    values: Mapping[str, object],
    *,
    actor: Actor,
    version: int | None,
    merge: bool = False,
    options: WriteOptions = DEFAULT_OPTIONS,
) -> Record:
    """Changes the named fields. `version` is the one that was read; None overwrites knowingly.

    Raises NotFound (also for what the actor may not see), Forbidden, InBin, Invalid, and StaleVersion where somebody
    saved in between; with `merge` only where both changed the same field.
    """
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    saves: list[Save] = []

    async def work() -> None:
        save = await changed_save(entity, access, actor, record, values, options, version)
        saves[:] = [save]
        await pipeline.read_input(saves)
        await settle_stale(save, version, merge=merge)
        await pipeline.complete(saves)
        raise_problems(saves)
        await pipeline.write(saves)

    await committed(saves, work)
    return await answer(saves[0])


async def committed(saves: Sequence[Save], work: Callable[[], Awaitable[None]]) -> None:
    """Runs `work` in a transaction (a savepoint inside one); a crossed unique value is answered like a found one."""
    try:
        await database.run_transaction(work)
    except UniqueViolation as exc:
        raise await explain_violation(saves, exc) from exc


def new_save(
    entity: Entity,
    access: Access,
    actor: Actor,
    values: Mapping[str, object],
    options: WriteOptions,
    pointer: str = "",
) -> Save:
    """The start of a new record."""
    raw = dict(values)
    given_id = raw.pop("id", None) if "id" in options.given else None
    return Save(
        entity=entity,
        actor=actor,
        options=options,
        access=access,
        id=str(given_id) if given_id is not None else new_id(),
        raw=raw,
        pointer=pointer,
        now=clock.now(),
        zone=settings.current().zone,
    )


async def changed_save(
    entity: Entity,
    access: Access,
    actor: Actor,
    record: str,
    values: Mapping[str, object],
    options: WriteOptions,
    version: int | None,
    pointer: str = "",
) -> Save:
    """The start of a change: the record under lock. Raises NotFound, Forbidden, InBin."""
    stored = (await load_locked(entity, access, actor, [record])).get(record)
    if stored is None:
        raise NotFound()
    save = save_of(entity, access, actor, stored, values, options, pointer)
    require_change(save)
    names = [name for name, field in entity.fields.items() if field.rows is not None]
    stale = version is not None and version != stored.version
    await add_rows(entity, [stored], names if stale else [name for name in names if name in values])
    save.values.update({name: stored.values[name] for name in names if name in stored.values})
    return save


def save_of(
    entity: Entity,
    access: Access,
    actor: Actor,
    stored: Stored,
    values: Mapping[str, object],
    options: WriteOptions,
    pointer: str = "",
) -> Save:
    """A save of a stored record."""
    return Save(
        entity=entity,
        actor=actor,
        options=options,
        access=access,
        id=stored.id,
        raw=dict(values),
        pointer=pointer,
        before=stored.values,
        version=stored.version,
        rights=stored.rights,
        values=dict(stored.values),
        title=stored.title,
        now=clock.now(),
        zone=settings.current().zone,
    )
