"""A spreadsheet as text: one heading per column, and rows that remember their line in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELL = 32_767
"""Characters; what a spreadsheet cell can hold."""


class Row(msgspec.Struct, frozen=True):
    """One data row. `line` is the number people see in their spreadsheet (the heading is line 1)."""

    line: int
    cells: tuple[str, ...]


class Sheet(Protocol):
    """What every reader gives: headings, and the rows as often as they are asked for."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings, made unique; an empty heading is named after its letter ("Column C")."""

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, with as many cells as there are columns."""


def headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Usable headings from the first row: trimmed, never empty, never twice the same."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for position, cell in enumerate(_without_tail(cells)):
        name = " ".join(cell.split()) or f"Column {letters(position)}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """The row cut or filled to the number of columns, every cell without outer blanks."""
    trimmed = tuple(cell.strip().strip("\u200b\ufeff") for cell in cells[:width])
    return trimmed + ("",) * (width - len(trimmed))


def letters(position: int) -> str:
    """0 → "A", 26 → "AA": how spreadsheets name columns."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def _without_tail(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
