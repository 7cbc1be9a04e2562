"""Attachments in a backup: out of their store into parts of the file, and back; the store may be a bucket."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from platform_core import files
from platform_core.files import BytesMissing
from platform_core.operations.backups.archive import CHUNK, Archive
from platform_core.operations.backups.manifest import FILES, Manifest
from platform_core.operations.errors import BackupRefused


async def copy_files(archive: Archive, wanted: Sequence[str]) -> tuple[str, ...]:
    """Put the bytes with these hashes into the archive, one after the other; those that are missing, or spoilt."""
    missing = []
    for sha256 in wanted:
        async with contextlib.aclosing(files.chunks(sha256)) as chunks:
            try:
                first = await anext(chunks, b"")
            except BytesMissing:
                missing.append(sha256)
                continue
            name = f"{FILES}{sha256[:2]}/{sha256}"
            await _write(archive, name, first, chunks)
        if archive.members[name].sha256 != sha256:
            del archive.members[name]  # a restore brings back only what the manifest names
            missing.append(sha256)
    return tuple(missing)


async def _write(archive: Archive, name: str, first: bytes, chunks: AsyncIterator[bytes]) -> None:
    with archive.part(name) as part:
        await asyncio.to_thread(part.write, first)
        async for chunk in chunks:
            await asyncio.to_thread(part.write, chunk)


async def bring_files(place: Path, manifest: Manifest, folder: Path) -> None:
    """Put the backup's files into the bucket that the settings name, one at a time by way of `folder`.

    Bytes bear their hash as their name: nothing is written over, and begun again it goes on. Raises StoreUnavailable.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    raw = await asyncio.to_thread(tempfile.mkdtemp, prefix=".files-", dir=folder)
    path = Path(raw) / "part"
    try:
        for name, member in manifest.members.items():
            if name.startswith(FILES):
                if name.rpartition("/")[2] != member.sha256:
                    raise BackupRefused(
                        "The backup is damaged: {part} is no name of a file.", params={"part": name}
                    )
                await asyncio.to_thread(_unpack, place, name, path)
                await files.bring(path, member.sha256)
    finally:
        await asyncio.to_thread(shutil.rmtree, raw, ignore_errors=True)


def _unpack(place: Path, name: str, path: Path) -> None:
    try:
        with zipfile.ZipFile(place) as archive, archive.open(name) as part, path.open("wb") as out:
            shutil.copyfileobj(part, out, CHUNK)
    except OSError as exc:
        raise BackupRefused(
            "The files cannot be unpacked into {path}: {reason}. Nothing was changed.",
            params={"path": str(path.parent), "reason": exc.strerror or str(exc)},
            remedy="Make room on that disk, or look at its permissions.",
        ) from exc
