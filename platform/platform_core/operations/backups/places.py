"""Where an installation keeps its things."""

from __future__ import annotations

from pathlib import Path

_SQLITE = "sqlite:///"


def sqlite_path(url: str) -> Path | None:
    """The file of the embedded database; None where the database is a server."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
