"""Rows of a sheet as raw values of a form, in chunks, and their problems in terms of the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice

from form_engine.imports.errors import ImportRefused
from form_engine.imports.model import Mapped, RefusedRow, RowProblem
from form_engine.imports.sheet import Row, Sheet
from platform_core.entities import Entity
from platform_core.errors import Problem
from platform_core.i18n import N_

CHUNK = 500


class Unique:
    """Notices within the file what a unique field would refuse against the database."""

    def __init__(self, entity: Entity, mapping: Mapped) -> None:
        self._columns = {c: name for c, name in mapping.items() if entity.fields[name].unique}
        self._seen: dict[tuple[str, str], int] = {}

    def problems(self, line: int, cells: Mapping[str, str]) -> Iterator[RowProblem]:
        """A problem for every value that an earlier line had already."""
        for column, name in self._columns.items():
            text = cells[column].casefold()
            if not text:
                continue
            first = self._seen.setdefault((name, text), line)
            if first != line:
                yield RowProblem(
                    column=column, field=name, code="twice_in_file",
                    message=N_("“{text}” stands in row {line} already."), params={"text": cells[column], "line": first},
                    remedy=N_("Keep one of the rows."),
                )  # fmt: skip


def check_mapping(entity: Entity, columns: Sequence[str], mapping: Mapped, importable: Sequence[str]) -> None:
    """Raise ImportRefused with every problem: unknown columns and fields, one field twice, required ones missing."""
    problems: list[Problem] = []
    used: dict[str, str] = {}
    for column, name in mapping.items():
        if column not in columns:
            problems.append(
                _problem(column, "import_column", N_("The file has no column “{column}”."), column=column)
            )
        elif name not in importable:
            problems.append(
                _problem(column, "import_field", N_("“{field}” is no field to import into."), field=name)
            )
        elif name in used:
            problems.append(
                _problem(column, "import_twice", N_("“{field}” is filled by two columns."), field=name)
            )
        used[name] = column
    missing = [
        f for f in entity.own_fields if f.name in importable and f.name not in used and _must_be_given(f)
    ]
    for field in missing:
        problems.append(
            Problem(
                pointer="/mapping", code="import_required", message=N_("The required field “{field}” has no column."),
                params={"field": field.name}, remedy=N_("Choose a column for it, or give the field a default."),
            )
        )  # fmt: skip
    if not mapping:
        problems.append(
            Problem(pointer="/mapping", code="import_nothing", message=N_("No column is imported."))
        )
    if problems:
        raise ImportRefused(problems)


def values_of(row: Row, columns: Sequence[str], mapping: Mapped) -> dict[str, object]:
    """The raw values of one row: text, and nothing for an empty cell (so that defaults hold)."""
    cells = dict(zip(columns, row.cells, strict=True))
    return {name: cells[column] for column, name in mapping.items() if cells[column] != ""}


async def chunks(sheet: Sheet, after_line: int) -> AsyncIterator[list[Row]]:
    """The rows behind a line in chunks; the file is read in a thread."""
    iterator = iter(sheet.rows())
    while True:
        chunk = await asyncio.to_thread(lambda: list(islice(iterator, CHUNK)))
        if not chunk:
            return
        wanted = [row for row in chunk if row.line > after_line]
        if wanted:
            yield wanted


def refused_row(row: Row, problems: Sequence[Problem], mapping: Mapped) -> RefusedRow:
    """A refused row; pointers of fields become names of columns."""
    column_of = {name: column for column, name in mapping.items()}
    found = []
    for problem in problems:
        name = problem.pointer.split("/")[1] if problem.pointer.count("/") else ""
        found.append(
            RowProblem(
                column=column_of.get(name, ""), field=name, code=problem.code, message=problem.message,
                params=_plain(problem.params), remedy=problem.remedy,
            )
        )  # fmt: skip
    return RefusedRow(line=row.line, cells=row.cells, problems=tuple(found))


def _must_be_given(field: object) -> bool:
    return bool(
        getattr(field, "required", False)
        and getattr(field, "default", None) is None
        and getattr(field, "default_expression", None) is None
    )


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, str | int | bool) else str(value) for name, value in params.items()
    }


def _problem(column: str, code: str, message: str, **params: object) -> Problem:
    return Problem(
        pointer=f"/mapping/{column.replace('~', '~0').replace('/', '~1')}", code=code, message=message, params=params,
        remedy=N_("Change the mapping."),
    )  # fmt: skip
