"""What people and programs do with imports: upload, map, check, commit, undo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from form_engine.imports import store
from form_engine.imports.mapping import guessed, importable_fields, remember, remembered
from form_engine.imports.model import Import
from form_engine.imports.rows import check_mapping
from form_engine.imports.source import open_sheet
from form_engine.imports.work import CHECK, RUN, UNDO
from platform_core import audit, clock, database, entities, files, jobs, permissions
from platform_core.entities import Entity
from platform_core.errors import Conflict, Forbidden, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor

_PREVIEWED = 8


async def upload(form: str, name: str, chunks: AsyncIterator[bytes], *, actor: Actor) -> Import:
    """Keep the file, read its headings and guess the mapping. Raises ImportRefused where it is no spreadsheet."""
    entity = allowed(form, actor)
    stored = await files.store(name, chunks, actor=actor)
    sheet = await asyncio.to_thread(open_sheet, files.store_path(stored.sha256))
    fields = {field.name for field in importable_fields(entity)}
    known = await remembered(entity.key, sheet.columns) or {}
    mapping = {c: f for c, f in known.items() if f in fields and c in sheet.columns} or guessed(
        entity, sheet.columns
    )
    made = Import(
        id=database.new_id(), form=entity.key, file_id=stored.id, file_name=stored.name, state="uploaded",
        columns=tuple(sheet.columns), mapping=mapping, created_by=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        await store.insert(made)
        await database.execute(
            "UPDATE tw_file SET form = ?, record = ? WHERE id = ?", (entity.key, made.id, stored.id)
        )
        await _audit("import.upload", made, actor)
    return made


async def set_mapping(import_id: str, mapping: Mapping[str, str], *, actor: Actor) -> Import:
    """Choose the mapping; an earlier check does not count any more. Raises ImportRefused with every problem."""
    made = await _open_for(import_id, actor, ("uploaded", "checked", "failed"))
    entity = allowed(made.form, actor)
    check_mapping(entity, made.columns, mapping, [field.name for field in importable_fields(entity)])
    async with database.transaction():
        await store.forget_refused(made.id)
        await store.change(
            made.id,
            mapping=dict(mapping),
            state="uploaded",
            total=0,
            done_line=0,
            seen=0,
            created=0,
            refused=0,
            message=None,
        )
        await remember(entity.key, made.columns, mapping)
    return await store.find(import_id, actor)


async def start_check(import_id: str, *, actor: Actor) -> Import:
    """Try every row in the background."""
    made = await _open_for(import_id, actor, ("uploaded", "checked", "failed"))
    entity = allowed(made.form, actor)
    check_mapping(entity, made.columns, made.mapping, [field.name for field in importable_fields(entity)])
    return await _start(made, CHECK, "checking", ("uploaded", "checked", "failed"), actor)


async def commit(import_id: str, *, actor: Actor, skip_refused: bool = False) -> Import:
    """Take the rows in the background. With problems found this needs `skip_refused`; their rows are left out."""
    made = await _open_for(import_id, actor, ("checked",))
    allowed(made.form, actor)
    if made.refused and not skip_refused:
        raise Conflict(
            N_("{count} rows have problems. Nothing is imported before they are mended or left out."),
            code="import_refused_rows", params={"count": made.refused},
            remedy=N_("Mend the file and upload it again, or import the good rows only."),
        )  # fmt: skip
    return await _start(made, RUN, "running", ("checked",), actor, skip_refused=skip_refused)


async def undo(import_id: str, *, actor: Actor) -> Import:
    """Take an import back in the background; rows changed since are left."""
    made = await _open_for(import_id, actor, ("done",))
    allowed(made.form, actor)
    return await _start(made, UNDO, "undoing", ("done",), actor)


async def preview(made: Import) -> list[tuple[str, ...]]:
    """The first rows of the file, as text."""
    stored = await files.find(made.file_id)
    if stored is None:
        return []
    path = files.store_path(stored.sha256)
    return await asyncio.to_thread(lambda: [row.cells for row in islice(open_sheet(path).rows(), _PREVIEWED)])


def allowed(form: str, actor: Actor) -> Entity:
    """The form, for an actor who may import into it. NotFound where it cannot be read, Forbidden where it can."""
    entity = entities.find(form)
    if entity is None:
        raise NotFound()
    access = permissions.access(entity, actor)
    if not access.can("read") and not access.can_create:
        raise NotFound()
    permissions.require(actor, "import")
    if not access.can_create:
        raise Forbidden(N_("Your role may not create records of this form."))
    return entity


async def read_file(path: Path) -> AsyncIterator[bytes]:
    """A file on disk in chunks, for the command line."""
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, 256 * 1024):
            yield chunk


async def _open_for(import_id: str, actor: Actor, states: Sequence[str]) -> Import:
    made = await store.find(import_id, actor)
    if made.state not in states:
        raise _wrong_state(made)
    return made


def _wrong_state(made: Import) -> Conflict:
    return Conflict(
        N_("The import is {state}; this is not possible now."), code="import_state", params={"state": made.state},
        remedy=N_("Look at the import again and go on from there."),
    )  # fmt: skip


async def _start(
    made: Import, kind: str, state: str, origins: Sequence[str], actor: Actor, *, skip_refused: bool = False
) -> Import:
    async with database.transaction():
        reset = (
            {"done_line": 0, "seen": 0, "created": 0, "refused": 0, "message": None} if kind != UNDO else {}
        )
        if not await store.move(
            made.id, origins, state=state, skip_refused=skip_refused, finished_at=None, **reset
        ):
            raise _wrong_state(await store.find(made.id, actor))
        if kind == RUN:
            await store.forget_refused(made.id)
        job = await jobs.add(
            kind, {"import": made.id, "actor": actor.user_id}, subject=f"import/{made.id}", lock_key=f"import:{made.id}",
            created_by=actor.user_id,
        )  # fmt: skip
        await store.change(made.id, job_id=job)
        await _audit(kind.removeprefix("form."), made, actor)
    return msgspec.structs.replace(await store.find(made.id, actor), job_id=job)


async def _audit(action: str, made: Import, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="import", subject=f"{made.form}/import/{made.id}")
