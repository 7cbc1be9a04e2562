"""`restore_backup`: look at everything first, then put the database and the files in place; what was there is kept aside."""

from __future__ import annotations

import asyncio
import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from platform_core import audit, clock, files, settings
from platform_core.operations.backups.archive import CHUNK
from platform_core.operations.backups.file_parts import bring_files
from platform_core.operations.backups.manifest import FILES, Manifest
from platform_core.operations.backups.opening import (
    check_key,
    check_version,
    check_whole,
    key_inside,
    read_manifest,
)
from platform_core.operations.backups.places import sqlite_path
from platform_core.operations.backups.postgresql_target import is_empty, load_postgresql
from platform_core.operations.backups.sqlite_target import place_sqlite, require_free
from platform_core.operations.errors import BackupRefused, KeyLost, NotEmpty


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was done. `kept` are the places of what was there before."""

    manifest: Manifest
    kept: tuple[str, ...]
    older: tuple[str, ...]
    """Migrations that the backup lacks; the next start applies them."""


async def restore_backup(place: Path, known: Sequence[str], *, force: bool = False) -> Restored:
    """Bring the installation back from `place`. `known` are the ids of the program's migrations, in their order.

    Into an empty place, or with `force` beside what is there, which is kept under another name. Nothing is changed
    before the whole file was found good. Files go to the bucket where `files_url` names one. Raises BackupRefused, KeyLost,
    NotEmpty, StoreUnavailable. The program must not run meanwhile.
    """
    manifest = await asyncio.to_thread(read_manifest, place)
    check_version(manifest, known)
    _settle_key(place, manifest)
    check_key(manifest)
    await asyncio.to_thread(check_whole, place, manifest)
    current = settings.current()
    path = sqlite_path(current.database_url)
    wanted = "sqlite" if path is not None else "postgresql"
    if manifest.engine != wanted:
        raise BackupRefused(
            "The backup holds a {theirs} database, and this installation is set up for {ours}.",
            params={"theirs": manifest.engine, "ours": wanted},
            remedy="Restore it into its own kind of database (TRADEWIND_DATABASE_URL).",
        )
    stamp = clock.now().strftime("before-%Y%m%d-%H%M%S")
    folder = None if files.is_remote() or manifest.files_stay_at else current.data / "files"
    await _require_room(path, current.database_url, folder, force)
    beside = await _files_beside(place, manifest, folder)
    try:
        if path is not None:
            kept = await asyncio.to_thread(place_sqlite, place, manifest, path, stamp)
        else:
            kept = await load_postgresql(place, manifest, current.database_url, stamp)
        if beside is not None and folder is not None:
            kept += _swap(beside, folder, stamp)
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    kept += _put_aside(current.data / audit.ANCHOR_FILE, stamp)
    older = tuple(name for name in known if name not in set(manifest.migrations))
    return Restored(manifest=manifest, kept=kept, older=older)


def _settle_key(place: Path, manifest: Manifest) -> None:
    """A key that was made just now, because none was there, gives way to the backup's, or goes again."""
    made = settings.made_key()
    if made is None or not made.exists():
        return
    made.unlink()
    if not manifest.with_key:
        raise KeyLost(
            "The backup belongs to the secret key with fingerprint {theirs}, and there is no key here.",
            params={"theirs": manifest.key_fingerprint, "path": str(made)},
            remedy="Put the secret.key of that installation at {path} first, or give TRADEWIND_SECRET_KEY.",
        )
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(key_inside(place))
    settings.use(msgspec.structs.replace(settings.current(), secret_key=made.read_bytes().strip()))


async def _files_beside(place: Path, manifest: Manifest, folder: Path | None) -> Path | None:
    """The files, unpacked beside their folder; those of a bucket go there at once, where they write over nothing."""
    if folder is not None:
        return await asyncio.to_thread(_unpack_files, place, manifest, folder.parent)
    if not manifest.files_stay_at:
        await bring_files(place, manifest, settings.current().data)
    return None


async def _require_room(path: Path | None, url: str, folder: Path | None, force: bool) -> None:
    if path is not None:
        require_free(path)
        there = path.exists()
    else:
        there = not await is_empty(url, alone=True)
    there = there or (folder is not None and folder.is_dir() and any(folder.iterdir()))
    if there and not force:
        raise NotEmpty(
            "There is an installation here already.",
            remedy="Restore into an empty place, or use --force: what is here is kept under another name.",
        )


def _unpack_files(place: Path, manifest: Manifest, data: Path) -> Path:
    beside = data / f".files-{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        with zipfile.ZipFile(place) as archive:
            for name in manifest.members:
                if not name.startswith(FILES):
                    continue
                target = beside / name.removeprefix(FILES)
                if not target.resolve().is_relative_to(beside.resolve()):
                    raise BackupRefused(
                        "The backup is damaged: {part} is no name of a file.", params={"part": name}
                    )
                target.parent.mkdir(exist_ok=True)
                with archive.open(name) as part, target.open("wb") as out:
                    shutil.copyfileobj(part, out, CHUNK)
    except OSError as exc:
        shutil.rmtree(beside, ignore_errors=True)
        raise BackupRefused(
            "The files cannot be unpacked into {path}: {reason}. Nothing was changed.",
            params={"path": str(data), "reason": exc.strerror or str(exc)},
            remedy="Make room on that disk, or look at its permissions.",
        ) from exc
    return beside


def _swap(beside: Path, folder: Path, stamp: str) -> tuple[str, ...]:
    kept = _put_aside(folder, stamp) if folder.is_dir() and any(folder.iterdir()) else ()
    if folder.is_dir():
        folder.rmdir()
    beside.rename(folder)
    return kept


def _put_aside(path: Path, stamp: str) -> tuple[str, ...]:
    if not path.exists():
        return ()
    return (str(path.rename(path.with_name(f"{path.name}.{stamp}"))),)
