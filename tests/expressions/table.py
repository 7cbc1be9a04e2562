"""Reads the conformance table: one JSON object a line, `conformance/<subject>.jsonl`.

`id`; `expr`; `env` (fields, "old" and "vars"); `zone`; `type` and `expect`, or `error` (a code); `backends`: where the
row holds. "check" is an error of the checker; a row without the SQL back ends says that SQL must refuse it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent / "conformance"
SUBJECTS = tuple(sorted(path.stem for path in FOLDER.glob("*.jsonl")))
WRITTEN = tuple(subject for subject in SUBJECTS if subject != "generated")
"""The rows that somebody has thought of; `generated_rows` adds every function at the edges of its types."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the table."""

    id: str
    expr: str
    backends: tuple[str, ...]
    env: dict[str, Any] = {}
    zone: str = "UTC"
    type: str = ""
    expect: Any = None
    error: str = ""


def rows(subject: str, backend: str) -> list[Row]:
    """The rows of one subject that `backend` answers."""
    lines = (FOLDER / f"{subject}.jsonl").read_bytes().splitlines()
    return [row for line in lines if backend in (row := msgspec.json.decode(line, type=Row)).backends]
