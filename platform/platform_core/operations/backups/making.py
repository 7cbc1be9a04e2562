"""`make_backup`: the database in one state, then the files that this state knows, then the manifest."""

from __future__ import annotations

import asyncio
from pathlib import Path

from platform_core import clock, files, secrets, settings
from platform_core.operations.backups.archive import Archive
from platform_core.operations.backups.file_parts import copy_files
from platform_core.operations.backups.manifest import FORMAT, KEY, Manifest
from platform_core.operations.backups.places import sqlite_path
from platform_core.operations.backups.postgresql_source import copy_postgresql
from platform_core.operations.backups.sqlite_source import copy_sqlite
from platform_core.operations.errors import BackupFailed


async def make_backup(
    place: Path, *, with_key: bool = False, with_files: bool = True, overwrite: bool = False
) -> Manifest:
    """Write a backup of the installation to `place`, while it runs; the manifest of what it holds.

    Files are named by what is in them and never change, so those that the state of the database knows can be copied
    after it, from the data folder or the bucket. Without `with_files` they stay in the bucket and the manifest names
    it. Raises BackupFailed, StoreUnavailable; nothing is left at `place` then.
    """
    current = settings.current()
    if not with_files and not files.is_remote():
        raise BackupFailed(
            "The files lie in the data folder {path}: a backup without them could not bring them back.",
            params={"path": files.stored_at()},
            remedy="Leave --without-files out, or keep files in a bucket (files_url).",
        )
    with Archive(place, overwrite=overwrite) as archive:
        path = sqlite_path(current.database_url)
        if path is not None:
            if not path.exists():
                raise BackupFailed("There is no database {path}.", params={"path": str(path)})
            facts = await asyncio.to_thread(copy_sqlite, path, archive)
        else:
            facts = await copy_postgresql(current.database_url, archive)
        wanted = facts.files if with_files else ()
        missing = await copy_files(archive, wanted)
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
            files=len(wanted) - len(missing),
            missing_files=missing,
            files_stay_at="" if with_files else files.stored_at(),
            leased_jobs=facts.leased,
            with_key=with_key,
            members=archive.members,
        )
        await asyncio.to_thread(archive.finish, manifest)
    return manifest
