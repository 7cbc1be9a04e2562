"""`lookup`: the value of a field behind one or two links, kept with the record."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from form_engine.fields.computed import ComputedField, ComputedType
from platform_core.i18n import N_


class LookupField(ComputedField, frozen=True, kw_only=True, tag="lookup"):
    """The field at the end of `path`: "account.country", or over two links "account.parent_group.name"."""

    path: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,2}$", max_length=130)]


class LookupType(ComputedType[LookupField]):
    name = "lookup"
    definition = LookupField
    label = N_("Value of a linked record")
