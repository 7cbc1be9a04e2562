"""The store for who looks after it as a whole: a backup takes bytes out, a restore brings them, the doctor counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from platform_core import database, settings
from platform_core.files.blobs import BytesMissing
from platform_core.files.local_blobs import LocalBlobs
from platform_core.files.place import blobs, is_remote


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in the store against what is named by rows. Where `complete` is False only the first were looked at."""

    wanted: int
    missing: tuple[str, ...]
    unnamed: int
    complete: bool = True


def stored_at() -> str:
    """Where bytes lie, in words that may be shown: an address never holds a secret."""
    return settings.current().files_url or str(settings.current().data / "files")


async def chunks(sha256: str) -> AsyncGenerator[bytes, None]:
    """The bytes with this hash; from the data folder where the remote store has not got them yet.

    Raises BytesMissing before the first chunk, StoreUnavailable at any.
    """
    begun = False
    try:
        async for chunk in blobs().read(sha256):
            begun = True
            yield chunk
    except BytesMissing:
        if begun or not is_remote():
            raise
        async for chunk in LocalBlobs().read(sha256):
            yield chunk


async def bring(path: Path, sha256: str) -> None:
    """Puts a file's bytes into the store unless they are there. Raises StoreUnavailable."""
    found = await blobs().head(sha256)
    if found is None or found.size != (await asyncio.to_thread(path.stat)).st_size:
        await blobs().put(path, sha256)


async def look(*, objects: int, seconds: float) -> Looked:
    """Compares the store with the rows, no more than so many objects and no longer than `seconds`.

    Stores list what they hold in the order of its names, so a look that was cut short knows how far it came. Raises
    StoreUnavailable.
    """
    rows = await database.fetch_tuples("SELECT DISTINCT sha256 FROM tw_file")
    wanted = {str(sha) for (sha,) in rows}
    there: set[str] = set()
    until, last, complete = time.monotonic() + seconds, "", True
    async for blob in blobs().every():
        there.add(blob.sha256)
        last = max(last, blob.sha256)
        if len(there) >= objects or time.monotonic() > until:
            complete = False
            break
    missing = sorted(sha for sha in wanted - there if complete or sha <= last)
    return Looked(wanted=len(wanted), missing=tuple(missing), unnamed=len(there - wanted), complete=complete)
