"""Attachments: bytes on disk outside the web root, one row each, readable by who may read the record.

`store` checks the content and keeps it; `opened` answers whether an actor may fetch a file and where it lies.
`FileReferences` teaches `records` what the ids in a file field mean. A file that no record took within a day
is removed by the job `files.sweep`.
"""

from platform_core.files.access import Download, opened
from platform_core.files.content import FileRefused
from platform_core.files.holding import hold, let_go
from platform_core.files.migrations import MIGRATIONS
from platform_core.files.model import StoredFile
from platform_core.files.references import FileReferences, take
from platform_core.files.store import find, find_many, store, store_path
from platform_core.files.sweep import SWEEP, SWEEPING, sweep

__all__ = [
    "MIGRATIONS",
    "SWEEP",
    "SWEEPING",
    "Download",
    "FileReferences",
    "FileRefused",
    "StoredFile",
    "find",
    "find_many",
    "hold",
    "let_go",
    "opened",
    "store",
    "store_path",
    "sweep",
    "take",
]
