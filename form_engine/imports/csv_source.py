"""CSV in the encodings that people really send: UTF-8 with and without BOM, UTF-16, GB18030, Windows code pages."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Row, fitted, headings
from platform_core.i18n import N_

_SAMPLE = 256 * 1024
_CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "big5", "shift_jis", "euc_kr")
_DELIMITERS = ",;\t|"
csv.field_size_limit(MAX_CELL * 4)


class CsvSheet:
    """A CSV file on disk, read as a stream."""

    def __init__(self, path: Path) -> None:
        self._path = path
        sample = _head(path)
        self.encoding = _encoding(sample)
        self._delimiter = _delimiter(_text(sample, self.encoding))
        first = next(self._records(), None)
        if first is None or not any(cell.strip() for cell in first[1]):
            raise ImportRefused.one(
                "/file", "import_empty", N_("The file has no heading row."),
                remedy=N_("The first row must hold the names of the columns."),
            )  # fmt: skip
        self.columns = headings(first[1])
        if len(self.columns) > MAX_COLUMNS:
            raise ImportRefused.one(
                "/file", "import_columns", N_("The file has {count} columns; at most {max} are read."),
                count=len(self.columns), max=MAX_COLUMNS, remedy=N_("Delete the columns that you do not import."),
            )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank. Raises ImportRefused above the row limit or where the text breaks off."""
        width, count = len(self.columns), 0
        records = self._records()
        next(records, None)
        for line, cells in records:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > MAX_ROWS:
                raise too_many_rows()
            yield Row(line, fitted(cells, width))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        with self._path.open("r", encoding=self.encoding, newline="", errors="strict") as text:
            reader = csv.reader(text, delimiter=self._delimiter)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except (UnicodeDecodeError, csv.Error) as error:
                    raise ImportRefused.one(
                        "/file", "import_text", N_("Row {row} cannot be read as text ({reason})."), row=number,
                        reason=str(error), remedy=N_("Save the file again as CSV in UTF-8, or as XLSX."),
                    ) from error  # fmt: skip
                yield number, cells


def too_many_rows() -> ImportRefused:
    """The answer to a file beyond the limit."""
    return ImportRefused.one(
        "/file", "import_rows", N_("The file has more than {max} rows."), max=MAX_ROWS,
        remedy=N_("Split it into several files."),
    )  # fmt: skip


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _encoding(sample: bytes) -> str:
    """The encoding of a sample: a BOM decides, then valid UTF-8, then GB18030, then the detector's best guess."""
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(bom):
            return name
    if b"\x00" in sample:
        raise ImportRefused.one(
            "/file", "import_binary", N_("This is not a CSV file: it holds binary data."),
            remedy=N_("Choose a CSV or XLSX file."),
        )  # fmt: skip
    if _decodes(sample, "utf-8"):
        return "utf-8"
    if _decodes(sample, "gb18030") and _looks_chinese(_text(sample, "gb18030")):
        return "gb18030"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_CODE_PAGES)).best()
    return best.encoding if best is not None else "cp1252"


def _decodes(sample: bytes, encoding: str) -> bool:
    """True where the sample decodes; a character cut off at the sample's end does not count against it."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(text: str) -> bool:
    """True where nearly all characters beyond ASCII belong to the everyday set (GB 2312).

    Bytes of a Western code page also decode as GB18030, but to rare characters.
    """
    foreign = [c for c in text if ord(c) > 127]
    common = sum(1 for c in foreign if _is_everyday(c))
    return bool(foreign) and common >= 0.9 * len(foreign)


def _is_everyday(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _text(sample: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the same number of cells, most cells first."""
    lines = list(csv.reader(io.StringIO(text), delimiter="\x00"))[:20]
    head = "\n".join(line[0] if line else "" for line in lines)
    best, best_score = ",", 0
    for candidate in _DELIMITERS:
        widths = [len(row) for row in csv.reader(io.StringIO(head), delimiter=candidate) if row]
        score = widths[0] if widths and widths[0] > 1 and widths.count(widths[0]) >= 0.6 * len(widths) else 0
        if score > best_score:
            best, best_score = candidate, score
    return best
