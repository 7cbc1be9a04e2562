"""Migrations of the system tables: named groups of steps, each applied in one transaction and recorded."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from platform_core import clock
from platform_core.database.apply import apply
from platform_core.database.errors import DatabaseError, SchemaTooNew
from platform_core.database.schema import Column, CreateTable, Step, Table
from platform_core.database.session import dialect, transaction
from platform_core.database.statements import execute, fetch_tuples
from platform_core.database.types import INSTANT, TEXT

_TABLE = CreateTable(
    Table(
        name="tw_migration",
        columns=(
            Column("id", TEXT, primary=True),
            Column("applied_at", INSTANT, nullable=False),
        ),
    )
)
_LOCK = 7_266_519_311_004  # any number that nobody else takes: one process migrates at a time


class Migration(msgspec.Struct, frozen=True):
    """`id` is "<subject>.<number>", e.g. "identity.0001". `down` undoes `up`; its steps stand in the order to run."""

    id: str
    up: tuple[Step, ...]
    down: tuple[Step, ...] = ()

    @property
    def subject(self) -> str:
        return self.id.rpartition(".")[0]


async def applied_migrations() -> tuple[str, ...]:
    """Ids of what has been applied, in the order it was."""
    await apply(_TABLE)
    rows = await fetch_tuples("SELECT id FROM tw_migration ORDER BY applied_at, id")
    return tuple(str(name) for (name,) in rows)


async def migrate(migrations: Sequence[Migration], *, target: str | None = None) -> list[str]:
    """Applies what is missing, in the given order, up to and including `target`. Returns the ids it applied.

    Raises SchemaTooNew where the database holds a migration of a known subject that is not in the list.
    """
    _check_unique(migrations, target)
    _check_known(migrations, await applied_migrations())
    done: list[str] = []
    for migration in migrations:
        if await _apply_once(migration):
            done.append(migration.id)
        if migration.id == target:
            break
    return done


async def migrate_down(migrations: Sequence[Migration], *, to: str | None) -> list[str]:
    """Undoes, last first, what comes after `to` (`None`: everything in the list). Returns the ids it undid.

    Raises SchemaTooNew as `migrate` does: what this program does not know it cannot undo.
    """
    _check_unique(migrations, to)
    applied = await applied_migrations()
    _check_known(migrations, applied)
    undone: list[str] = []
    for migration in reversed(migrations):
        if migration.id == to:
            break
        if migration.id in applied:
            await _undo(migration)
            undone.append(migration.id)
    return undone


async def _apply_once(migration: Migration) -> bool:
    async with transaction():
        await _lock()
        if await fetch_tuples("SELECT 1 FROM tw_migration WHERE id = ?", (migration.id,)):
            return False
        for step in migration.up:
            await apply(step)
        await execute("INSERT INTO tw_migration (id, applied_at) VALUES (?, ?)", (migration.id, clock.now()))
    return True


async def _undo(migration: Migration) -> None:
    if not migration.down:
        raise DatabaseError(f"migration {migration.id} cannot be undone", code="no_way_back")
    async with transaction():
        await _lock()
        for step in migration.down:
            await apply(step)
        await execute("DELETE FROM tw_migration WHERE id = ?", (migration.id,))


async def _lock() -> None:
    if dialect().is_postgresql:
        await execute(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _check_unique(migrations: Sequence[Migration], named: str | None) -> None:
    ids = [migration.id for migration in migrations]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"two migrations have the same id: {', '.join(twice)}")
    if named is not None and named not in ids:
        raise ValueError(f"there is no migration {named}")


def _check_known(migrations: Sequence[Migration], applied: Sequence[str]) -> None:
    # A subject that is not here at all may belong to a plugin that is switched off: that is no reason to stop.
    subjects = {migration.subject for migration in migrations}
    known = {migration.id for migration in migrations}
    newer = sorted(name for name in applied if name not in known and name.rpartition(".")[0] in subjects)
    if newer:
        raise SchemaTooNew(
            "The database was migrated by a newer program: {names}.",
            params={"names": ", ".join(newer)},
            remedy="Install the newer program, or bring a backup back from before the upgrade.",
        )
