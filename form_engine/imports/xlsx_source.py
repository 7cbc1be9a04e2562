"""XLSX, with every value taken as people see it: "007" stays "007", a date becomes ISO, an amount keeps its currency.

The file is read by `xlsx.child` in a process of its own; here are the pipe's other end and the words for refusals.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from form_engine.guard import unguarded
from form_engine.imports import xlsx
from form_engine.imports.errors import ImportRefused
from form_engine.imports.sheet import Row
from platform_core.errors import Invalid
from platform_core.i18n import N_

_START = "import sys; sys.path.append(sys.argv[1]); from xlsx.child import main; main(sys.argv[2])"
_FOLDER = str(Path(xlsx.__file__).parent.parent)
_LENGTH = 4
_AGAIN = N_("Open it in a spreadsheet program and save it again as XLSX or CSV.")
_REASONS: Mapping[str, tuple[str, str, str]] = {
    "broken": ("import_workbook", N_("This is not a readable XLSX workbook."), _AGAIN),
    "binary": ("import_workbook", N_("This is a workbook in the binary XLSB format."), _AGAIN),
    "bomb": (
        "import_bomb", N_("The workbook unpacks to {size} MB, which is refused."),
        N_("Save it again, or export it as CSV."),
    ),
    "memory": (
        "import_bomb", N_("The workbook needs too much memory to be read."), N_("Save it again, or export it as CSV."),
    ),
    "row": ("import_workbook", N_("Row {row} holds too much text."), N_("Shorten it and upload the file again.")),
}  # fmt: skip


class _Head(msgspec.Struct, frozen=True):
    """A frame that is no rows: the sheet's name, the end, or a refusal."""

    sheet: str = ""
    end: bool = False
    refused: str = ""
    params: dict[str, int] = {}


_Rows = list[tuple[int, tuple[str, ...], dict[int, str]]]
_FRAME = msgspec.json.Decoder(_Head | _Rows)


class XlsxSource:
    """The first visible sheet of a workbook that holds anything."""

    typed = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = ""

    async def chunks(self) -> AsyncGenerator[list[Row], None]:
        """The rows, as the other process reads them; it ends when nobody asks any more."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            "-c",
            _START,
            _FOLDER,
            str(self._path),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        try:
            async for frame in _frames(child):
                if isinstance(frame, list):
                    yield [Row(line, tuple(map(unguarded, cells)), marks) for line, cells, marks in frame]
                elif frame.refused:
                    raise _refusal(frame)
                elif frame.end:
                    return
                else:
                    self.name = frame.sheet
        finally:
            await _ended(child)


async def _frames(child: Process) -> AsyncIterator[_Head | _Rows]:
    """What the process sends. One that dies in the middle has met a file it could not stand."""
    assert child.stdout is not None
    try:
        while True:
            length = await child.stdout.readexactly(_LENGTH)
            yield _FRAME.decode(await child.stdout.readexactly(int.from_bytes(length, "big")))
    except asyncio.IncompleteReadError as error:
        raise _refusal(_Head(refused="memory")) from error


async def _ended(child: Process) -> None:
    with suppress(ProcessLookupError):
        child.kill()
    await child.wait()


def _refusal(head: _Head) -> Invalid:
    code, message, remedy = _REASONS.get(head.refused, _REASONS["broken"])
    return ImportRefused.one("/file", code, message, remedy=remedy, **head.params)
