"""The file of a backup: a ZIP whose parts are written as they come, counted and digested."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from platform_core.operations.backups.manifest import MAC, MANIFEST, Manifest, Member, encode
from platform_core.operations.errors import BackupFailed

CHUNK = 1024 * 1024
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Part:
    """One part being written."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def member(self) -> Member:
        return Member(self.size, self._hash.hexdigest())


class Archive:
    """Writes beside the place and moves there at the end: what bears the name is whole. Readable by its owner only."""

    def __init__(self, place: Path, *, overwrite: bool = False) -> None:
        self.place = place.absolute()
        self.beside = self.place.with_name(f".{self.place.name}.{os.getpid()}.part")
        self.members: dict[str, Member] = {}
        self._overwrite = overwrite
        self._raw: IO[bytes] | None = None
        self._zip: zipfile.ZipFile | None = None

    def __enter__(self) -> Self:
        with told(self.place):
            if self.place.exists() and not self._overwrite:
                raise BackupFailed(
                    "{path} is there already.",
                    params={"path": str(self.place)},
                    remedy="Give another name, or --overwrite.",
                )
            handle = os.open(self.beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            self._raw = os.fdopen(handle, "w+b")
            self._zip = zipfile.ZipFile(self._raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        return self

    @contextmanager
    def part(self, name: str) -> Iterator[Part]:
        """A part of that name; one at a time."""
        assert self._zip is not None
        with told(self.place):
            with self._zip.open(name, "w", force_zip64=True) as out:
                part = Part(out)
                yield part
            self.members[name] = part.member

    def copy(self, name: str, path: Path) -> None:
        """A whole file as a part."""
        with self.part(name) as part, path.open("rb") as source:
            while data := source.read(CHUNK):
                part.write(data)

    def finish(self, manifest: Manifest) -> None:
        """Write what the backup says of itself, and move it to its place."""
        assert self._zip is not None and self._raw is not None
        body, mac = encode(manifest)
        with told(self.place):
            self._zip.writestr(MANIFEST, body)
            self._zip.writestr(MAC, mac)
            self._zip.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())
            self._raw.close()
            self.beside.replace(self.place)
            folder = os.open(self.place.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._raw is not None and not self._raw.closed:
            if self._zip is not None:
                self._zip.fp = None  # thrown away: it must not try to write its end
            with contextlib.suppress(OSError):
                self._raw.close()
        self.beside.unlink(missing_ok=True)


@contextmanager
def told(place: Path) -> Iterator[None]:
    """The system's refusals in sentences. Raises BackupFailed."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _FULL:
            raise disk_full(place) from exc
        raise BackupFailed(
            "{path} cannot be written: {reason}.",
            params={"path": str(place), "reason": exc.strerror or str(exc)},
            remedy="Choose a folder that is there and that you may write to.",
        ) from exc


def disk_full(place: Path) -> BackupFailed:
    """There is no room for it."""
    return BackupFailed(
        "There is no room left on the disk of {path}; nothing was kept.",
        params={"path": str(place)},
        remedy="Make room there, or write the backup to another disk.",
    )
