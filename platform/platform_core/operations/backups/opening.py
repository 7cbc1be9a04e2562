"""Looking at the file of a backup before anything is touched."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from platform_core import secrets
from platform_core.operations.backups.archive import CHUNK
from platform_core.operations.backups.manifest import FORMAT, KEY, MAC, MANIFEST, Manifest, is_signed
from platform_core.operations.errors import BackupRefused

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, OSError)


class _Format(msgspec.Struct):
    format: int
    version: str = "?"


def read_manifest(place: Path) -> Manifest:
    """What the backup says of itself. Raises BackupRefused where the file is none, or cut off."""
    try:
        with zipfile.ZipFile(place) as archive:
            body = archive.read(MANIFEST)
    except FileNotFoundError as exc:
        raise BackupRefused("There is no file {path}.", params={"path": str(place)}) from exc
    except _BROKEN as exc:
        raise BackupRefused(
            "{path} is not a backup of Tradewind, or a part of it is missing: {reason}.",
            params={"path": str(place), "reason": str(exc) or type(exc).__name__},
            remedy="Take another copy of it, or an earlier backup.",
        ) from exc
    try:
        if (found := msgspec.json.decode(body, type=_Format)).format != FORMAT:
            raise BackupRefused(
                "The backup was made by version {version}, in a form that this program does not read.",
                params={"version": found.version},
                remedy="Restore it with that version of the program.",
            )
        return msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as exc:
        raise _damaged(MANIFEST) from exc


def check_version(manifest: Manifest, known: Sequence[str]) -> None:
    """Raises BackupRefused for a backup of a newer program: it has migrations that this one does not know."""
    newer = sorted(set(manifest.migrations) - set(known))
    if newer:
        raise BackupRefused(
            "The backup was made by version {version}, which is newer than this program: it knows {names}.",
            params={"version": manifest.version, "names": ", ".join(newer[:5])},
            remedy="Install that version of the program, then restore.",
        )


def check_key(manifest: Manifest) -> None:
    """Raises BackupRefused where the backup was sealed under another key than the present one."""
    if manifest.key_fingerprint != secrets.fingerprint():
        raise BackupRefused(
            "The backup belongs to the secret key with fingerprint {theirs}; this installation's has {ours}.",
            params={"theirs": manifest.key_fingerprint, "ours": secrets.fingerprint()},
            remedy="Put the secret.key of that installation into the data folder first, or give TRADEWIND_SECRET_KEY.",
        )


def check_whole(place: Path, manifest: Manifest) -> None:
    """Read every part once. Raises BackupRefused where one is damaged, or where the manifest was changed."""
    try:
        with zipfile.ZipFile(place) as archive:
            if not is_signed(archive.read(MANIFEST), archive.read(MAC)):
                raise _damaged(MANIFEST)
            for name, member in manifest.members.items():
                if _digest(archive, name) != (member.size, member.sha256):
                    raise _damaged(name)
    except _BROKEN as exc:
        raise _damaged(str(exc)) from exc


def key_inside(place: Path) -> bytes:
    """The secret key of a backup made with it."""
    with zipfile.ZipFile(place) as archive:
        return archive.read(KEY)


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as part:
        while data := part.read(CHUNK):
            digest.update(data)
            size += len(data)
    return size, digest.hexdigest()


def _damaged(part: str) -> BackupRefused:
    return BackupRefused(
        "The backup is damaged: {part} is not what was written.",
        params={"part": part},
        remedy="Take another copy of it, or an earlier backup. Nothing was changed here.",
    )
