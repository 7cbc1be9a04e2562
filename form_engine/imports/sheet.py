"""A spreadsheet as text: one heading per column, and rows that remember their line in the file."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

import msgspec

from form_engine.imports.errors import ImportRefused
from platform_core.errors import Invalid
from platform_core.i18n import N_

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELL = 32_767
"""Characters; what a spreadsheet cell can hold."""
LOOKED_AT = 20
"""Rows among which the headings are looked for."""

_NO_MARKS: Mapping[int, str] = {}


class Row(msgspec.Struct, frozen=True):
    """One row. `line` is the number people see in their spreadsheet, counted from 1.

    `marks` tell by position what a cell was, where that is more than text: "n" a number, "p" a share ("15.5%"), "d" a
    date in ISO order, a currency code for an amount ("1200.5 EUR"), "e" an error of the spreadsheet, "f" a formula
    without a result, "x" bytes that are no text. With a mark, numbers have a point and no groups.
    """

    line: int
    cells: tuple[str, ...]
    marks: Mapping[int, str] = _NO_MARKS


class Source(Protocol):
    """A file that gives its rows, headings among them, in chunks of some hundreds; blank rows are left out."""

    @property
    def name(self) -> str:
        """The name of the sheet; empty where a file has only one."""

    @property
    def typed(self) -> bool:
        """Whether cells carry marks; else everything is text, and numbers and dates are as people wrote them."""

    def chunks(self) -> AsyncGenerator[list[Row], None]:
        """The rows from the start. Raises ImportRefused where the file cannot be read on."""


class Sheet:
    """The headings, and the rows below them as often as they are asked for."""

    def __init__(
        self, source: Source, columns: tuple[str, ...], heading_line: int, first: Sequence[Row]
    ) -> None:
        self._source = source
        self._heading_line = heading_line
        self.columns = columns
        """The headings, made unique; an empty heading is named after its letter ("Column C")."""
        self.first = tuple(self._fitted(first))
        """The first rows below the headings, for a look at the file."""

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def typed(self) -> bool:
        return self._source.typed

    async def chunks(self, after: int = 0) -> AsyncGenerator[list[Row], None]:
        """The rows behind line `after`, with as many cells as there are columns. Raises ImportRefused."""
        count = 0
        async with aclosing(self._source.chunks()) as chunks:
            async for chunk in chunks:
                rows = self._fitted(chunk)
                count += len(rows)
                if count > MAX_ROWS:
                    raise _too_many_rows()
                wanted = [row for row in rows if row.line > after]
                if wanted:
                    yield wanted

    def _fitted(self, rows: Sequence[Row]) -> list[Row]:
        width = len(self.columns)
        fitted = (_fitted(row, width) for row in rows if row.line > self._heading_line)
        return [row for row in fitted if any(row.cells)]


async def sheet_of(source: Source) -> Sheet:
    """Finds the headings. Raises ImportRefused where there are none."""
    first = await _first_chunk(source)
    place = _heading_place(first[:LOOKED_AT])
    if place is None:
        raise ImportRefused.one(
            "/file", "import_empty", N_("The file has no heading row."),
            remedy=N_("The first row must hold the names of the columns."),
        )  # fmt: skip
    columns = headings(first[place].cells)
    if len(columns) > MAX_COLUMNS:
        raise ImportRefused.one(
            "/file", "import_columns", N_("The file has {count} columns; at most {max} are read."),
            count=len(columns), max=MAX_COLUMNS, remedy=N_("Delete the columns that you do not import."),
        )  # fmt: skip
    return Sheet(source, columns, first[place].line, first)


async def _first_chunk(source: Source) -> list[Row]:
    async with aclosing(source.chunks()) as chunks:
        async for chunk in chunks:
            return chunk
    return []


def _heading_place(rows: Sequence[Row]) -> int | None:
    """The first row that is nearly as wide as the others: titles above the headings have one or two cells."""
    widths = [sum(1 for cell in row.cells if cell.strip()) for row in rows]
    if not any(widths):
        return None
    usual = max(widths)
    return next(place for place, width in enumerate(widths) if width > usual / 2)


def headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Usable headings: trimmed, never empty, never twice the same."""
    taken: set[str] = set()
    names: list[str] = []
    for position, cell in enumerate(_without_tail(cells)):
        base = " ".join(cell.split())[:200] or f"Column {letters(position)}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


_OUTER = " \t\r\n\u00a0\u3000\u200b\ufeff"


def _fitted(row: Row, width: int) -> Row:
    """The row cut or filled to the number of columns, every cell without outer blanks."""
    cells = tuple(cell.strip(_OUTER) for cell in row.cells[:width])
    return Row(row.line, cells + ("",) * (width - len(cells)), row.marks)


def letters(position: int) -> str:
    """0 → "A", 26 → "AA": how spreadsheets name columns."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def _too_many_rows() -> Invalid:
    return ImportRefused.one(
        "/file", "import_rows", N_("The file has more than {max} rows."), max=MAX_ROWS,
        remedy=N_("Split it into several files."),
    )  # fmt: skip


def _without_tail(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
