"""XLSX, with every value taken as the text that people see: "007" stays "007", a date becomes ISO."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from form_engine.imports.csv_source import too_many_rows
from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import MAX_COLUMNS, MAX_ROWS, Row, fitted, headings
from platform_core.i18n import N_

_LARGEST_UNPACKED = 512 * 1024 * 1024
_LARGEST_RATIO = 250
_MOST_PARTS = 2_000
_LARGEST_WHOLE = 2**53


class XlsxSheet:
    """The first sheet of a workbook that holds anything."""

    def __init__(self, path: Path) -> None:
        _refuse_bombs(path)
        self._cells = _first_sheet(path)
        if not self._cells or not any(_shown(cell).strip() for cell in self._cells[0]):
            raise ImportRefused.one(
                "/file", "import_empty", N_("The first sheet has no heading row."),
                remedy=N_("The first row must hold the names of the columns."),
            )  # fmt: skip
        self.columns = headings([_shown(cell) for cell in self._cells[0][:MAX_COLUMNS]])
        if len(self._cells) - 1 > MAX_ROWS:
            raise too_many_rows()

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank."""
        width = len(self.columns)
        for line, cells in enumerate(self._cells[1:], start=2):
            shown = fitted([_shown(cell) for cell in cells[:width]], width)
            if any(shown):
                yield Row(line, shown)


def _refuse_bombs(path: Path) -> None:
    """Refuse what is no workbook, or unpacks to far more than it weighs, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _broken() from error
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, path.stat().st_size)
    if unpacked > _LARGEST_UNPACKED or len(parts) > _MOST_PARTS or unpacked / packed > _LARGEST_RATIO:
        raise ImportRefused.one(
            "/file", "import_bomb", N_("The workbook unpacks to {size} MB, which is refused."),
            size=unpacked // (1024 * 1024), remedy=N_("Save it again, or export it as CSV."),
        )  # fmt: skip
    if not any(part.filename == "xl/workbook.xml" or part.filename == "xl/workbook.bin" for part in parts):
        raise _broken()


def _first_sheet(path: Path) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            cells: list[list[object]] = [list(row) for row in workbook.get_sheet_by_name(name).to_python()]
            if cells:
                return cells
    except (CalamineError, OSError, ValueError) as error:
        raise _broken() from error
    return []


def _broken() -> ImportRefused:
    return ImportRefused.one(
        "/file", "import_workbook", N_("This is not a readable XLSX workbook."),
        remedy=N_("Open it in a spreadsheet program and save it again as XLSX or CSV."),
    )  # fmt: skip


def _shown(cell: object) -> str:
    """The cell as text. Whole numbers lose the ".0" that the format gives them; nothing becomes an exponent."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < _LARGEST_WHOLE
            else format(cell, "f").rstrip("0")
        )
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else str(cell.total_seconds())
