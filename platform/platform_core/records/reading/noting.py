"""Noting who has seen whose personal data. What was only looked at is written within a second; what is taken out as
a file is written before it goes."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import audit
from platform_core.entities import Entity
from platform_core.identity import Actor
from platform_core.records.reading.projection import Projection, Reading
from platform_core.records.titling import title_fields

NOTED = frozenset({"personal", "encrypted"})
"""How sensitive a field has to be for looks at it to be noted."""


def personal_fields(shown: Projection) -> tuple[str, ...]:
    """The personal and the encrypted fields that a projection shows in clear, also inside the title."""
    fields, masked = shown.entity.fields, shown.masked
    names = dict.fromkeys((*shown.names, *title_fields(shown.entity)))
    return tuple(
        name for name in names if name in fields and fields[name].sensitive in NOTED and name not in masked
    )


def note_open(entity: Entity, record: str, personal: tuple[str, ...], actor: Actor) -> None:
    """One record was opened."""
    if personal and not actor.is_system:
        audit.saw("open", entity.key, (record,), personal, actor)


async def note_page(
    entity: Entity,
    ids: Sequence[str],
    personal: tuple[str, ...],
    actor: Actor,
    *,
    action: Reading,
    searched: bool,
) -> None:
    """A page of records was listed, searched or exported."""
    if not personal or not ids or actor.is_system:
        return
    ids = tuple(ids)
    if action == "export":
        await audit.write_access("export", entity.key, ids, personal, actor)
    else:
        audit.saw("search" if searched else "list", entity.key, ids, personal, actor)
