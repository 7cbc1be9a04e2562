"""Questions to live data, as few scans as possible."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from platform_core import database
from platform_core.entities import quote
from platform_core.errors import Conflict
from platform_core.i18n import N_

LIVE = '"archived_at" IS NULL'
_BATCH = 2_000


@dataclass
class Counter:
    """Counts of one table, collected and then asked in one scan. `count` answers by the key that was given."""

    table: str
    _asked: dict[str, tuple[str, tuple[object, ...]]] = field(default_factory=dict)
    _found: dict[str, int] = field(default_factory=dict)

    def ask(self, key: str, condition: str, params: Sequence[object] = ()) -> None:
        """Count the rows for which `condition` holds."""
        self._asked[key] = (condition, tuple(params))

    async def run(self) -> None:
        """Asks everything at once."""
        if not self._asked:
            return
        sums = ", ".join(
            f"count(CASE WHEN {condition} THEN 1 END)" for condition, _params in self._asked.values()
        )
        params = [each for _condition, given in self._asked.values() for each in given]
        rows = await database.fetch_tuples(f"SELECT {sums} FROM {quote(self.table)}", params)
        self._found.update(zip(self._asked, (int(str(value)) for value in rows[0]), strict=True))
        self._asked.clear()

    def count(self, key: str) -> int:
        """The answer; 0 for what was not asked."""
        return self._found.get(key, 0)


async def count_duplicates(table: str, column: str) -> int:
    """How many values stand in more than one live record."""
    name = quote(column)
    sql = (
        f"SELECT count(*) FROM (SELECT 1 FROM {quote(table)} WHERE {LIVE} AND {name} IS NOT NULL"
        f" GROUP BY {name} HAVING count(*) > 1) AS repeated"
    )
    return int(str(await database.fetch_value(sql)))


async def first_duplicates(table: str, column: str, limit: int = 5) -> list[str]:
    """A few of the values that stand in more than one live record."""
    name = quote(column)
    sql = (
        f"SELECT {name} FROM {quote(table)} WHERE {LIVE} AND {name} IS NOT NULL"
        f" GROUP BY {name} HAVING count(*) > 1 ORDER BY count(*) DESC LIMIT {limit}"
    )
    return [str(value) for (value,) in await database.fetch_tuples(sql)]


async def refuse_duplicates(table: str, column: str, field: str, pointer: str | None = None) -> None:
    """Raises Conflict where values of a column that is to be unique repeat, with a few of them."""
    found = await first_duplicates(table, column)
    if found:
        raise Conflict(
            N_("'{field}' cannot become unique: {values} stand in several rows."),
            code="duplicates",
            pointer=pointer,
            params={"field": field, "values": ", ".join(repr(value) for value in found)},
            remedy=N_("Change or delete the rows that repeat a value, then publish again."),
            details={"field": field, "values": found},
        )


async def rows_with(
    table: str, columns: Sequence[str], condition: str, params: Sequence[object] = ()
) -> AsyncIterator[list[tuple[object, ...]]]:
    """(id, columns…) of every row for which `condition` holds, in batches, in id order."""
    names = ", ".join(map(quote, columns))
    last: object = None
    while True:
        after = '"id" > ? AND ' if last is not None else ""
        sql = (
            f'SELECT "id", {names} FROM {quote(table)} WHERE {after}({condition})'
            f' ORDER BY "id" LIMIT {_BATCH}'
        )
        given = [*([last] if last is not None else []), *params]
        batch = await database.fetch_tuples(sql, given)
        if batch:
            yield batch
        if len(batch) < _BATCH:
            return
        last = batch[-1][0]
