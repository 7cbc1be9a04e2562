"""One SELECT over a form's records: branches of the row scope, filter, search, order, page — put together as text.

The alternatives of the scope are a union of branches where nothing narrows the list: each branch is then read in the
order of the list and no further. Where a filter narrows it, or everything is counted, they are one condition, which
both engines answer from several indexes at once without reading anything twice.

Parameters are gathered in the order of the places. The engines' own caches of prepared statements are keyed by the
finished text, which is the same for all actors with the same roles; so the number of rows stands in the text, for a
plan that does not know it may read a whole index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from platform_core.entities import Entity, quote
from platform_core.records.reading.filtering import Filter
from platform_core.records.scoping import Condition, both, where

LIVE = Condition('t."archived_at" IS NULL')
BINNED = Condition('t."archived_at" IS NOT NULL')


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows: the branches of the scope, and what holds in each of them."""

    entity: Entity
    branches: Sequence[Condition]
    held: Condition
    filter: Filter
    indexed: bool = False
    """Whether one of the form's lists has indexes for just this, so that each branch is read in its order."""

    def source(self, branch: Condition, *more: Condition) -> Condition:
        """FROM … WHERE … of one branch."""
        rows = where(branch, self.held, self.filter.condition, *more)
        joins = self.filter.joins
        return Condition(
            f" FROM {quote(self.entity.table)} t{joins.sql}{rows.sql}", (*joins.params, *rows.params)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of the rows, and in what order: the same for every page."""

    columns: str
    params: tuple[object, ...]
    order: str
    union_order: str


def list_rows(question: Question, selection: Selection, behind: Condition, limit: int) -> Condition:
    """The rows of a page: each branch in the order of the list and cut, then together and cut again."""
    selects: list[str] = []
    params: list[object] = []
    for branch in question.branches:
        source = question.source(branch, behind)
        selects.append(f"SELECT {selection.columns}{source.sql}{selection.order} LIMIT {limit:d}")
        params += selection.params
        params += source.params
    if len(selects) == 1:
        return Condition(selects[0], tuple(params))
    union = " UNION ALL ".join(
        f"SELECT * FROM ({select}) AS b{place}" for place, select in enumerate(selects)
    )
    return Condition(f"{union}{selection.union_order} LIMIT {limit:d}", tuple(params))


def counted_rows(
    question: Question, selection: Selection, keys: Sequence[str], order: str, limit: int
) -> Condition:
    """The first page and, in a last column, how many rows there are: found once, counted, then read.

    `keys` are the order's columns besides the id ("t.x AS _s0"), `order` the order by their names.
    """
    sources = [question.source(branch) for branch in question.branches]
    found = " UNION ALL ".join(f"SELECT {', '.join(('t.id', *keys))}{source.sql}" for source in sources)
    params = tuple(param for source in sources for param in source.params)
    sql = (
        f"WITH hits AS MATERIALIZED ({found})"
        f" SELECT {selection.columns}, (SELECT count(*) FROM hits)"
        f' FROM (SELECT "id" AS hit FROM hits{order} LIMIT {limit:d}) h'
        f" JOIN {quote(question.entity.table)} t ON t.id = h.hit{selection.order}"
    )
    return Condition(sql, (*params, *selection.params))


def listed_and_counted(question: Question, selection: Selection, limit: int) -> Condition:
    """The first page and, in a last column, how many rows there are, where an index of the list answers both: the
    page is read in its order and no further, and the rows are counted in the index."""
    page, count = list_rows(question, selection, Condition(""), limit), count_rows(question)
    sql = f"SELECT page.*, ({count.sql}) FROM ({page.sql}) AS page{selection.union_order}"
    return Condition(sql, (*count.params, *page.params))


def count_rows(question: Question) -> Condition:
    """How many rows there are in all."""
    sources = [question.source(branch) for branch in question.branches]
    text = " + ".join(f"(SELECT count(*){source.sql})" for source in sources)
    return Condition(f"SELECT {text}", tuple(param for source in sources for param in source.params))


def union_of(question: Question, columns: str) -> Condition:
    """All rows of the question with these columns (over `t`), as a table expression "(…) AS q"."""
    sources = [question.source(branch) for branch in question.branches]
    text = " UNION ALL ".join(f"SELECT {columns}{source.sql}" for source in sources)
    return Condition(f"({text}) AS q", tuple(param for source in sources for param in source.params))


def grouped_apart(
    question: Question, columns: str, grouping: Sequence[str], measures: Sequence[str]
) -> Condition:
    """Each branch grouped by itself, straight from the index of its list: "(…) AS q" with the groups and p0, p1, …"""
    listed = ", ".join((*grouping, *(f"{measure} AS p{place}" for place, measure in enumerate(measures))))
    grouped = f" GROUP BY {', '.join(grouping)}" if grouping else ""
    sources = [question.source(branch) for branch in question.branches]
    text = " UNION ALL ".join(
        f"SELECT {listed} FROM (SELECT {columns}{source.sql}) AS b{place}{grouped}"
        for place, source in enumerate(sources)
    )
    return Condition(f"({text}) AS q", tuple(param for source in sources for param in source.params))


def held_by(*, binned: bool, more: Condition) -> Condition:
    """Live rows or those of the bin, and what else holds."""
    return both(BINNED if binned else LIVE, more)
