"""What is known of one stored file."""

from __future__ import annotations

from datetime import datetime

import msgspec


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment. `size` in bytes; `type` is the checked media type; `sha256` names the blob on disk.

    `form` and `record` tell which record holds it; both are None until a save has taken it.
    """

    id: str
    name: str
    size: int
    type: str
    sha256: str
    created_by: str
    created_at: datetime
    form: str | None = None
    record: str | None = None
    field: str | None = None

    @property
    def wire(self) -> dict[str, object]:
        """The value of a file field on the wire."""
        return {"id": self.id, "name": self.name, "size": self.size, "type": self.type}
