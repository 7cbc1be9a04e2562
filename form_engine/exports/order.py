"""What somebody wants to take out, and why."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from platform_core.records import RecordQuery

Format = Literal["xlsx", "csv", "json"]


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /records/{form}/export`. Without `fields` the columns of `view`, else every field."""

    format: Format = "xlsx"
    filter: Annotated[str, Meta(max_length=2000)] | None = None
    fields: Annotated[tuple[str, ...], Meta(max_length=300)] | None = None
    view: str | None = None
    q: Annotated[str, Meta(max_length=200)] | None = None
    sort: tuple[str, ...] = ()
    reason: Annotated[str, Meta(max_length=500)] = ""

    def query(self, form: str) -> RecordQuery:
        """The question that the order asks of `records`."""
        return RecordQuery(
            form=form, filter=self.filter, fields=self.fields, view=self.view, q=self.q, sort=self.sort
        )
