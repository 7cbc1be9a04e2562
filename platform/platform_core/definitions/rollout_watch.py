"""Telling of changed rows while columns are copied: triggers write ids, the rollout copies those rows again.

A trigger sees every writer: saves of every door, batches, jobs, and those that began before the rollout did. It costs
one small insert for a row whose watched columns change, and nothing for any other (docs/adr: rollouts).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from platform_core import database
from platform_core.database import DropColumn, DropIndex, DropTable, LockTimeout, RunSql, Step, quoted
from platform_core.definitions.rollout_rows import Made
from platform_core.definitions.steps import Watched

_PATIENCE = 0.04
"""Seconds that a table change waits for those who use the table: others wait behind it."""
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, *(1.0,) * 120)
"""Seconds between the attempts."""


NOT_NOTED = '"id" NOT IN (SELECT record FROM tw_definition_noted)'
"""Condition "nothing is known of a change that still has to be brought over", on a table that is watched."""


async def gently(step: Step) -> None:
    """Applies a step in a transaction of its own; where the table is busy, again after a pause, so that nobody waits
    behind it for longer than a moment. Raises LockTimeout after some minutes."""
    for pause in _PAUSES:
        try:
            await database.apply(step, patience=_PATIENCE)
            return
        except LockTimeout:
            await asyncio.sleep(pause)
    await database.apply(step)


def watch_step(watch: str, watched: Watched) -> Step:
    """The step that begins to tell under the name `watch`."""
    return RunSql(sqlite=_sqlite(watch, watched), postgresql=_postgresql(watch, watched))


def unwatch_step(made: Made) -> Step:
    """The step that ends it."""
    names = [f"{made.name}_{act}" for act in ("i", "u")]
    return RunSql(
        sqlite=tuple(f"DROP TRIGGER IF EXISTS {quoted(name)}" for name in names),
        postgresql=tuple(f"DROP TRIGGER IF EXISTS {quoted(name)} ON {quoted(made.table)}" for name in names),
    )


def taking_away(made: Made) -> Step:
    """The step that takes away what a rollout had made."""
    if made.what == "watch":
        return unwatch_step(made)
    if made.what == "index":
        return DropIndex(made.name)
    return DropTable(made.table) if made.what == "table" else DropColumn(made.table, made.name)


def _sqlite(watch: str, watched: Watched) -> tuple[str, ...]:
    filled = " OR ".join(f"NEW.{quoted(one)} IS NOT NULL" for one in watched.columns)
    changed = " OR ".join(f"NEW.{quoted(one)} IS NOT OLD.{quoted(one)}" for one in watched.columns)
    body = f"BEGIN INSERT INTO tw_definition_noted (watch, record) VALUES ('{watch}', NEW.id); END"
    table, of = quoted(watched.table), ", ".join(map(quoted, watched.columns))
    return (
        f"CREATE TRIGGER IF NOT EXISTS {quoted(watch + '_i')} AFTER INSERT ON {table} WHEN {filled} {body}",
        f"CREATE TRIGGER IF NOT EXISTS {quoted(watch + '_u')} AFTER UPDATE OF {of} ON {table} WHEN {changed} {body}",
    )


def _postgresql(watch: str, watched: Watched) -> tuple[str, ...]:
    filled = " OR ".join(f"NEW.{quoted(one)} IS NOT NULL" for one in watched.columns)
    changed = " OR ".join(f"NEW.{quoted(one)} IS DISTINCT FROM OLD.{quoted(one)}" for one in watched.columns)
    run = f"EXECUTE FUNCTION tw_definition_note('{watch}')"
    table, of = quoted(watched.table), ", ".join(map(quoted, watched.columns))
    insert, update = quoted(f"{watch}_i"), quoted(f"{watch}_u")
    return (
        f"DROP TRIGGER IF EXISTS {insert} ON {table}",
        f"CREATE TRIGGER {insert} AFTER INSERT ON {table} FOR EACH ROW WHEN ({filled}) {run}",
        f"DROP TRIGGER IF EXISTS {update} ON {table}",
        f"CREATE TRIGGER {update} AFTER UPDATE OF {of} ON {table} FOR EACH ROW WHEN ({changed}) {run}",
    )


async def noted(watch: str, limit: int) -> tuple[list[int], list[str]]:
    """(numbers, record ids) of the oldest notes."""
    rows = await database.fetch_tuples(
        "SELECT seq, record FROM tw_definition_noted WHERE watch = ? ORDER BY seq LIMIT ?", (watch, limit)
    )
    return [int(str(seq)) for seq, _record in rows], sorted({str(record) for _seq, record in rows})


async def forget(numbers: Sequence[int]) -> None:
    """Notes that have been dealt with. By number: a later transaction may have written lower ones."""
    condition = database.dialect().in_list("seq", "int")
    await database.execute(f"DELETE FROM tw_definition_noted WHERE {condition}", (list(numbers),))


async def forget_watch(watch: str) -> None:
    """Every note of a watch that has ended."""
    await database.execute("DELETE FROM tw_definition_noted WHERE watch = ?", (watch,))
