"""Why somebody may or may not: which role, which scope, whose record. The same code decides and explains."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import definitions, i18n
from platform_core.entities import Entity
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.permissions.grants import Access, Action, Grant, RowAction
from platform_core.permissions.roles import access, acts_for_outside, grant_of, roles_of
from platform_core.permissions.scopes import Atom
from platform_core.permissions.sight import RowReader


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer and its grounds, in the reader's language. `decided_by` are full role names ("admin" built in)."""

    allowed: bool
    decided_by: tuple[str, ...]
    sentences: tuple[str, ...]


def explain(
    actor: Actor,
    entity: Entity,
    row: RowReader | Mapping[str, object] | None,
    action: Action,
    field: str | None = None,
) -> Explanation:
    """Whether `actor` may do `action` to this row (None: to any), or see or write `field` of it, and why."""
    who = actor.name or _("This person")
    asked = entity.fields.get(field or "") if action not in ("read", "export") else None
    led = asked.owned_by if asked is not None else None
    if led and not acts_for_outside(actor) and access(entity, actor).visible(field or ""):
        sentence = _("The field comes from {system}; people only read it.", system=led.upper())
        return Explanation(allowed=False, decided_by=(), sentences=(sentence,))
    if actor.is_unbounded:
        known = field is None or field in entity.fields
        sentence = _("{who} is an admin and may do everything.", who=who)
        return Explanation(allowed=known, decided_by=("admin",), sentences=(sentence,))
    granted = access(entity, actor)
    read = row.get if isinstance(row, Mapping) else row
    if action == "create" or action == "import":
        return _without_row(actor, entity, granted, action, field)
    allowed = _is_allowed(granted, action, read, actor, field)
    lines, deciding = _per_role(actor, entity, granted, action, read, field)
    seen = action == "read" or read is None or granted.row_allows("read", read, actor)
    if lines and not seen:
        lines.append(_("The record cannot be seen, so it cannot be changed either."))
    return Explanation(
        allowed=allowed,
        decided_by=tuple(deciding) if allowed else (),
        sentences=tuple(lines) or (_no_role(actor, who),),
    )


def _is_allowed(
    granted: Access, action: RowAction, row: RowReader | None, actor: Actor, field: str | None
) -> bool:
    if field is not None and field not in granted.fields:
        return False
    if row is None:
        shown = field is None or (granted.readable(field) if action == "read" else granted.writable(field))
        return granted.can(action) and shown
    if not granted.row_allows(action, row, actor):
        return False
    if field is None:
        return True
    if action == "update":
        return granted.field_allows_update(field, row, actor)
    return granted.shows(field, row, actor) == "clear"


def _per_role(
    actor: Actor, entity: Entity, granted: Access, action: RowAction, row: RowReader | None, field: str | None
) -> tuple[list[str], list[str]]:
    """One sentence per role, and the roles that say yes to everything that was asked."""
    grants = {grant.role: grant for grant in granted.grants.get(action, ())}
    lines: list[str] = []
    deciding: list[str] = []
    for role in roles_of(actor.roles):
        name = i18n.label(getattr(role.definition, "label", {})) or role.key.name
        grant: Grant | None = grants.get(role.key.full_name)
        if grant is None:
            lines.append(_nothing(name, entity, action, known=grant_of(role, entity) is not None))
            continue
        holding = [atom for atom in grant.scope.atoms if row is None or atom.holds(row, actor)]
        field_ok = field is None or (grant.writes(field) if action == "update" else grant.shows(field))
        lines.append(_scope_sentence(name, grant, holding, row, actor))
        if holding and not field_ok and field is not None:
            lines.append(_field_sentence(name, grant, field))
        if holding and field_ok:
            deciding.append(role.key.full_name)
    return lines, deciding


def _scope_sentence(role: str, grant: Grant, holding: list[Atom], row: RowReader | None, actor: Actor) -> str:
    scope = grant.scope.text
    if row is None:
        return _("Role {role}: scope {scope}.", role=role, scope=scope)
    if not holding:
        owner = row("owner")
        if owner is not None and owner != actor.user_id:
            return _(
                "Role {role}: scope {scope} does not hold; the record belongs to somebody else.",
                role=role,
                scope=scope,
            )
        return _("Role {role}: scope {scope} does not hold for this record.", role=role, scope=scope)
    match holding[0].kind:
        case "own":
            reason = _("the record is {who}'s own", who=actor.name)
        case "team" | "team_tree":
            reason = _("the record belongs to the team, or to one below it")
        case "territory":
            reason = _("the record lies in the territory")
        case "expression":
            reason = _("the condition holds")
        case _:
            reason = _("it covers every record")
    return _("Role {role}: scope {scope} holds, because {reason}.", role=role, scope=scope, reason=reason)


def _field_sentence(role: str, grant: Grant, field: str) -> str:
    if field in grant.hidden:
        return _("Role {role} hides the field {field}.", role=role, field=field)
    if field in grant.masked:
        return _("Role {role} shows only the end of the field {field}.", role=role, field=field)
    return _("Role {role} lets the field {field} be read, not written.", role=role, field=field)


def _nothing(role: str, entity: Entity, action: Action, *, known: bool) -> str:
    form = i18n.label(entity.label)
    if known:
        return _("Role {role} does not grant {action} on {form}.", role=role, action=action, form=form)
    return _("Role {role} says nothing about {form}.", role=role, form=form)


def _no_role(actor: Actor, who: str) -> str:
    if actor.roles:
        return _("The roles of {who} are not published here.", who=who)
    return _("{who} has no role.", who=who)


def _without_row(
    actor: Actor, entity: Entity, granted: Access, action: Action, field: str | None
) -> Explanation:
    """Creating and importing: no row is there to ask about."""
    names = [grant.role for grant in granted.creating if field is None or grant.writes(field)]
    allowed = granted.can(action) and bool(names)
    catalog = definitions.catalog()
    lines = []
    for role in roles_of(actor.roles):
        label = i18n.label(getattr(role.definition, "label", {})) or role.key.name
        if role.key.full_name in names and catalog.get("role", role.key.full_name) is not None:
            lines.append(_("Role {role} grants {action}.", role=label, action=action))
        else:
            lines.append(_nothing(label, entity, action, known=grant_of(role, entity) is not None))
    return Explanation(
        allowed=allowed,
        decided_by=tuple(names) if allowed else (),
        sentences=tuple(lines) or (_no_role(actor, actor.name),),
    )
