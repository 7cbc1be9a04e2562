"""References as the lookup control holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_core.i18n import _


class Held(dict[str, object]):
    """{"id", "title", "code"} for the control; always all three."""


def held_reference(value: object) -> Held | None:
    """One reference: presented by `records`, or as it was posted (an id or {"code"})."""
    if not value:
        return None
    if isinstance(value, Mapping):
        if value.get("restricted"):
            return Held(id="", title=_("(restricted)"), code="")
        title = value.get("title") or value.get("code") or value.get("id") or ""
        return Held(id=value.get("id") or "", title=title, code=value.get("code") or "") if title else None
    return Held(id=str(value), title=str(value), code="")


def held_references(value: object) -> list[Held]:
    """Several references."""
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    return [held for item in items if (held := held_reference(item)) is not None]
