"""Keeps bytes under their hash and their facts in a row."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from platform_core import audit, clock, database, settings
from platform_core.errors import PayloadTooLarge
from platform_core.files.content import FileRefused, checked_type, clean_name
from platform_core.files.local_blobs import folder, local_path
from platform_core.files.model import StoredFile
from platform_core.files.place import blobs
from platform_core.identity import Actor

_HEAD = 8192
_COLUMNS = "id, name, size, type, sha256, created_by, created_at, form, record, field"


def store_path(sha256: str) -> Path:
    """Where the bytes with this hash lie in the data folder; with a remote store only a copy may (see `fetch`)."""
    return local_path(sha256)


async def store(name: str, chunks: AsyncIterator[bytes], *, actor: Actor) -> StoredFile:
    """Check and keep an upload; it belongs to the uploader until a record takes it.

    Raises FileRefused for an empty or forbidden file, PayloadTooLarge above `upload_max_bytes`, StoreUnavailable.
    Nothing is kept then.
    """
    name = clean_name(name)
    folder().mkdir(parents=True, exist_ok=True)
    handle, raw_path = tempfile.mkstemp(prefix="incoming-", dir=folder())
    path = Path(raw_path)
    try:
        with os.fdopen(handle, "wb") as out:
            size, sha256, head = await _write(chunks, out.fileno())
        if size == 0:
            raise FileRefused.one(
                "/file", "file_empty", "{name} is empty.", name=name, remedy="Choose another file."
            )
        kind = checked_type(name, head)
        await blobs().put(
            path, sha256
        )  # the bytes first: a row without bytes would be worse than bytes without row
    finally:
        path.unlink(missing_ok=True)
    kept = StoredFile(
        id=database.new_id(), name=name, size=size, type=kind, sha256=sha256,
        created_by=actor.user_id, created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        await database.execute(
            f"INSERT INTO tw_file ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,NULL,NULL,NULL)",
            (kept.id, kept.name, kept.size, kept.type, kept.sha256, kept.created_by, kept.created_at),
        )
        await audit.write(
            "file.upload", actor=actor, kind="file", subject=f"file/{kept.id}", detail={"size": size}
        )
    return kept


async def find(file_id: str) -> StoredFile | None:
    """The facts of one file, whoever asks."""
    found = await find_many([file_id])
    return found.get(file_id)


async def find_many(ids: Sequence[str]) -> dict[str, StoredFile]:
    """The facts of several files by id; unknown ids are left out."""
    if not ids:
        return {}
    marks = ",".join("?" for _ in ids)
    rows = await database.fetch_all(f"SELECT {_COLUMNS} FROM tw_file WHERE id IN ({marks})", tuple(ids))
    files = (msgspec.convert(dict(row), StoredFile) for row in rows)
    return {file.id: file for file in files}


async def _write(chunks: AsyncIterator[bytes], target: int) -> tuple[int, str, bytes]:
    """Size, hash and first bytes of what was written; stops at the size limit."""
    limit = settings.current().upload_max_bytes
    size, digest, head = 0, hashlib.sha256(), b""
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise PayloadTooLarge(
                "The file is larger than {limit} MB.", params={"limit": limit // (1024 * 1024)},
                remedy="Make it smaller, or share a link instead.",
            )  # fmt: skip
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
        digest.update(chunk)
        await asyncio.to_thread(os.write, target, chunk)
    return size, digest.hexdigest(), head
