"""Who may fetch a file: its uploader while it is loose, then whoever reads the field that holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from platform_core import records
from platform_core.errors import NotFound
from platform_core.files.blobs import BytesMissing
from platform_core.files.model import StoredFile
from platform_core.files.place import blobs, is_remote
from platform_core.files.store import find, store_path
from platform_core.identity import Actor

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""Types that a browser may show; everything else is saved."""
LINK_SECONDS = 60


class Download(msgspec.Struct, frozen=True):
    """A file that may be sent: its facts, and its bytes as a local `path`, behind a signed `link`, or in `chunks()`."""

    file: StoredFile
    path: Path | None = None
    link: str | None = None

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes from the store, whichever it is."""
        return blobs().read(self.file.sha256)


async def opened(file_id: str, *, actor: Actor) -> Download:
    """The file, for an actor who may fetch it. Raises NotFound otherwise, missing and forbidden alike.

    Raises BytesMissing, to who may read it, where the store has lost the bytes; StoreUnavailable.
    """
    file = await find(file_id)
    if file is None or not await may_read(file, actor):
        raise NotFound()
    path = store_path(file.sha256)
    if path.is_file():
        return Download(file, path)
    if not is_remote() or await blobs().head(file.sha256) is None:
        raise BytesMissing(file.name)
    inline = file.type in SHOWN_INLINE
    link = await blobs().link(file.sha256, file.name, file.type, inline=inline, seconds=LINK_SECONDS)
    return Download(file, None, link)


async def may_read(file: StoredFile, actor: Actor) -> bool:
    """True for the uploader of a loose file, then for whoever reads the field that holds it."""
    if file.form is None or file.record is None or file.field is None:
        return actor.is_unbounded or file.created_by == actor.user_id
    try:
        record = await records.get(file.form, file.record, actor=actor, fields=(file.field,))
    except (NotFound, records.BadQuery):  # no such record for this person, or no such field: the same to them
        return False
    return _holds(record.values.get(file.field), file.id)


def _holds(value: object, file_id: str) -> bool:
    """True where a file field's wire value names this file."""
    if isinstance(value, list):
        return any(_holds(item, file_id) for item in value)
    return isinstance(value, dict) and (
        value.get("id") == file_id or any(_holds(part, file_id) for part in value.values())
    )
