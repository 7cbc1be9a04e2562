"""Opens a file as a sheet, by its content."""

from __future__ import annotations

from pathlib import Path

from form_engine.imports.csv_source import CsvSheet
from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import Sheet
from form_engine.imports.xlsx_source import XlsxSheet
from platform_core.i18n import N_

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_sheet(path: Path) -> Sheet:
    """The sheet in a CSV or XLSX file. Raises ImportRefused where there is none that can be read."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_ZIP):
        return XlsxSheet(path)
    if head.startswith(_OLE):
        raise ImportRefused.one(
            "/file", "import_old_excel", N_("This is a workbook in the old XLS format."),
            remedy=N_("Save it as XLSX and upload that."),
        )  # fmt: skip
    if not head:
        raise ImportRefused.one(
            "/file", "import_empty", N_("The file is empty."), remedy=N_("Choose another file.")
        )
    return CsvSheet(path)
