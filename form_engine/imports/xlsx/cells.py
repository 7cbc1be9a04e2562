"""The rows of one sheet, as a stream."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .formats import NUMBER, Format
from .markup import Attributes, local, parse
from .refusal import Refused
from .shown import Shown, iso_moment, shown_number
from .strings import Strings, unescaped

MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
"""Characters; what a spreadsheet cell can hold."""

Cells = list[Shown]
Take = Callable[[int, Cells], None]
"""Gets every row that holds something: its number in the sheet, and its cells."""


class Looks(NamedTuple):
    """What all sheets of a workbook share."""

    strings: Strings
    formats: Sequence[Format]
    from_1904: bool


Spread = Mapping[int, Mapping[int, int]]
"""Merged cells: first row → column → last row. What stands in the first row is meant for all."""


def read_rows(blocks: Iterable[bytes], looks: Looks, spread: Spread, take: Take) -> None:
    """Hands every row that is not blank to `take`, in order. Raises Refused for what is no sheet."""
    reader = _Rows(looks, _Merged(spread), take)
    parse(blocks, reader.start, reader.end, reader.text)


class _Merged:
    """Fills a value down through the rows of its merged cell."""

    def __init__(self, spread: Spread) -> None:
        self._spread = spread
        self._open: dict[int, tuple[int, Shown]] = {}

    def fill(self, line: int, cells: Cells) -> None:
        if not self._spread and not self._open:
            return
        for column, (last, shown) in list(self._open.items()):
            if line > last:
                del self._open[column]
            elif column >= len(cells) or not cells[column][0]:
                _put(cells, column, shown)
        for column, last in self._spread.get(line, {}).items():
            if column < len(cells) and cells[column][0]:
                self._open[column] = (last, cells[column])


class _Rows:
    """The handlers of one reading."""

    def __init__(self, looks: Looks, merged: _Merged, take: Take) -> None:
        self._looks = looks
        self._merged = merged
        self._take = take
        self._columns: dict[str, int] = {}
        self._line = 0
        self._cells: Cells = []
        self._column = -1
        self._kind = ""
        self._style = 0
        self._formula = False
        self._pieces: list[str] | None = None
        self._value = ""
        self._reading_aid = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._pieces = None if self._reading_aid else []
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._line = _whole(attributes.get("r"), self._line + 1)
            self._cells = []
            self._column = -1
        elif name == "rPh":
            self._reading_aid += 1

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name in ("v", "t"):
            if self._pieces is not None:
                self._value += "".join(self._pieces)
            self._pieces = None
        elif name == "c":
            shown = self._shown()
            if shown[0] or shown[1]:
                _put(self._cells, self._column, shown)
        elif name == "row":
            self._merged.fill(self._line, self._cells)
            if self._cells:
                self._take(self._line, self._cells)
        elif name == "rPh":
            self._reading_aid -= 1

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self._column = self._column + 1 if reference is None else self._column_of(reference)
        self._kind = attributes.get("t", "n")
        self._style = _whole(attributes.get("s"), 0)
        self._formula = False
        self._value = ""

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            found = self._columns[letters] = column_number(letters)
        return found

    def _shown(self) -> Shown:
        value, kind = self._value, self._kind
        if not value:
            return ("", "f") if self._formula and kind in ("n", "b", "e") else ("", "")
        if kind == "s":
            return self._looks.strings[_whole(value, -1)][:LONGEST_CELL], ""
        if kind == "n":
            return shown_number(value, self._format(), self._looks.from_1904)
        if kind == "b":
            return ("TRUE" if value.strip() == "1" else "FALSE"), ""
        if kind == "e":
            return value, "e"
        return iso_moment(value) if kind == "d" else (unescaped(value)[:LONGEST_CELL], "")

    def _format(self) -> Format:
        formats = self._looks.formats
        return formats[self._style] if 0 <= self._style < len(formats) else NUMBER


def _put(cells: Cells, column: int, shown: Shown) -> None:
    missing = column - len(cells)
    if missing < 0:
        cells[column] = shown
        return
    if missing:
        cells.extend([("", "")] * missing)
    cells.append(shown)


def column_number(letters: str) -> int:
    """ "A" → 0, "AA" → 26. Raises Refused for what is no column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or number > MOST_COLUMNS:
            raise Refused("broken")
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= MOST_COLUMNS:
        raise Refused("broken")
    return number - 1


_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_MERGES = 200_000
_LONGEST_TAG = 400


def merged_down(blocks: Iterable[bytes]) -> Spread:
    """The merged cells of more than one row. They stand behind the rows, so the part is looked through once before."""
    found: dict[int, dict[int, int]] = {}
    for number, (left, first, _right, last) in enumerate(_merges(blocks)):
        if number >= _MOST_MERGES:
            raise Refused("broken")
        if int(last) > int(first):
            found.setdefault(int(first), {})[column_number(left.decode())] = int(last)
    return found


def _merges(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    rest = b""
    for block in blocks:
        text = rest + block
        if b"mergeCell" not in text:
            rest = text[-_LONGEST_TAG:]
            continue
        end = 0
        for match in _MERGE.finditer(text):
            end = match.end()
            yield match[1], match[2], match[3], match[4]
        rest = text[max(end, len(text) - _LONGEST_TAG) :]


def _whole(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
