"""Bytes in the data folder, outside the web root."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from platform_core import settings
from platform_core.files.blobs import CHUNK, Blob, BytesMissing, StoreUnavailable


def folder() -> Path:
    """The folder of the bytes, and of uploads on their way."""
    return settings.current().data / "files"


def local_path(sha256: str) -> Path:
    """Where the bytes with this hash lie, or would."""
    return folder() / sha256[:2] / sha256


class LocalBlobs:
    """The data folder."""

    async def put(self, path: Path, sha256: str) -> None:
        try:
            await asyncio.to_thread(settle, path, local_path(sha256))
        except OSError as exc:
            raise StoreUnavailable(str(exc.strerror)) from exc

    async def head(self, sha256: str) -> Blob | None:
        try:
            found = await asyncio.to_thread(local_path(sha256).stat)
        except FileNotFoundError:
            return None
        return Blob(sha256, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        try:
            opened = await asyncio.to_thread(local_path(sha256).open, "rb")
        except FileNotFoundError as exc:
            raise BytesMissing(sha256[:12]) from exc
        with opened:
            while chunk := await asyncio.to_thread(opened.read, CHUNK):
                yield chunk

    async def remove(self, sha256: str) -> None:
        await asyncio.to_thread(local_path(sha256).unlink, missing_ok=True)

    async def every(self) -> AsyncIterator[Blob]:
        for path in await asyncio.to_thread(lambda: sorted(folder().glob("??/*"))):
            found = await self.head(path.name)
            if found is not None and len(path.name) == 64:
                yield found

    async def link(
        self, sha256: str, name: str, media_type: str, *, inline: bool, seconds: int
    ) -> str | None:
        return None

    async def close(self) -> None:
        return


def settle(incoming: Path, place: Path) -> None:
    """Move the finished upload to its place; the same bytes are kept once, and count as new."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.utime(place)
        return
    with incoming.open("rb") as written:
        os.fsync(written.fileno())
    incoming.replace(place)
