"""References that an address or a refused form names by id, with their titles for the lookup controls."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import files, records
from platform_core.database import is_id
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor


async def with_titles(entity: Entity, given: Mapping[str, object], actor: Actor) -> dict[str, object]:
    """The same values; ids of records, people, teams and files are presented as this actor may see them."""
    values = dict(given)
    fields = [
        entity.fields[name]
        for name, value in given.items()
        if name in entity.fields and entity.fields[name].reference is not None and _are_ids(value)
    ]
    await records.present_values([values], [field for field in fields if not _is_file(field)], actor)
    for field in filter(_is_file, fields):
        values[field.name] = await _files(values[field.name], actor)
    return values


def _is_file(field: EntityField) -> bool:
    return field.reference is not None and field.reference.kind == "file"


async def _files(given: object, actor: Actor) -> object:
    """Files by their ids, without those that the actor may not fetch: here no field's rule has looked at them."""
    ids = [str(one) for one in given] if isinstance(given, list) else [str(given)]
    source = files.FileReferences()
    wires = await source.present(await source.find(ids, actor), actor)
    shown = [wires[one] for one in ids if one in wires]
    return shown if isinstance(given, list) else next(iter(shown), None)


def _are_ids(value: object) -> bool:
    if isinstance(value, str):
        return is_id(value)
    return (
        isinstance(value, list) and bool(value) and all(isinstance(one, str) and is_id(one) for one in value)
    )
