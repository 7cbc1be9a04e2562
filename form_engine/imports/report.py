"""Problems of rows in terms of the file, for the report and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from form_engine.imports.model import Mapped, RowProblem, RowReport
from form_engine.imports.sheet import Row
from platform_core.errors import Problem
from platform_core.i18n import _
from platform_core.records import BatchResult

Json = dict[str, object]


class SpokenProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of one row in the reader's language."""

    line: int
    column: str
    field: str
    code: str
    message: str
    remedy: str = ""
    refused: bool = True


def problems_of(result: BatchResult, mapping: Mapped) -> tuple[RowProblem, ...]:
    """Why a row was refused; pointers of fields become names of columns."""
    column_of = {name: column for column, name in mapping.items()}
    if not result.problems and result.error is not None:
        error = result.error
        return (
            RowProblem(
                column="", field="", code=error.code, message=error.message, params=_json(error.params),
                remedy=error.remedy,
            ),
        )  # fmt: skip
    return tuple(_problem(each, column_of) for each in result.problems)


def refused(row: Row, problems: Sequence[RowProblem]) -> RowReport:
    """The report of a row that was not taken."""
    return RowReport(line=row.line, cells=row.cells, problems=tuple(problems))


def spoken(rows: Sequence[RowReport]) -> list[SpokenProblem]:
    """Every problem of the rows, as sentences for the present reader."""
    return [
        SpokenProblem(
            line=row.line, column=each.column, field=each.field, code=each.code,
            message=_(each.message, **each.params), remedy=_(each.remedy, **each.params) if each.remedy else "",
            refused=row.refused,
        )
        for row in rows
        for each in row.problems
    ]  # fmt: skip


def sentence(problem: RowProblem) -> str:
    """ "Mail: 'x' is not a mail address." in the reader's language."""
    text = _(problem.message, **problem.params)
    return f"{problem.column}: {text}" if problem.column else text


def _problem(problem: Problem, column_of: Mapping[str, str]) -> RowProblem:
    name = problem.pointer.split("/")[1] if "/" in problem.pointer else ""
    name = name.replace("~1", "/").replace("~0", "~")
    return RowProblem(
        column=column_of.get(name, ""), field=name, code=problem.code, message=problem.message,
        params=_json(problem.params), remedy=problem.remedy,
    )  # fmt: skip


def _json(params: Mapping[str, object]) -> Json:
    return {
        name: value if isinstance(value, str | int | bool) else str(value) for name, value in params.items()
    }
