"""What people and programs do with imports: upload, map, check, commit, undo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from form_engine.imports import store
from form_engine.imports.errors import ImportRefused
from form_engine.imports.mapping import guessed, importable_fields, remember, remembered
from form_engine.imports.model import OPEN, Habits, Import, Mapped, State
from form_engine.imports.reading import guess_habits
from form_engine.imports.source import open_sheet
from form_engine.imports.work import CHECK, STOPPED, UNDO, fall, launch, start_run
from platform_core import audit, clock, database, entities, files, permissions
from platform_core.entities import Entity, EntityField
from platform_core.errors import Conflict, Forbidden, NotFound, Problem
from platform_core.i18n import N_, label
from platform_core.identity import Actor

_LOOKED_AT = 8
_KEPT = timedelta(days=90)
"""How long file and report of a finished import are kept; who imported what stays known."""


async def upload(form: str, name: str, chunks: AsyncIterator[bytes], *, actor: Actor) -> Import:
    """Keep the file, read its headings and guess the mapping. Raises ImportRefused where it is no spreadsheet."""
    entity = await allowed(form, actor)
    stored = await files.store(name, chunks, actor=actor)
    sheet = await open_sheet(await files.fetch(stored.sha256))
    fields = {field.name: field for field in fields_of(entity, actor)}
    known = await remembered(entity.key, sheet.columns) or {}
    mapping = {c: f for c, f in known.items() if f in fields and c in sheet.columns}
    made = Import(
        id=database.new_id(), form=entity.key, file_id=stored.id, file_name=stored.name, sheet=sheet.name,
        typed=sheet.typed, state="uploaded", columns=sheet.columns, first=sheet.first[:_LOOKED_AT],
        mapping=mapping or guessed(fields.values(), sheet.columns), habits=guess_habits(sheet.first),
        created_by=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    await _forget_old(entity.key)
    async with database.transaction():
        await store.insert(made)
        await files.hold(stored.id, entity.key, made.id)
        await _audit("import.upload", made, actor)
    return made


async def set_mapping(
    import_id: str, mapping: Mapped, *, actor: Actor, habits: Habits | None = None
) -> Import:
    """Choose the mapping; an earlier check does not count any more. Raises ImportRefused with every problem."""
    made = await _open_for(import_id, actor, OPEN)
    entity = await allowed(made.form, actor)
    check_mapping(entity, made.columns, mapping, fields_of(entity, actor))
    async with database.transaction():
        await store.forget_rows(made.id)
        moved = await store.move(
            made.id, OPEN, state="uploaded", mapping=dict(mapping), habits=habits or made.habits, total=0, done_line=0,
            seen=0, created=0, refused=0, alike=0, message=None, params={}, finished_at=None,
        )  # fmt: skip
        if not moved:
            raise _wrong_state(await store.find(made.id, actor))
        await remember(entity.key, made.columns, mapping)
    return await store.find(import_id, actor)


async def start_check(import_id: str, *, actor: Actor) -> Import:
    """Try every row in the background."""
    return await _start_check(import_id, actor)


async def commit(
    import_id: str, *, actor: Actor, skip_refused: bool = False, skip_alike: bool = False
) -> Import:
    """Take the rows in the background, after checking them where that was not done yet.

    With problems found this needs `skip_refused`: Conflict without; their rows are left out.
    """
    made = await _open_for(import_id, actor, OPEN)
    if made.state != "checked":
        return await _start_check(
            import_id, actor, commit_next=True, skip_refused=skip_refused, skip_alike=skip_alike
        )
    await allowed(made.form, actor)
    _refuse_commit(made, skip_refused=skip_refused, skip_alike=skip_alike)
    async with database.transaction():
        if not await start_run(made.id, actor, skip_refused=skip_refused, skip_alike=skip_alike):
            raise _wrong_state(await store.find(made.id, actor))
        await _audit("import.run", made, actor)
    return await store.find(made.id, actor)


async def undo(import_id: str, *, actor: Actor) -> Import:
    """Take an import back in the background; what somebody has worked with since stays."""
    made = await store.find(import_id, actor)
    if made.state != "done" and not (made.state == "failed" and made.created):
        raise _wrong_state(made)
    await allowed(made.form, actor)
    async with database.transaction():
        moved = await store.move(
            made.id, (made.state,), state="undoing", message=None, params={}, finished_at=None
        )
        if not moved:
            raise _wrong_state(await store.find(made.id, actor))
        await launch(UNDO, made.id, actor)
        await _audit("import.undo", made, actor)
    return await store.find(made.id, actor)


async def same_file(made: Import) -> Import | None:
    """The latest import of the very same file into the same form that still stands; its rows would come twice."""
    return await store.same_file(made)


async def abandon(import_id: str, error: str) -> None:
    """End an import whose job has failed and will not be tried again; what it created is taken back."""
    async with database.transaction():
        await fall(import_id, STOPPED, {"error": error[:300]})


async def allowed(form: str, actor: Actor) -> Entity:
    """The form, for an actor who may import into it. NotFound where they know nothing of it, else Forbidden."""
    entity = entities.find(form)
    if entity is None:
        raise NotFound()
    access = permissions.access(entity, actor)
    if access.can("import") and access.can_create:
        return entity
    if not access.can("read") and not access.can_create:
        raise NotFound()
    await audit.refused("import", actor=actor, subject=entity.key)
    raise Forbidden(
        N_("You may not import into this form."),
        remedy=N_("Ask an administrator for a role that may import."),
    )


def fields_of(entity: Entity, actor: Actor) -> tuple[EntityField, ...]:
    """What this actor may import into."""
    return importable_fields(entity, permissions.access(entity, actor))


def check_mapping(
    entity: Entity, columns: Sequence[str], mapping: Mapped, fields: Collection[EntityField]
) -> None:
    """Raise ImportRefused with every problem: unknown columns and fields, one field twice, required ones missing."""
    importable = {field.name for field in fields}
    problems: list[Problem] = []
    used: dict[str, str] = {}
    for column, name in mapping.items():
        if column not in columns:
            problems.append(
                _at(column, "import_column", N_("The file has no column “{column}”."), column=column)
            )
        elif name not in importable:
            problems.append(
                _at(column, "import_field", N_("“{field}” is no field to import into."), field=name)
            )
        elif name in used:
            problems.append(
                _at(column, "import_twice", N_("The columns “{column}” and “{other}” go into the same field."),
                    column=column, other=used[name])
            )  # fmt: skip
        used.setdefault(name, column)
    problems += [
        _missing(field) for field in entity.own_fields if must_be_given(field) and field.name not in used
    ]
    if not mapping:
        problems = [Problem(pointer="/mapping", code="import_nothing", message=N_("No column is chosen."))]
    if problems:
        raise ImportRefused(problems)


async def read_file(path: Path) -> AsyncIterator[bytes]:
    """A file on disk in chunks, for the command line."""
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, 256 * 1024):
            yield chunk


async def _start_check(
    import_id: str,
    actor: Actor,
    *,
    commit_next: bool = False,
    skip_refused: bool = False,
    skip_alike: bool = False,
) -> Import:
    made = await _open_for(import_id, actor, OPEN)
    entity = await allowed(made.form, actor)
    check_mapping(entity, made.columns, made.mapping, fields_of(entity, actor))
    async with database.transaction():
        moved = await store.move(
            made.id, OPEN, state="checking", commit_next=commit_next, skip_refused=skip_refused, skip_alike=skip_alike,
            total=0, done_line=0, seen=0, created=0, refused=0, alike=0, message=None, params={}, finished_at=None,
        )  # fmt: skip
        if not moved:
            raise _wrong_state(await store.find(made.id, actor))
        await remember(entity.key, made.columns, made.mapping)
        await launch(CHECK, made.id, actor)
        await _audit("import.run" if commit_next else "import.check", made, actor)
    return await store.find(made.id, actor)


def _refuse_commit(made: Import, *, skip_refused: bool, skip_alike: bool) -> None:
    if made.refused and not skip_refused:
        raise Conflict(
            N_("{count} rows have problems. Nothing is imported before they are mended or left out."),
            code="import_refused_rows", params={"count": made.refused},
            remedy=N_("Mend the file and upload it again, or import the good rows only."),
        )  # fmt: skip
    if made.created - (made.alike if skip_alike else 0) <= 0:
        raise Conflict(N_("There is no row to import."), code="import_nothing")


async def _open_for(import_id: str, actor: Actor, states: Sequence[State]) -> Import:
    made = await store.find(import_id, actor)
    if made.state not in states:
        raise _wrong_state(made)
    return made


def _wrong_state(made: Import) -> Conflict:
    return Conflict(
        N_("This is not possible now: the import is {state}."), code="import_state", params={"state": made.state},
        remedy=N_("Look at the import again and go on from there."),
    )  # fmt: skip


async def _forget_old(form: str) -> None:
    """Let go of files and rows of imports that ended long ago: they hold what people wrote about people."""
    rows = await database.fetch_tuples(
        "SELECT id, file_id FROM tw_form_import WHERE form = ? AND file_name <> '' AND finished_at < ?"
        " AND state NOT IN ('running', 'checking', 'undoing', 'reverting') LIMIT 20",
        (form, clock.now() - _KEPT),
    )
    for import_id, file_id in rows:
        async with database.transaction():
            await files.let_go(str(file_id))
            await store.forget_rows(str(import_id))
            await store.change(str(import_id), first=[], file_name="")


async def _audit(action: str, made: Import, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="import", subject=f"{made.form}/import/{made.id}")


def _missing(field: EntityField) -> Problem:
    return Problem(
        pointer="/mapping", code="import_required", message=N_("The required field “{field}” has no column."),
        params={"field": label(field.label) or field.name}, remedy=N_("Choose a column for it, or give the field a default."),
    )  # fmt: skip


def must_be_given(field: EntityField) -> bool:
    """Whether every row needs a value for the field."""
    has_default = field.default is not None or field.default_expression is not None
    return field.required and field.writable and not has_default


def _at(heading: str, code: str, message: str, /, **params: object) -> Problem:
    return Problem(
        pointer=f"/mapping/{heading.replace('~', '~0').replace('/', '~1')}", code=code, message=message, params=params,
        remedy=N_("Change the mapping."),
    )  # fmt: skip


def with_mapping(made: Import, changes: Mapping[str, str | None]) -> dict[str, str]:
    """The mapping with some columns changed; None takes a column out."""
    merged = {**made.mapping, **changes}
    return {column: name for column, name in merged.items() if name}
