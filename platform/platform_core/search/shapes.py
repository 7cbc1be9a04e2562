"""What of a form is in the index: only what every role that reads the form reads in clear, on every row it sees.

A row of the index carries the name of its *shape*, the set of things it was made from. When roles or fields change,
rows of a shape that holds too much are out of every search at once, and a job makes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from platform_core import definitions, entities, permissions, records
from platform_core.entities import TITLE, Entity, EntityField
from platform_core.identity import NOBODY_ID, Actor

_ADDRESSES = frozenset({"email", "phone"})
_SECRET = frozenset({"masked", "encrypted"})
_KEPT = 2_000


class Shape(msgspec.Struct, frozen=True):
    """What a form's rows of the index are made from. `parts` are "title:<template>", "code" and "<field>/<column>"."""

    name: str
    form: str
    parts: tuple[str, ...]
    title: bool
    code: bool
    fields: tuple[str, ...]
    """Fields whose text columns are in the index."""
    phones: tuple[str, ...]

    @property
    def watched(self) -> frozenset[str]:
        """Fields whose change changes the row of the index."""
        return frozenset((*self.fields, *(("code",) if self.code else ())))


_shapes: dict[tuple[object, ...], Shape] = {}


def shape_of(entity: Entity) -> Shape:
    """The shape that the present definitions allow."""
    catalog = definitions.catalog()
    key = (entity.key, entity.hash, catalog.change_set, catalog.version)
    found = _shapes.get(key)
    if found is None:
        if len(_shapes) >= _KEPT:
            _shapes.clear()
        found = _shapes[key] = _made(entity)
    return found


def text_columns(field: EntityField) -> list[int]:
    """The places of the columns that hold text as people write it."""
    return [
        place
        for place, column in enumerate(field.columns)
        if column.type.kind == "text" and column.role in ("value", "raw")
    ]


def _made(entity: Entity) -> Shape:
    open_fields = _open_fields(entity)
    titled = records.title_fields(entity)
    shows_title = bool(titled) and open_fields.issuperset(titled)
    fields = [
        field
        for field in entity.own_fields
        if field.name in open_fields and text_columns(field) and (field.search or field.type in _ADDRESSES)
    ]
    code = "code" in open_fields
    template = "".join(f"{part.text}{{{part.field}}}" for part in entity.title)
    parts = (
        *((f"title:{template}:{','.join(titled)}",) if shows_title else ()),
        *(("code",) if code else ()),
        *sorted(
            f"{field.name}/{field.columns[place].name}" for field in fields for place in text_columns(field)
        ),
    )
    told = "\n".join((entity.key, *parts))
    return Shape(
        name=hashlib.sha256(told.encode()).hexdigest()[:20],
        form=entity.key,
        parts=parts,
        title=shows_title,
        code=code,
        fields=tuple(field.name for field in fields),
        phones=tuple(field.name for field in fields if field.type == "phone"),
    )


def _open_fields(entity: Entity) -> frozenset[str]:
    """Fields that each role, alone, reads in clear on every row that it sees; nothing that the form itself hides."""
    found = {name for name, field in entity.fields.items() if field.sensitive not in _SECRET}
    for reader in _readers():
        access = permissions.access(entity, reader)
        if access.can("read"):
            found &= access.fields_readable_in_clear()
    return frozenset(found)


def _readers() -> Iterator[Actor]:
    """Somebody with each one of the published roles."""
    for role in definitions.catalog().all("role"):
        yield Actor(user_id=NOBODY_ID, name="", roles=(role.key.full_name,))


def columns_of(entity: Entity, shape: Shape) -> list[str]:
    """The columns from which a row of the index is made, after the id: title, code, then the fields' text."""
    names = [TITLE, "code"]
    for name in shape.fields:
        field = entity.fields[name]
        names.extend(field.columns[place].name for place in text_columns(field))
    return names


def expected() -> Sequence[tuple[Entity, Shape]]:
    """Every form and the shape it should have."""
    return [(entity, shape_of(entity)) for entity in entities.all()]
