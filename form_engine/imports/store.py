"""Reads and writes the rows of imports."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from form_engine.imports.model import Import, RowReport, State
from platform_core import database
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.records import FormsLeft

_COLUMNS = ", ".join(f'"{name}"' for name in Import.__struct_fields__)
_ROW_COLUMNS = ("import_id", "line", "refused", "cells", "problems")


async def insert(made: Import) -> None:
    """Write a new import."""
    values = {name: _plain(value) for name, value in msgspec.structs.asdict(made).items()}
    marks = ", ".join("?" for _ in values)
    await database.execute(
        f"INSERT INTO tw_form_import ({_COLUMNS}) VALUES ({marks})", tuple(values.values())
    )


async def find(import_id: str, actor: Actor) -> Import:
    """An import of this actor's (any, for an admin). Raises NotFound."""
    if not database.is_id(import_id):
        raise NotFound()
    row = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_form_import WHERE id = ?", (import_id,))
    if row is None or not (actor.is_unbounded or row["created_by"] == actor.user_id):
        raise NotFound()
    return _import_of(row)


async def listed(form: str, actor: Actor, limit: int = 50) -> list[Import]:
    """The actor's imports into a form, newest first (everybody's, for an admin)."""
    mine = "" if actor.is_unbounded else " AND created_by = ?"
    params = (form,) if actor.is_unbounded else (form, actor.user_id)
    rows = await database.fetch_all(
        f"SELECT {_COLUMNS} FROM tw_form_import WHERE form = ?{mine} ORDER BY created_at DESC, id DESC"
        f" LIMIT {int(limit)}",
        params,
    )
    return [_import_of(row) for row in rows]


async def same_file(made: Import) -> Import | None:
    """The latest import of the very same bytes into the same form that still stands."""
    sql = (
        f"SELECT {_COLUMNS} FROM tw_form_import WHERE form = ? AND state = 'done' AND id <> ? AND file_id IN"
        " (SELECT other.id FROM tw_file own JOIN tw_file other ON other.sha256 = own.sha256 WHERE own.id = ?)"
        " ORDER BY created_at DESC LIMIT 1"
    )
    row = await database.fetch_one(sql, (made.form, made.id, made.file_id))
    return _import_of(row) if row is not None else None


async def change(import_id: str, **values: object) -> None:
    """Set some columns of an import; runs in the caller's transaction."""
    await database.execute(
        f"UPDATE tw_form_import SET {_assigned(values)} WHERE id = ?", (*_values(values), import_id)
    )


async def move(import_id: str, origins: Iterable[State], **values: object) -> bool:
    """Set columns only where the state is one of `origins`; False where somebody was faster."""
    states = tuple(origins)
    marks = ", ".join("?" for _ in states)
    changed = await database.execute(
        f"UPDATE tw_form_import SET {_assigned(values)} WHERE id = ? AND state IN ({marks})",
        (*_values(values), import_id, *states),
    )
    return changed == 1


async def advance(before: Import, after: Import) -> bool:
    """Note how far it has come; False where it is not where `before` says, so that no two runs take the same rows."""
    changed = await database.execute(
        "UPDATE tw_form_import SET done_line = ?, seen = ?, created = ?, refused = ?, alike = ?"
        " WHERE id = ? AND state = ? AND done_line = ?",
        (after.done_line, after.seen, after.created, after.refused, after.alike, before.id, before.state, before.done_line),
    )  # fmt: skip
    return changed == 1


async def add_rows(import_id: str, rows: Iterable[RowReport]) -> None:
    """Keep rows for the report."""
    values = [
        (import_id, row.line, row.refused, list(row.cells), [msgspec.to_builtins(p) for p in row.problems])
        for row in rows
    ]
    if values:
        await database.copy_rows("tw_form_import_row", _ROW_COLUMNS, values)


async def forget_rows(import_id: str, *, refused_only: bool = False) -> None:
    """Drop the report of an earlier check, or only what it says of refused rows."""
    which = " AND refused" if refused_only else ""
    await database.execute(f"DELETE FROM tw_form_import_row WHERE import_id = ?{which}", (import_id,))


async def alike_lines(import_id: str, first: int, last: int) -> frozenset[int]:
    """Lines between these that the check left to judge."""
    rows = await database.fetch_tuples(
        "SELECT line FROM tw_form_import_row WHERE import_id = ? AND line BETWEEN ? AND ? AND NOT refused",
        (import_id, first, last),
    )
    return frozenset(int(str(line)) for (line,) in rows)


async def reported(
    import_id: str, *, after: int = 0, limit: int = 100, refused: bool | None = None
) -> list[RowReport]:
    """Reported rows in the order of their lines: all, or only refused ones, or only those to judge."""
    which = "" if refused is None else " AND refused" if refused else " AND NOT refused"
    rows = await database.fetch_all(
        "SELECT line, refused, cells, problems FROM tw_form_import_row"
        f" WHERE import_id = ? AND line > ?{which} ORDER BY line LIMIT ?",
        (import_id, after, limit),
    )
    return [msgspec.convert(dict(row), RowReport) for row in rows]


async def forget_forms(event: FormsLeft) -> None:
    """Imports into forms that are no more, with their rows, mappings and jobs."""
    which = "form LIKE ? ESCAPE '!'"
    mine = f"SELECT id FROM tw_form_import WHERE {which}"
    await database.execute(f"DELETE FROM tw_form_import_row WHERE import_id IN ({mine})", (event.forms,))
    await database.execute(
        f"DELETE FROM tw_job WHERE subject IN (SELECT 'import/' || CAST(id AS TEXT) FROM tw_form_import WHERE {which})",
        (event.forms,),
    )
    for table in ("tw_form_import", "tw_form_import_mapping"):
        await database.execute(f"DELETE FROM {table} WHERE {which}", (event.forms,))


def _import_of(row: database.Row) -> Import:
    return msgspec.convert(dict(row), Import, str_keys=True)


def _assigned(values: dict[str, object]) -> str:
    return ", ".join(f'"{name}" = ?' for name in values)


def _values(values: dict[str, object]) -> tuple[object, ...]:
    return tuple(_plain(value) for value in values.values())


def _plain(value: object) -> object:
    """As the database takes it: structs and tuples as JSON."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    return msgspec.to_builtins(value, str_keys=True) if isinstance(value, tuple) else value
