"""Bringing the bytes from the data folder to the store that the settings name now; may be stopped and begun again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from platform_core import database
from platform_core.files.blobs import FilesError
from platform_core.files.local_blobs import local_path
from platform_core.files.place import blobs, is_remote

_PORTION = 200


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is: `sent` now, `there` before, `missing` are hashes whose bytes are nowhere."""

    sent: int = 0
    there: int = 0
    missing: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.sent + self.there + len(self.missing)


async def move(*, remove: bool = False) -> AsyncIterator[Moved]:
    """Sends what is not there yet, and tells after every portion. With `remove` a local copy goes once it is there.

    Raises FilesError where no remote store is set, StoreUnavailable. Run again it goes on with what is left.
    """
    if not is_remote():
        raise FilesError(
            "No store is set to move to.", remedy="Set files_url (s3://bucket?endpoint=…) and start again."
        )
    done, last = Moved(), ""
    while hashes := await _hashes(last):
        last = hashes[-1]
        for sha256 in hashes:
            done = await _one(sha256, done, remove)
        yield done


async def _hashes(after: str) -> list[str]:
    rows = await database.fetch_tuples(
        "SELECT DISTINCT sha256 FROM tw_file WHERE sha256 > ? ORDER BY sha256 LIMIT ?", (after, _PORTION)
    )
    return [str(sha256) for (sha256,) in rows]


async def _one(sha256: str, done: Moved, remove: bool) -> Moved:
    path = local_path(sha256)
    local = await asyncio.to_thread(lambda: path.stat().st_size if path.is_file() else None)
    found = await blobs().head(sha256)
    if found is not None and local in (None, found.size):
        done = msgspec.structs.replace(done, there=done.there + 1)
    elif local is None:
        return msgspec.structs.replace(done, missing=(*done.missing, sha256))
    else:
        await blobs().put(path, sha256)
        done = msgspec.structs.replace(done, sent=done.sent + 1)
    if remove and local is not None:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return done
