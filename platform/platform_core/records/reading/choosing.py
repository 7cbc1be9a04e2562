"""Autocomplete: a few records by the beginning of what somebody types."""

from __future__ import annotations

from platform_core import entities, permissions
from platform_core.identity import Actor
from platform_core.records.model import Choice, RecordQuery
from platform_core.records.reading.many import query
from platform_core.records.titling import title_is_clear

MOST_CHOICES = 50


async def choices(
    form: str, q: str, *, actor: Actor, limit: int = 20, filter: str | None = None
) -> list[Choice]:
    """Live records whose title, number or search fields hold every word of `q`, by title. Raises NotFound, BadQuery."""
    entity = entities.get(form)
    sort = ("title",) if title_is_clear(entity, permissions.access(entity, actor)) else ("-id",)
    asked = RecordQuery(
        form=entity.key, q=q, fields=(), sort=sort, filter=filter, limit=min(max(limit, 1), MOST_CHOICES)
    )
    page = await query(asked, actor=actor)
    return [Choice(id=record.id, code=record.code, title=record.title) for record in page.items]
