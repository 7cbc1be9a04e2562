"""What a merge has moved, so that it can be taken back: one row per record (or table row) and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from platform_core import clock, database
from platform_core.database import (
    BOOL,
    INSTANT,
    TEXT,
    UUID,
    Column,
    CreateTable,
    DropTable,
    Index,
    Migration,
    Table,
)
from platform_core.records import FormsLeft

TABLE = "tw_choice_moved"

MOVED = Table(
    name=TABLE,
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("dictionary", TEXT, nullable=False),
        Column("form", TEXT, nullable=False),
        Column("path", TEXT, nullable=False),
        Column("record", UUID, nullable=False),
        Column("row_id", UUID),
        Column("was", TEXT, nullable=False),
        Column("became", TEXT, nullable=False),
        Column("beside", BOOL, nullable=False, default="FALSE"),
        Column("at", INSTANT, nullable=False),
    ),
    indexes=(Index("tw_choice_moved_of", TABLE, ("dictionary", "form", "path", "was", "record")),),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("form_engine.choices.0001", up=(CreateTable(MOVED),), down=(DropTable(TABLE),)),
)


class Moved(Struct, frozen=True, kw_only=True):
    """A value that a merge took over. `beside`: a list of choices held both values before."""

    dictionary: str
    form: str
    path: str
    record: str
    row_id: str | None
    was: str
    became: str
    beside: bool = False
    id: str = ""
    """Of the row that keeps it."""


async def remember(moved: Sequence[Moved]) -> None:
    """Keeps what was moved."""
    now = clock.now()
    rows = [
        (database.new_id(), m.dictionary, m.form, m.path, m.record, m.row_id, m.was, m.became, m.beside, now)
        for m in moved
    ]
    if rows:
        names = ", ".join(f'"{column.name}"' for column in MOVED.columns)
        marks = ", ".join("?" * len(MOVED.columns))
        await database.execute_many(f"INSERT INTO {TABLE} ({names}) VALUES ({marks})", rows)


async def kept(dictionary: str) -> Mapping[tuple[str, str, str], int]:
    """(form, path, was) → how many are remembered; what was merged last comes first."""
    sql = (
        f"SELECT form, path, was, count(*) FROM {TABLE} WHERE dictionary = ?"
        " GROUP BY form, path, was ORDER BY max(at) DESC"
    )
    rows = await database.fetch_tuples(sql, (dictionary,))
    return {(str(form), str(path), str(was)): int(str(n)) for form, path, was, n in rows}


async def recall(dictionary: str, form: str, path: str, was: str, limit: int) -> list[Moved]:
    """Some of what is remembered, in the order of records."""
    sql = (
        f"SELECT id, record, row_id, became, beside FROM {TABLE} WHERE dictionary = ? AND form = ? AND path = ?"
        f" AND was = ? ORDER BY record LIMIT {limit:d}"
    )
    return [
        Moved(
            dictionary=dictionary, form=form, path=path, record=str(record), was=was, became=str(became),
            row_id=str(row) if row else None, beside=bool(beside), id=str(own),
        )
        for own, record, row, became, beside in await database.fetch_tuples(sql, (dictionary, form, path, was))
    ]  # fmt: skip


async def forget(notes: Sequence[Moved]) -> None:
    """What has gone back is remembered no more."""
    condition = database.dialect().in_list("id")
    await database.execute(f"DELETE FROM {TABLE} WHERE {condition}", (sorted(note.id for note in notes),))


async def forget_forms(event: FormsLeft) -> None:
    """Nothing is remembered of forms that are gone."""
    await database.execute(f"DELETE FROM {TABLE} WHERE form LIKE ? ESCAPE '!'", (event.forms,))
