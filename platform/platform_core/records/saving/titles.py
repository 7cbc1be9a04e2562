"""The title of a record: rendered when it is saved, stored with its sort key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from platform_core import database, entities
from platform_core.database import sort_key
from platform_core.entities import TITLE, quote
from platform_core.records.references import source_of
from platform_core.records.saving.referring import as_ref
from platform_core.records.saving.showing import neutral_text
from platform_core.records.saving.work import Save
from platform_core.records.titling import title_parts

LONGEST = 300
"""Characters of a stored title."""
SORTED = 200
"""Characters of its stored sort key: an index entry has its limits. Titles that differ only later sort by id."""


def title_sort(title: str) -> str:
    """The sort key of a title, as it is stored."""
    return sort_key(title)[:SORTED]


async def render_titles(saves: Sequence[Save], *, lock: bool = False) -> None:
    """Sets `title` of every save; a linked record is shown by its own title as it is now.

    With `lock` nobody renames what is shown until the transaction ends: else a title of today would be stored beside
    a name of tomorrow.
    """
    names = await _linked_titles(saves, lock=lock)
    for save in saves:
        save.title = render_title(save, names)


def render_title(save: Save, names: Mapping[str, str]) -> str:
    """The template filled in; the number where that leaves nothing; else the start of the id."""
    parts = title_parts(save.entity)
    text = "".join(part.text + (_shown(save, part.field, names) if part.field else "") for part in parts)
    bare = "".join(part.text for part in parts)
    if text.strip() in ("", bare.strip()):
        text = str(save.values.get("code") or save.id[-8:])
    return " ".join(text.split())[:LONGEST]


def _shown(save: Save, name: str, names: Mapping[str, str]) -> str:
    field = save.entity.fields.get(name)
    value = save.values.get(name)
    if field is None or value is None:
        return ""
    if field.reference is None:
        return neutral_text(field, value)
    items = value if isinstance(value, tuple) else (value,)
    return ", ".join(filter(None, (names.get(as_ref(item).id, "") for item in items)))


async def _linked_titles(saves: Sequence[Save], *, lock: bool) -> dict[str, str]:
    """Titles by id of everything that the templates show through a link."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for save in saves:
        for part in title_parts(save.entity):
            field = save.entity.fields.get(part.field)
            value = save.values.get(part.field)
            if field is None or field.reference is None or value is None:
                continue
            for item in value if isinstance(value, tuple) else (value,):
                ref = as_ref(item)
                form = ref.form or next(iter(field.reference.forms), "")
                wanted[field.reference.kind, form].add(ref.id)
    found: dict[str, str] = {}
    for (kind, form), ids in sorted(wanted.items()):
        if kind == "record":
            found |= await _record_titles(form, ids, lock=lock)
        else:
            found |= await _other_titles(kind, ids, saves[0])
    return found


async def _record_titles(form: str, ids: set[str], *, lock: bool) -> dict[str, str]:
    entity = entities.find(form)
    if entity is None:
        return {}
    condition = database.dialect().in_list('"id"')
    locked = f' ORDER BY "id"{database.dialect().for_share}' if lock else ""
    sql = f'SELECT "id", {quote(TITLE)} FROM {quote(entity.table)} WHERE {condition}{locked}'
    return {str(record): str(title) for record, title in await database.fetch_tuples(sql, (sorted(ids),))}


async def _other_titles(kind: str, ids: set[str], save: Save) -> dict[str, str]:
    shown = await source_of(kind).present(ids, save.actor)
    return {record: str(wire.get("title") or wire.get("name") or "") for record, wire in shown.items()}
