"""Workbooks for tests: honest ones by the writer that people's tools use, dishonest ones by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from form_engine.imports.sheet import Row, Sheet
from form_engine.imports.source import open_sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PARTS: Mapping[str, str] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def sheet_xml(rows: str) -> str:
    """A worksheet part around these rows."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def by_hand(path: Path, rows: str = "", more: Mapping[str, str | bytes] = {}) -> Path:
    """A workbook of raw parts; `more` replaces or adds parts ("xl/styles.xml": …)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        parts: dict[str, str | bytes] = {**PARTS, "xl/worksheets/sheet1.xml": sheet_xml(rows), **more}
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def written(path: Path, fill: Callable[[Any, Any], None], **options: object) -> Path:
    """A workbook with one sheet that `fill(workbook, sheet)` has written."""
    with xlsxwriter.Workbook(str(path), options) as book:
        fill(book, book.add_worksheet("Customers"))
    return path


async def rows_of(sheet: Sheet) -> list[Row]:
    return [row for chunk in [chunk async for chunk in sheet.chunks()] for row in chunk]


async def read(path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows as text."""
    sheet = await open_sheet(path)
    return sheet.columns, [row.cells for row in await rows_of(sheet)]


async def column(path: Path, place: int = 0) -> list[tuple[str, str]]:
    """(text, mark) of one column."""
    rows = await rows_of(await open_sheet(path))
    return [(row.cells[place], row.marks.get(place, "")) for row in rows]
