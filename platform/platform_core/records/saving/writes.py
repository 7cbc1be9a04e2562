"""What a save is about to write, gathered so that it reaches the database in as few round trips as it can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from platform_core import audit, database
from platform_core.database import Params
from platform_core.errors import StaleVersion
from platform_core.records.saving.columns import insert_sql

COPY_FROM = 50
"""From so many rows on, COPY is quicker than single inserts."""
_TOGETHER = 12
"""Statements that are sent as one at most."""


@dataclass(slots=True)
class Writes:
    """Inserts by table, and statements that each change one thing. They do not depend on each other's effect."""

    _inserts: dict[tuple[str, tuple[str, ...]], list[Params]] = field(default_factory=dict)
    _statements: list[tuple[str, Params, bool]] = field(default_factory=list)
    _lines: list[audit.Entry] = field(default_factory=list)

    def insert(self, table: str, columns: tuple[str, ...], rows: Sequence[Params]) -> None:
        """Rows for a table."""
        if rows:
            self._inserts.setdefault((table, columns), []).extend(rows)

    def run(self, sql: str, params: Params, *, must_hit: bool = False) -> None:
        """An INSERT, UPDATE or DELETE without RETURNING; with `must_hit` it changes one row, or the save is stale."""
        self._statements.append((sql, params, must_hit))

    def note(self, lines: Sequence[audit.Entry]) -> None:
        """Audit lines, written with the change they tell of."""
        self._lines.extend(lines)

    async def send_many(self) -> None:
        """Sends what goes by COPY ahead of the rest; the database works on it while the caller goes on."""
        many = [(key, rows) for key, rows in self._inserts.items() if len(rows) >= COPY_FROM]
        for (table, columns), rows in many:
            del self._inserts[table, columns]
            await database.post_rows(table, columns, rows)

    async def flush(self) -> None:
        """Sends everything. Raises UniqueViolation, StaleVersion."""
        single = list(self._statements)
        if len(self._lines) == 1:
            single.append((*audit.insertion(self._lines[0]), False))
        else:
            await audit.write_many(self._lines)
        await self.send_many()
        for (table, columns), rows in self._inserts.items():
            if len(rows) > 1:
                await database.execute_many(insert_sql(table, columns), rows)
            else:
                single.append((insert_sql(table, columns), rows[0], False))
        self._inserts.clear()
        self._statements.clear()
        self._lines.clear()
        if database.dialect().is_postgresql and 1 < len(single) <= _TOGETHER:
            await _send_together(single)
            return
        for sql, params, must_hit in single:
            if await database.execute(sql, params) != 1 and must_hit:
                raise StaleVersion()


async def _send_together(statements: Sequence[tuple[str, Params, bool]]) -> None:
    """PostgreSQL runs several changes in one statement; each says how many rows it has changed."""
    parts = ", ".join(
        f"w{place} AS ({sql} RETURNING 1)" for place, (sql, _params, _hit) in enumerate(statements)
    )
    counts = ", ".join(f"(SELECT count(*) FROM w{place})" for place in range(len(statements)))
    params = [param for _sql, params, _hit in statements for param in params]
    (changed,) = await database.fetch_tuples(f"WITH {parts} SELECT {counts}", params, write=True)
    if any(
        must_hit and count != 1 for (_sql, _params, must_hit), count in zip(statements, changed, strict=True)
    ):
        raise StaleVersion()
