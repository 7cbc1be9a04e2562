"""The rows that were not taken, as a CSV file to mend and import again: the same columns, and one with the reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

from form_engine.guard import guarded
from form_engine.imports import store
from form_engine.imports.model import Import, RowReport
from form_engine.imports.report import sentence
from platform_core.i18n import _

_PAGE = 500
_BOM = "\ufeff"
"""Spreadsheet programs take CSV for UTF-8 only where it begins with this."""


async def refused_file(made: Import) -> AsyncIterator[bytes]:
    """The file in pieces, in the language of the present reader. Rows that only look alike are in it where they were
    left out."""
    yield (_BOM + _lines([[*made.columns, _problems_heading(made)]])).encode()
    which = None if made.skip_alike else True
    after = 0
    while rows := await store.reported(made.id, after=after, limit=_PAGE, refused=which):
        yield _lines([_cells(row) for row in rows]).encode()
        after = rows[-1].line


def file_name(made: Import) -> str:
    """ "customers – problems.csv" for "customers.xlsx"."""
    stem = made.file_name.rpartition(".")[0] or made.file_name or "import"
    return f"{stem} – {_('problems')}.csv"


def _problems_heading(made: Import) -> str:
    heading = _("Problems")
    return heading if heading not in made.columns else f"{heading} (Tradewind)"


def _cells(row: RowReport) -> list[str]:
    return [*row.cells, "; ".join(sentence(problem) for problem in row.problems)]


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()
