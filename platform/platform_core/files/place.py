"""Which store is in use, and a local copy for who needs a path."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from pathlib import Path

from platform_core import settings
from platform_core.files.blobs import Blobs, BytesMissing
from platform_core.files.local_blobs import LocalBlobs, folder, local_path, settle
from platform_core.files.s3_address import s3_address
from platform_core.files.s3_blobs import S3Blobs

_open: dict[tuple[str | None, ...], Blobs] = {}


def blobs() -> Blobs:
    """The store that the settings name. Raises FilesError where they make no sense."""
    current = settings.current()
    key = (current.files_url, current.files_key, current.files_secret)
    found = _open.get(key)
    if found is None:
        made: Blobs = LocalBlobs()
        if current.files_url:
            made = S3Blobs(s3_address(current.files_url), current.files_key, current.files_secret)
        found = _open[key] = made
    return found


def is_remote() -> bool:
    """Whether bytes lie elsewhere than in the data folder."""
    return bool(settings.current().files_url)


async def close() -> None:
    """Gives back every connection; the program calls it at its end."""
    while _open:
        _key, found = _open.popitem()
        await found.close()


async def fetch(sha256: str) -> Path:
    """A local path to the bytes; those of a remote store are copied into the data folder first, and checked.

    Raises BytesMissing, StoreUnavailable. The sweep removes such copies after a day.
    """
    place = local_path(sha256)
    if await asyncio.to_thread(place.is_file):
        return place
    if not is_remote():
        raise BytesMissing(sha256[:12])
    await asyncio.to_thread(folder().mkdir, parents=True, exist_ok=True)
    handle, raw = await asyncio.to_thread(tempfile.mkstemp, prefix="incoming-", dir=folder())
    path, digest = Path(raw), hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as out:
            async for chunk in blobs().read(sha256):
                digest.update(chunk)
                await asyncio.to_thread(out.write, chunk)
        if digest.hexdigest() != sha256:
            raise BytesMissing(sha256[:12])
        await asyncio.to_thread(settle, path, place)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return place
