"""Where bytes lie: a port with two ways of keeping them, by their SHA-256, and the errors both can meet.

FilesError (TradewindError)
├── BytesMissing       404  the row is there, the bytes are not
└── StoreUnavailable   503  the store does not answer
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

from platform_core.errors import TradewindError
from platform_core.i18n import N_

CHUNK = 256 * 1024


class FilesError(TradewindError):
    """The store of attachments cannot do it."""

    code = "files"


class BytesMissing(FilesError):
    """The bytes of a file are gone from the store."""

    code = "bytes_missing"
    status = 404
    default_message: ClassVar[str] = N_("The bytes of {name} are missing from the store.")

    def __init__(self, name: str) -> None:
        super().__init__(
            params={"name": name},
            remedy=N_("Upload it again, or ask the operator for a backup of the store."),
        )


class StoreUnavailable(FilesError):
    """The store does not answer, or refuses."""

    code = "store_unavailable"
    status = 503
    default_message: ClassVar[str] = N_("The store of attachments does not answer: {reason}.")

    def __init__(self, reason: str) -> None:
        super().__init__(
            params={"reason": reason},
            remedy=N_("Try again; if it stays so, the operator looks at files_url."),
        )


class Blob(NamedTuple):
    """What is known of stored bytes without reading them."""

    sha256: str
    size: int
    modified: datetime


class Blobs(Protocol):
    """Bytes by their hash. Every method may raise StoreUnavailable."""

    async def put(self, path: Path, sha256: str) -> None:
        """Keeps the file's bytes; where they are already, they count as new. `path` may be taken away."""

    async def head(self, sha256: str) -> Blob | None:
        """What is known of them; None where they are not there."""

    def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes in chunks. Raises BytesMissing before the first one."""

    async def remove(self, sha256: str) -> None:
        """Takes them away; nothing where they are gone."""

    def every(self) -> AsyncIterator[Blob]:
        """Everything there is."""

    async def link(
        self, sha256: str, name: str, media_type: str, *, inline: bool, seconds: int
    ) -> str | None:
        """An address that hands the bytes out for a while, without asking us; None where the store has none."""

    async def close(self) -> None:
        """Gives back what is open."""
