"""Opens a file as a sheet, by its content."""

from __future__ import annotations

import asyncio
from pathlib import Path

from form_engine.imports.csv_source import CsvSource
from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import Sheet, Source, sheet_of
from form_engine.imports.xlsx_source import XlsxSource
from platform_core.i18n import N_

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE, _PDF = b"\xd0\xcf\x11\xe0", b"%PDF"


async def open_sheet(path: Path) -> Sheet:
    """The sheet in a CSV or XLSX file. Raises ImportRefused where there is none that can be read."""
    return await sheet_of(await asyncio.to_thread(_source, path))


def _source(path: Path) -> Source:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_ZIPS):
        return XlsxSource(path)
    if head.startswith(_OLE):
        raise ImportRefused.one(
            "/file", "import_old_excel", N_("This is a workbook in the old XLS format, or one with a password."),
            remedy=N_("Save it as XLSX without a password and upload that."),
        )  # fmt: skip
    if head.startswith(_PDF):
        raise ImportRefused.one(
            "/file", "import_binary", N_("This is a PDF document, not a spreadsheet."),
            remedy=N_("Choose a CSV or XLSX file."),
        )  # fmt: skip
    if not head:
        raise ImportRefused.one(
            "/file", "import_empty", N_("The file is empty."), remedy=N_("Choose another file.")
        )
    return CsvSource(path)
