"""Attachments: bytes outside the web root, one row each, readable by who may read the record.

`store` checks the content and keeps it, `opened` answers whether an actor may fetch a file and how it is sent. The
bytes lie in the data folder, or in a bucket that speaks S3 (`files_url`); `fetch` gives a local path to who needs one,
`move` brings them from the folder to the bucket. `FileReferences` teaches `records` what the ids in a file field mean.
A file that no record took within a day is forgotten by the job SWEEP; bytes without a row go with SWEEP_STORE.
"""

from platform_core.files.access import SHOWN_INLINE, Download, opened
from platform_core.files.blobs import BytesMissing, FilesError, StoreUnavailable
from platform_core.files.carrying import Looked, bring, chunks, look, stored_at
from platform_core.files.content import FileRefused
from platform_core.files.holding import hold, let_go
from platform_core.files.migrations import MIGRATIONS
from platform_core.files.model import StoredFile
from platform_core.files.moving import Moved, move
from platform_core.files.place import close, fetch, is_remote
from platform_core.files.references import FileReferences, enter, take
from platform_core.files.store import find, find_many, store, store_path
from platform_core.files.sweep import SWEEP, SWEEP_STORE, SWEEPING, SWEEPING_STORE, sweep, sweep_store

__all__ = [
    "MIGRATIONS",
    "SHOWN_INLINE",
    "SWEEP",
    "SWEEPING",
    "SWEEPING_STORE",
    "SWEEP_STORE",
    "BytesMissing",
    "Download",
    "FileReferences",
    "FileRefused",
    "FilesError",
    "Looked",
    "Moved",
    "StoreUnavailable",
    "StoredFile",
    "bring",
    "chunks",
    "close",
    "enter",
    "fetch",
    "find",
    "find_many",
    "hold",
    "is_remote",
    "let_go",
    "look",
    "move",
    "opened",
    "store",
    "store_path",
    "stored_at",
    "sweep",
    "sweep_store",
    "take",
]
