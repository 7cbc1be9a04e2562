"""Writes rows to a file on disk as they come; nothing is held but the present chunk."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import msgspec

from form_engine.exports.order import Format
from form_engine.fields.base import Cell
from form_engine.guard import guarded

_EXACT_DIGITS = 15
"""Digits that a spreadsheet's numbers hold; longer ones are written as text."""


_FIRST_YEAR = 1901
"""Spreadsheets count days from 1900, and count that year's wrong; what was before is written as text."""


class Writer(Protocol):
    """One open file."""

    def write(self, rows: Sequence[Sequence[Cell]]) -> None: ...

    def close(self) -> None: ...


def open_writer(
    kind: Format, path: Path, headings: Sequence[str], names: Sequence[str], point: str = "."
) -> Writer:
    """A writer for the format; headings are labels, names the field names (JSON keys).

    `point` is the decimal sign where a number is written as text, as the reader's spreadsheet program expects it.
    """
    match kind:
        case "csv":
            return CsvWriter(path, headings, point)
        case "json":
            return JsonWriter(path, names)
        case "xlsx":
            return XlsxWriter(path, headings, point)


class CsvWriter:
    """UTF-8 with a byte order mark, so that spreadsheet programs read Chinese and accents right."""

    def __init__(self, path: Path, headings: Sequence[str], point: str) -> None:
        self._point = point
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([guarded(heading) for heading in headings])

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._csv.writerows([[_text(cell, self._point) for cell in row] for row in rows])

    def close(self) -> None:
        self._file.close()


class JsonWriter:
    """An array of objects, one line each; numbers are texts, as everywhere in the API."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self._file = path.open("wb")
        self._names = names
        self._first = True
        self._file.write(b"[")

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            self._file.write(b"\n" if self._first else b",\n")
            self._first = False
            self._file.write(msgspec.json.encode(dict(zip(self._names, row, strict=True))))

    def close(self) -> None:
        self._file.write(b"\n]\n")
        self._file.close()


class XlsxWriter:
    """One sheet, frozen headings; rows go to disk at once."""

    def __init__(self, path: Path, headings: Sequence[str], point: str) -> None:
        import xlsxwriter

        self._point = point
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            self._sheet.write_string(0, column, guarded(heading), bold)
        self._line = 0

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            self._line += 1
            for column, cell in enumerate(row):
                self._cell(column, cell)

    def close(self) -> None:
        self._book.close()

    def _cell(self, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(self._line, column, cell)
        elif isinstance(cell, int | Decimal) and len(str(cell).strip("-").replace(".", "")) <= _EXACT_DIGITS:
            self._sheet.write_number(self._line, column, float(cell))
        elif isinstance(cell, date) and cell.year < _FIRST_YEAR:
            self._sheet.write_string(self._line, column, _text(cell, self._point))
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(self._line, column, cell.replace(tzinfo=None), self._moment)
        elif isinstance(cell, date):
            self._sheet.write_datetime(
                self._line, column, datetime(cell.year, cell.month, cell.day), self._date
            )
        else:
            self._sheet.write_string(self._line, column, _text(cell, self._point))


def _text(cell: Cell, point: str) -> str:
    """A cell as text; a date is ISO, an instant without a zone as it is shown."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return format(cell, "f").replace(".", point) if isinstance(cell, Decimal) else str(cell)
