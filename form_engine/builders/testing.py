"""A formula tried on a real record: the result, and the value of every part."""

from __future__ import annotations

from msgspec import Struct

from form_engine.builders.looking import Found, examined
from platform_core import entities, expressions, permissions, records, settings
from platform_core.definitions import Draft
from platform_core.entities import Entity
from platform_core.errors import TradewindError
from platform_core.expressions import Node, Part
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.records import Save, WriteOptions


class Tried(Struct, frozen=True, kw_only=True):
    """What came of it. `result` is text for the reader; `root` the trace; `title` the record."""

    problems: tuple[Found, ...] = ()
    told: str = ""
    title: str = ""
    type: str = ""
    result: str = ""
    root: Part | None = None
    notes: tuple[str, ...] = ()
    deepest: int = 6


async def tested(draft: Draft, text: str, record: str, actor: Actor) -> Tried:
    """The text over one record as `actor` may see it; without a record only what is wrong with the text."""
    checked, problems = examined(text, draft, "") if text.strip() else (None, [])
    if checked is None:
        return Tried(problems=tuple(problems))
    entity = entities.find(draft.key.full_name)
    if entity is None or not record:
        return Tried(type=checked.type.code, told=_("Choose a record to see the values."))
    try:
        found = await records.get(entity.key, record, actor=actor)
        save = await _save(entity, record, actor, checked.ir)
        trace = expressions.trace(checked, records.environment(save))
    except TradewindError as error:
        return Tried(type=checked.type.code, told=_(error.message, **error.params))
    access = permissions.access(entity, actor)

    def readable(_root: str, path: tuple[str, ...]) -> bool:
        # What stands behind links was read without asking whose it is.
        return actor.is_admin or (len(path) == 1 and access.unrestricted(path[0]))

    seen = trace.masked(readable)
    return Tried(
        title=found.title or found.code or record, type=checked.type.code, root=seen.root,
        result="" if seen.root.hidden else expressions.shown(seen.value), notes=tuple(_(one) for one in seen.notes),
    )  # fmt: skip


async def _save(entity: Entity, record: str, actor: Actor, node: Node) -> Save:
    """The stored record with what the expression reads behind links and in tables."""
    before = await records.stored_values(entity, record)
    save = Save(
        entity=entity, actor=actor, options=WriteOptions(), access=permissions.access(entity, actor), id=record, raw={},
        before=before, values=dict(before), zone=settings.current().zone,
    )  # fmt: skip
    paths = [one.path for one in _walk(node) if one.op == "path" and one.name in ("", "record")]
    await records.follow([save], paths)
    await records.load_table_rows([save], [one.name for one in entity.own_fields if one.rows is not None])
    return save


def _walk(node: Node) -> list[Node]:
    return [node, *(inner for arg in node.args for inner in _walk(arg))]
