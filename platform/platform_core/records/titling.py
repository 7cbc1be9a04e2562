"""What a title is made of, and who may therefore read it."""

from __future__ import annotations

from platform_core.entities import Entity, EntityField, TitlePart
from platform_core.permissions import Access


def title_parts(entity: Entity) -> tuple[TitlePart, ...]:
    """The form's template; without one its first text field, or the number."""
    if entity.title:
        return entity.title
    first = next((field.name for field in entity.own_fields if _is_text(field)), "code")
    return (TitlePart(field=first),)


def title_fields(entity: Entity) -> tuple[str, ...]:
    """The fields that the title shows."""
    return tuple(part.field for part in title_parts(entity) if part.field in entity.fields)


def title_is_clear(entity: Entity, access: Access) -> bool:
    """Whether the actor reads everything that the title is made of, on every row they see."""
    return access.all_unrestricted(title_fields(entity))


def _is_text(field: EntityField) -> bool:
    return bool(field.columns) and field.columns[0].type.kind == "text" and field.plain
