"""Questions to live data, as few scans as possible."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from platform_core import database
from platform_core.definitions import NOT_NOTED
from platform_core.entities import TITLE, StoredColumn, quote
from platform_core.errors import Conflict
from platform_core.i18n import N_

LIVE = '"archived_at" IS NULL'
_BATCH = 2_000
_LISTED, _VALUES, _VALUE_LENGTH = 100, 5, 200
"""Records, values and characters that a refusal lists at most."""


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


async def refuse_duplicates(
    table: str, column: str, field: str, pointer: str | None = None, *, form: str = ""
) -> None:
    """Raises Conflict where values of a column that is to be unique repeat, with the records that hold them."""
    name = quote(column)
    repeated = (
        f"SELECT {name} FROM {quote(table)} WHERE {LIVE} AND {name} IS NOT NULL"
        f" GROUP BY {name} HAVING count(*) > 1"
    )
    rows = await database.fetch_tuples(
        f'SELECT "id", {quote(TITLE)}, {name} FROM {quote(table)} WHERE {LIVE} AND {name} IN ({repeated})'
        f' ORDER BY {name}, "id" LIMIT {_LISTED}'
    )
    if not rows:
        return
    values = list(dict.fromkeys(str(value) for _id, _title, value in rows))[:_VALUES]
    raise Conflict(
        N_("'{field}' cannot become unique: {values} stand in several rows."),
        code="duplicates",
        pointer=pointer,
        params={"field": field, "values": ", ".join(repr(value) for value in values)},
        remedy=N_("Change or delete the rows that repeat a value, then publish again."),
        details={"field": field, "values": values, "form": form, "records": _listed(rows)},
    )


async def refuse_left_behind(table: str, old: str, new: str, field: str, form: str) -> None:
    """Raises Conflict where a value of the column `old` has no counterpart in `new`, with the records. What was
    changed a moment ago, and is still to be brought over, does not count."""
    condition = f"{quote(old)} IS NOT NULL AND {quote(new)} IS NULL AND {NOT_NOTED}"
    title = quote(TITLE) if form else "''"
    rows = await database.fetch_tuples(
        f'SELECT "id", {title}, {quote(old)} FROM {quote(table)} WHERE {condition} ORDER BY "id" LIMIT {_LISTED}'
    )
    if not rows:
        return
    count = int(str(await database.fetch_value(f"SELECT count(*) FROM {quote(table)} WHERE {condition}")))
    raise Conflict(
        N_("{count} values of '{field}' cannot be converted."),
        code="not_convertible",
        params={"field": field, "count": count},
        remedy=N_("Correct them, say where they go, or agree to lose them; then publish again."),
        details={"field": field, "form": form, "count": count, "records": _listed(rows)},
    )


def _listed(rows: Sequence[Sequence[object]]) -> list[dict[str, str]]:
    return [
        {"id": str(one), "title": str(title or ""), "value": str(value)[:_VALUE_LENGTH]}
        for one, title, value in rows
    ]


async def rows_with(
    table: str, columns: Sequence[str], condition: str, params: Sequence[object] = ()
) -> AsyncIterator[list[tuple[object, ...]]]:
    """(id, columns…) of every row for which `condition` holds, in batches, in id order."""
    last = ""
    while True:
        batch = await rows_behind(table, columns, condition, last, _BATCH, params)
        if batch:
            yield batch
        if len(batch) < _BATCH:
            return
        last = str(batch[-1][0])


async def rows_behind(
    table: str,
    columns: Sequence[str],
    condition: str,
    last: str,
    limit: int,
    params: Sequence[object] = (),
    *,
    locked: bool = False,
) -> list[tuple[object, ...]]:
    """(id, columns…) of the next rows behind the id `last` ("": from the first), in id order."""
    names = ", ".join(map(quote, columns))
    after = '"id" > ? AND ' if last else ""
    tail = database.dialect().for_update if locked else ""
    sql = f'SELECT "id", {names} FROM {quote(table)} WHERE {after}({condition}) ORDER BY "id" LIMIT {limit:d}{tail}'
    return await database.fetch_tuples(sql, [*([last] if last else []), *params])


async def locked_rows(table: str, columns: Sequence[str], ids: Sequence[str]) -> list[tuple[object, ...]]:
    """(id, columns…) of these rows, which nobody changes before the transaction ends."""
    names, dialect = ", ".join(map(quote, columns)), database.dialect()
    condition = dialect.in_list('"id"')
    return await database.fetch_tuples(
        f'SELECT "id", {names} FROM {quote(table)} WHERE {condition} ORDER BY "id"{dialect.for_update}',
        (list(ids),),
    )


async def update_rows(
    table: str, columns: Sequence[StoredColumn], changes: Sequence[tuple[object, ...]]
) -> None:
    """Writes (values…, id) of each change."""
    if not changes:
        return
    names = ", ".join(f"{quote(column.name)} = ?" for column in columns)
    rows = [
        (
            *(database.to_db(column.type, value) for column, value in zip(columns, change, strict=False)),
            change[-1],
        )
        for change in changes
    ]
    await database.execute_many(f'UPDATE {quote(table)} SET {names} WHERE "id" = ?', rows)


async def rows_up_to(table: str, bound: int) -> int:
    """How many rows there are; counted no further than to `bound`."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {quote(table)} LIMIT {bound:d}) AS counted"
    return int(str(await database.fetch_value(sql)))
