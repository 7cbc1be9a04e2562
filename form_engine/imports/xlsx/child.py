"""The reading process: `main(path)` writes frames to the standard output.

A frame is four bytes of length and that much JSON: first {"sheet": name}, then lists of rows
[[line, [text, …], {column: mark}], …], at the end {"end": true} or {"refused": reason, "params": {…}}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import BinaryIO

from .cells import Cells, Looks, Spread, merged_down, read_rows
from .formats import read_formats
from .package import Package, SheetPart
from .refusal import Refused
from .strings import Strings, read_strings

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 600
MOST_TEXT = 4_000_000
"""Characters of one row; far beyond what any list of records has."""

_FRAME_ROWS, _FRAME_TEXT = 200, 200_000


def main(path: str) -> None:
    """Read the workbook at `path`. Ends quietly when nobody listens any more."""
    _limit()
    out = sys.stdout.buffer
    try:
        try:
            read(path, _Frames(out))
            _send(out, {"end": True})
        except Refused as refused:
            _send(out, {"refused": refused.reason, "params": refused.params})
        except MemoryError:
            _send(out, {"refused": "memory", "params": {}})
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # the standard output cannot be flushed any more, which the interpreter would try


def read(path: str, frames: _Frames) -> None:
    """The first visible sheet that holds anything, into `frames`."""
    package = Package(path, os.path.getsize(path))
    if not package.sheets:
        raise Refused("broken")
    formats = read_formats(package.small(package.styles or ""))
    strings = read_strings(package.blocks(package.strings)) if package.strings else Strings()
    looks = Looks(strings, formats, package.dates_from_1904)
    for sheet in package.sheets:
        frames.begin(sheet)
        read_rows(package.blocks(sheet.part), looks, _spread(package, sheet), frames.row)
        if frames.used:
            frames.flush()
            return


def _spread(package: Package, sheet: SheetPart) -> Spread:
    return merged_down(package.blocks(sheet.part))


class _Frames:
    """Gathers rows into frames of modest size."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._rows: list[object] = []
        self._text = 0
        self._name = ""
        self.used = False

    def begin(self, sheet: SheetPart) -> None:
        self._name = sheet.name

    def row(self, line: int, cells: Cells) -> None:
        texts = [text for text, _mark in cells]
        size = sum(map(len, texts))
        if size > MOST_TEXT:
            raise Refused("row", row=line)
        if not self.used:
            self.used = True
            _send(self._out, {"sheet": self._name})
        marks = {str(column): mark for column, (_text, mark) in enumerate(cells) if mark}
        self._rows.append((line, texts, marks))
        self._text += size
        if len(self._rows) >= _FRAME_ROWS or self._text > _FRAME_TEXT:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            _send(self._out, self._rows)
            self._rows, self._text = [], 0
            self._out.flush()


def _send(out: BinaryIO, value: object) -> None:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    out.write(len(data).to_bytes(4, "big") + data)


def _limit() -> None:
    """Bound this process, where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS)):
        _soft, hard = resource.getrlimit(what)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (allowed, hard))
