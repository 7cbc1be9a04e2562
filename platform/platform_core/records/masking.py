"""What a masked value shows: dots and the last four characters, where enough of it stays hidden."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core.entities import EntityField
from platform_core.records.references import RESTRICTED

DOTS = "••••"
_SHOWN = 4
_HIDDEN = 4
"""At least so many characters have to stay hidden, or nothing is shown."""


def masked(field: EntityField, wire: object) -> object:
    """The masked form of a field's wire value; None stays None, because a blank hides nothing."""
    if wire is None:
        return None
    if field.reference is not None:
        return RESTRICTED
    if isinstance(wire, Mapping):
        wire = wire.get("raw")
    if isinstance(wire, str) and len(wire) >= _SHOWN + _HIDDEN:
        return DOTS + wire[-_SHOWN:]
    return DOTS
