"""Values as plain text that depends on no reader: for titles and numbers."""

from __future__ import annotations

from typing import cast

from platform_core.entities import EntityField


def neutral_text(field: EntityField, value: object) -> str:
    """The text of a canonical value; "" for nothing."""
    if value is None:
        return ""
    if field.neutral_text is not None:
        return field.neutral_text(value)
    wire = field.codec.to_wire(value)
    if isinstance(wire, list | tuple):
        return ", ".join(map(str, wire))
    if isinstance(wire, dict):
        return " ".join(str(part) for part in cast("dict[str, object]", wire).values() if part is not None)
    return "" if wire is None else str(wire)
