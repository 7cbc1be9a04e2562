"""Reads and writes the rows of imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from form_engine.imports.model import Import, RefusedRow
from platform_core import database
from platform_core.errors import NotFound
from platform_core.identity import Actor

_COLUMNS = ", ".join(f'"{name}"' for name in Import.__struct_fields__)


async def insert(made: Import) -> None:
    """Write a new import."""
    values = msgspec.structs.asdict(made)
    values["columns"] = list(made.columns)
    marks = ", ".join("?" for _ in values)
    await database.execute(
        f"INSERT INTO tw_form_import ({_COLUMNS}) VALUES ({marks})", tuple(values.values())
    )


async def find(import_id: str, actor: Actor) -> Import:
    """An import of this actor's (any, for an admin). Raises NotFound."""
    row = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_form_import WHERE id = ?", (import_id,))
    if row is None or not (actor.is_unbounded or row["created_by"] == actor.user_id):
        raise NotFound()
    return msgspec.convert(dict(row), Import)


async def listed(form: str, actor: Actor, limit: int = 50) -> list[Import]:
    """The actor's imports into a form, newest first (everybody's, for an admin)."""
    mine = "" if actor.is_unbounded else " AND created_by = ?"
    params = (form,) if actor.is_unbounded else (form, actor.user_id)
    rows = await database.fetch_all(
        f"SELECT {_COLUMNS} FROM tw_form_import WHERE form = ?{mine} ORDER BY created_at DESC LIMIT {int(limit)}",
        params,
    )
    return [msgspec.convert(dict(row), Import) for row in rows]


async def change(import_id: str, **values: object) -> None:
    """Set some columns of an import; runs in the caller's transaction."""
    names = ", ".join(f'"{name}" = ?' for name in values)
    await database.execute(f"UPDATE tw_form_import SET {names} WHERE id = ?", (*values.values(), import_id))


async def move(import_id: str, origins: Sequence[str], **values: object) -> bool:
    """Set columns only where the state is one of `origins`; False where somebody was faster."""
    names = ", ".join(f'"{name}" = ?' for name in values)
    marks = ", ".join("?" for _ in origins)
    changed = await database.execute(
        f"UPDATE tw_form_import SET {names} WHERE id = ? AND state IN ({marks})",
        (*values.values(), import_id, *origins),
    )
    return changed == 1


async def add_refused(import_id: str, rows: Iterable[RefusedRow]) -> None:
    """Keep refused rows for the report."""
    await database.execute_many(
        "INSERT INTO tw_form_import_refused (import_id, line, cells, problems) VALUES (?,?,?,?)",
        [
            (import_id, row.line, list(row.cells), [msgspec.to_builtins(p) for p in row.problems])
            for row in rows
        ],
    )


async def forget_refused(import_id: str) -> None:
    """Drop the report of an earlier run."""
    await database.execute("DELETE FROM tw_form_import_refused WHERE import_id = ?", (import_id,))


async def refused(import_id: str, *, after: int = 0, limit: int = 100) -> list[RefusedRow]:
    """Refused rows in order of their lines."""
    rows = await database.fetch_all(
        "SELECT line, cells, problems FROM tw_form_import_refused WHERE import_id = ? AND line > ?"
        " ORDER BY line LIMIT ?",
        (import_id, after, limit),
    )
    return [msgspec.convert(dict(row), RefusedRow) for row in rows]
