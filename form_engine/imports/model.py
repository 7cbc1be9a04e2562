"""One import, from the upload to the undo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

State = Literal["uploaded", "checking", "checked", "running", "done", "failed", "undoing", "undone"]
"""uploaded → checking → checked → running → done → undoing → undone; failed from checking or running.

Nothing of a failed import stays: what it had created is taken back before the state is written.
"""


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """An import as it stands. `total` is known after the check, `done_line` is the last line that is settled.

    `mapping` is column heading to field name; columns that are not in it are left out. `created` and `refused` count
    rows; during and after a check `created` counts the rows that would be created.
    """

    id: str
    form: str
    file_id: str
    file_name: str
    state: State
    columns: tuple[str, ...]
    mapping: dict[str, str]
    skip_refused: bool = False
    dry: bool = False
    total: int = 0
    done_line: int = 0
    seen: int = 0
    created: int = 0
    refused: int = 0
    message: str | None = None
    job_id: str | None = None
    created_by: str
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether a job works on it."""
        return self.state in ("checking", "running", "undoing")


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one cell (or the row as a whole: `column` empty). Texts are message ids with parameters."""

    column: str
    field: str
    code: str
    message: str
    params: dict[str, object] = {}
    remedy: str = ""


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not taken, as it stood in the file, and why."""

    line: int
    cells: tuple[str, ...]
    problems: tuple[RowProblem, ...]


Mapped = Mapping[str, str]
"""Column heading → field name."""
