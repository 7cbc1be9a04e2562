"""Which of many records somebody may see, and what they are called, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from platform_core.identity import Actor
from platform_core.records.model import Wire
from platform_core.records.reading.presenting import present


async def readable(wanted: Mapping[str, Collection[str]], *, actor: Actor) -> dict[tuple[str, str], Wire]:
    """{"id", "code", "title"} by (form's key, id) of the records that the actor may see, deleted ones too
    (`"archived": true`). `wanted` holds ids by form; unknown forms and ids are left out."""
    asked = {("record", form): set(ids) for form, ids in wanted.items() if ids}
    found = await present(asked, actor) if asked else {}
    return {
        (form, record): dict(wire) for (_kind, form), shown in found.items() for record, wire in shown.items()
    }
