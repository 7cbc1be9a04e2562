"""Rows of the index: put in and taken out inside the transaction that changes the records."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import database
from platform_core.search.shapes import Shape
from platform_core.search.texts import Line

_SQLITE = """INSERT INTO tw_search (record, form, shape, terms, inside) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (record) DO UPDATE SET shape = excluded.shape, terms = excluded.terms, inside = excluded.inside"""
_POSTGRESQL_ONE = """INSERT INTO tw_search (record, form, shape, words)
VALUES (?, ?, ?, CAST(CAST(? AS text) AS tsvector))
ON CONFLICT (record) DO UPDATE SET shape = excluded.shape, words = excluded.words"""
_POSTGRESQL = """INSERT INTO tw_search (record, form, shape, words)
SELECT record, ?, ?, CAST(terms AS tsvector) FROM unnest(CAST(? AS uuid[]), CAST(? AS text[])) AS made (record, terms)
ON CONFLICT (record) DO UPDATE SET shape = excluded.shape, words = excluded.words"""


async def put(shape: Shape, lines: Sequence[Line]) -> None:
    """Writes rows of one form, one statement for any number of them."""
    if not lines:
        return
    if not database.dialect().is_postgresql:
        rows = [(line.record, shape.form, shape.name, line.terms, line.inside) for line in lines]
        if len(rows) == 1:
            await database.execute(_SQLITE, rows[0])
        else:
            await database.execute_many(_SQLITE, rows)
    elif len(lines) == 1:
        line = lines[0]
        await database.execute(_POSTGRESQL_ONE, (line.record, shape.form, shape.name, line.terms))
    else:
        ordered = sorted(lines, key=lambda line: line.record)
        params = ([line.record for line in ordered], [line.terms for line in ordered])
        await database.execute(_POSTGRESQL, (shape.form, shape.name, *params))


async def remove(ids: Sequence[str]) -> None:
    """Takes records out of the index."""
    if ids:
        condition = database.dialect().in_list("record")
        await database.execute(f"DELETE FROM tw_search WHERE {condition}", (list(ids),))
