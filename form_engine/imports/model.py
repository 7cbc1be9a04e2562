"""One import, from the upload to the undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from form_engine.imports.sheet import Row

State = Literal[
    "uploaded", "checking", "checked", "running", "done", "reverting", "failed", "undoing", "undone"
]
"""uploaded → checking → checked → running → done → undoing → undone; failed from checking, or from running by way of
reverting.

Nothing of a failed import stays: what it had created is taken back before the state is written.
"""

BUSY: frozenset[State] = frozenset({"checking", "running", "reverting", "undoing"})
OPEN: tuple[State, ...] = ("uploaded", "checked", "failed")
"""From these an import can be mapped and checked anew."""

Mapped = Mapping[str, str]
"""Column heading → field name."""


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the people behind a file write, where a cell alone cannot tell.

    `dates`: whether 03/04/2026 is the third of April ("dmy") or the fourth of March ("mdy"). `decimal`: the sign
    before decimals, "." or ","; "" follows the importing person's language.
    """

    dates: Literal["dmy", "mdy"] = "dmy"
    decimal: Literal["", ".", ","] = ""


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """An import as it stands. `done_line` is the last line that is settled, `total` the rows that the check found.

    `mapping` is column heading to field name; columns that are not in it are left out. `created`, `refused` and
    `alike` count rows: taken (after a check: those that would be), refused, and left to judge because they look like
    another row or record. `skip_refused` and `skip_alike` leave such rows out. `commit_next`: the check goes over
    into the import by itself where it finds nothing that stands against it. `message` is a message id, filled from
    `params`.
    """

    id: str
    form: str
    file_id: str
    file_name: str
    sheet: str = ""
    typed: bool = False
    """Whether the file tells numbers and dates from text, as a workbook does."""
    state: State
    columns: tuple[str, ...]
    first: tuple[Row, ...] = ()
    """The first rows, for a look at what the columns hold."""
    mapping: dict[str, str]
    habits: Habits = Habits()
    skip_refused: bool = False
    skip_alike: bool = False
    commit_next: bool = False
    total: int = 0
    done_line: int = 0
    seen: int = 0
    created: int = 0
    refused: int = 0
    alike: int = 0
    message: str | None = None
    params: dict[str, object] = {}
    job_id: str | None = None
    created_by: str
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether a job works on it."""
        return self.state in BUSY


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one cell (or the row as a whole: `column` empty). Texts are message ids with parameters."""

    column: str
    field: str
    code: str
    message: str
    params: dict[str, object] = {}
    remedy: str = ""


class RowReport(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was refused, or (`refused` False) one to judge, as it stood in the file, and why."""

    line: int
    refused: bool = True
    cells: tuple[str, ...]
    problems: tuple[RowProblem, ...]
