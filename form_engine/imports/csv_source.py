"""CSV in the encodings that people really send: UTF-8 with and without BOM, UTF-16, GB18030, code pages."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from pathlib import Path

from form_engine.guard import unguarded
from form_engine.imports.encodings import encoding_of
from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import MAX_CELL, Row
from platform_core.i18n import N_

CHUNK = 250
_SAMPLE = 64 * 1024
_LOOKED_AT = 30
_DELIMITERS = ",;\t|"
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPOKEN = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)


class CsvSource:
    """A CSV file on disk, read as a stream in a thread."""

    name = ""
    typed = False

    def __init__(self, path: Path) -> None:
        """Looks at the whole file for its encoding, and at its beginning for the delimiter. Blocks: call in a thread."""
        self._path = path
        self.encoding = encoding_of(path)
        with self._open() as text:
            sample = text.read(_SAMPLE)
        self.delimiter = _delimiter(sample)

    async def chunks(self) -> AsyncGenerator[list[Row], None]:
        """The rows. Raises ImportRefused where the text breaks off."""
        rows = self._rows()
        while chunk := await asyncio.to_thread(lambda: list(islice(rows, CHUNK))):
            yield chunk

    def _open(self) -> io.TextIOWrapper:
        # Bytes that are no text of this encoding become surrogates: the row is told apart, the file can be read on.
        return self._path.open("r", encoding=self.encoding, newline="", errors="surrogateescape")

    def _rows(self) -> Iterator[Row]:
        csv.field_size_limit(MAX_CELL * 8)  # in the whole process; nobody else reads CSV
        with self._open() as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            line = 0
            while True:
                line += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except (UnicodeError, csv.Error) as error:
                    raise ImportRefused.one(
                        "/file", "import_text", N_("Row {row} cannot be read as text ({reason})."), row=line,
                        reason=str(error), remedy=N_("Save the file again as CSV in UTF-8, or as XLSX."),
                    ) from error  # fmt: skip
                if line == 1 and _SPOKEN.match(",".join(cells)):
                    continue
                if any(cells):
                    yield _row(line, cells)


def _row(line: int, cells: list[str]) -> Row:
    """The row; a guard against formulas, as exports have it, is taken off."""
    marks: dict[int, str] = {}
    for place, cell in enumerate(cells):
        if not cell.isascii() and _SURROGATE.search(cell):
            cells[place] = _SURROGATE.sub("\ufffd", cell)
            marks[place] = "x"
        elif cell[:1] == "'":
            cells[place] = unguarded(cell)
    return Row(line, tuple(cells), marks)


def _delimiter(sample: str) -> str:
    """What the file says itself ("sep=;"), or what cuts most of the first rows into the same number of cells."""
    spoken = _SPOKEN.match(sample.partition("\n")[0].strip("\ufeff\r"))
    if spoken:
        return spoken[1]
    best, best_score = ",", (0.0, 0)
    for candidate in _DELIMITERS:
        score = _score(sample, candidate)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    """(share of rows with the usual width, that width); nothing for a delimiter that cuts nothing."""
    try:
        widths = [
            len(row)
            for row in islice(csv.reader(io.StringIO(sample), delimiter=delimiter), _LOOKED_AT)
            if row
        ]
    except csv.Error:
        return 0.0, 0
    usual = max(widths, key=widths.count, default=0)
    if usual < 2:
        return 0.0, 0
    share = widths.count(usual) / len(widths)
    return (1.0 if share >= 0.8 else share), usual
