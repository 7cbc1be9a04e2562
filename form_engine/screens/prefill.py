"""References that an address or a refused form names by id, with their titles for the lookup controls."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import records
from platform_core.database import is_id
from platform_core.entities import Entity
from platform_core.identity import Actor


async def with_titles(entity: Entity, given: Mapping[str, object], actor: Actor) -> dict[str, object]:
    """The same values; ids of records, people, teams and files are presented as this actor may see them."""
    values = dict(given)
    fields = [
        entity.fields[name]
        for name, value in given.items()
        if name in entity.fields and entity.fields[name].reference is not None and _are_ids(value)
    ]
    await records.present_values([values], fields, actor)
    return values


def _are_ids(value: object) -> bool:
    if isinstance(value, str):
        return is_id(value)
    return (
        isinstance(value, list) and bool(value) and all(isinstance(one, str) and is_id(one) for one in value)
    )
