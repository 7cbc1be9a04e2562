"""What one record says, as the index keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from platform_core import database
from platform_core.entities import Entity
from platform_core.records import Save
from platform_core.search.shapes import Shape, text_columns
from platform_core.search.words import indexed, tsvector

_TAG = re.compile(r"<[^<>]{0,500}>")


class Line(msgspec.Struct, frozen=True):
    """A row of the index."""

    record: str
    terms: str
    inside: str


def line_of_save(save: Save, shape: Shape) -> Line:
    """The row of a record that is being saved."""
    entity = save.entity
    texts: list[str] = []
    phones: list[str] = []
    for name in shape.fields:
        value = save.values.get(name)
        if value is None:
            continue
        field = entity.fields[name]
        raw = field.codec.to_columns(value)
        found = [str(raw[place]) for place in text_columns(field) if raw[place]]
        (phones if name in shape.phones else texts).extend(found)
    return _line(save.id, shape, save.title, save.values.get("code"), texts, phones)


def line_of_row(entity: Entity, shape: Shape, row: Sequence[object]) -> Line:
    """The row of a stored record: its id, then the values of `columns_of`."""
    record, title, code, *rest = row
    texts: list[str] = []
    phones: list[str] = []
    place = 0
    for name in shape.fields:
        width = len(text_columns(entity.fields[name]))
        found = [str(value) for value in rest[place : place + width] if value]
        (phones if name in shape.phones else texts).extend(found)
        place += width
    return _line(str(record), shape, str(title or ""), code, texts, phones)


def _line(
    record: str, shape: Shape, title: str, code: object, texts: Iterable[str], phones: Sequence[str]
) -> Line:
    said = [title] if shape.title else []
    if shape.code and code:
        said.append(str(code))
    said.extend(phones)
    said.extend(_TAG.sub(" ", text) for text in texts)
    in_order, inside = indexed(said, phones)
    if database.dialect().is_postgresql:
        return Line(record, tsvector(in_order, inside), "")
    return Line(record, " ".join(in_order), " ".join(inside))
