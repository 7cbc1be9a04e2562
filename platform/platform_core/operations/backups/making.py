"""`make_backup`: the database in one state, then the files that this state knows, then the manifest."""

from __future__ import annotations

import asyncio
from pathlib import Path

from platform_core import clock, files, secrets, settings
from platform_core.operations.backups.archive import Archive
from platform_core.operations.backups.manifest import FILES, FORMAT, KEY, Manifest
from platform_core.operations.backups.places import sqlite_path
from platform_core.operations.backups.postgresql_source import copy_postgresql
from platform_core.operations.backups.sqlite_source import copy_sqlite
from platform_core.operations.errors import BackupFailed


async def make_backup(place: Path, *, with_key: bool = False, overwrite: bool = False) -> Manifest:
    """Write a backup of the installation to `place`, while it runs; the manifest of what it holds.

    Files are named by what is in them and never change, so those that the state of the database knows can be copied
    after it. Raises BackupFailed; nothing is left at `place` then.
    """
    current = settings.current()
    with Archive(place, overwrite=overwrite) as archive:
        path = sqlite_path(current.database_url)
        if path is not None:
            if not path.exists():
                raise BackupFailed("There is no database {path}.", params={"path": str(path)})
            facts = await asyncio.to_thread(copy_sqlite, path, archive)
        else:
            facts = await copy_postgresql(current.database_url, archive)
        missing = await asyncio.to_thread(_copy_files, archive, facts.files)
        if with_key:
            with archive.part(KEY) as part:
                part.write(current.secret_key)
        manifest = Manifest(
            format=FORMAT,
            made_at=clock.now(),
            version=current.version,
            engine="sqlite" if path is not None else "postgresql",
            server=facts.server,
            migrations=facts.migrations,
            key_fingerprint=secrets.fingerprint(),
            catalog=facts.catalog,
            head=facts.head,
            tables=facts.tables,
            files=len(facts.files) - len(missing),
            missing_files=missing,
            leased_jobs=facts.leased,
            with_key=with_key,
            members=archive.members,
        )
        await asyncio.to_thread(archive.finish, manifest)
    return manifest


def _copy_files(archive: Archive, wanted: tuple[str, ...]) -> tuple[str, ...]:
    missing = []
    for sha256 in wanted:
        path = files.store_path(sha256)
        if path.is_file():
            archive.copy(f"{FILES}{sha256[:2]}/{sha256}", path)
        else:
            missing.append(sha256)
    return tuple(missing)
