"""A picture field takes pictures only: what a file is was told by its content when it was uploaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from form_engine.fields.image import PICTURES
from platform_core import files
from platform_core.entities import Entity
from platform_core.i18n import N_
from platform_core.records import Save

_TYPES = frozenset(("image", "signature"))
_fields: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}


async def refuse_what_is_no_picture(saves: Sequence[Save]) -> None:
    """Notes every file in a picture field that is none, where the field was given."""
    named = [(save, *found) for save in saves for found in _named(save)]
    if not named:
        return
    known = await files.find_many(tuple({file_id for _save, _name, _below, file_id in named}))
    for save, name, below, file_id in named:
        file = known.get(file_id)
        if file is not None and file.type not in PICTURES and name not in save.failed:
            save.refuse(
                name,
                "not_a_picture",
                N_("'{file}' is no picture that can be shown."),
                below=below,
                remedy=N_("Choose a PNG, JPEG, WebP or GIF."),
                file=file.name[:80],
            )


def _named(save: Save) -> Iterator[tuple[str, str, str]]:
    """(field, place below it, file id) of every picture that the input names."""
    for name, cell in _picture_fields(save.entity):
        value = save.get(name)
        if name not in save.given:
            continue
        if not cell:
            if isinstance(value, str):
                yield name, "", value
            continue
        for place, row in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(row.get(cell), str):
                yield name, f"/{place}/{cell}", row[cell]


def _picture_fields(entity: Entity) -> tuple[tuple[str, str], ...]:
    """(field, column inside its rows or "") of a form revision."""
    key = (entity.key, entity.hash)
    found = _fields.get(key)
    if found is None:
        if len(_fields) > 2_000:
            _fields.clear()
        own = [(field.name, "") for field in entity.own_fields if field.type in _TYPES]
        inner = [
            (field.name, cell.name)
            for field in entity.own_fields
            if field.rows is not None
            for cell in field.rows.fields.values()
            if cell.type in _TYPES
        ]
        found = _fields[key] = (*own, *inner)
    return found
