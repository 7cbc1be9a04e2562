"""From roles to access: what the roles of an actor grant of one form, built once and remembered."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial

from platform_core import definitions, entities
from platform_core.definitions import AmbiguousName, Compiled
from platform_core.entities import AmbiguousEntity, Entity
from platform_core.errors import TradewindError
from platform_core.expressions import Checked
from platform_core.identity import Actor
from platform_core.permissions.definition import NAMED_SCOPES, FormGrant, RoleDef
from platform_core.permissions.grants import ALWAYS_READABLE, Access, Grant, RowAction, full_access
from platform_core.permissions.inheriting import inherited
from platform_core.permissions.scopes import Scope
from platform_core.permissions.sight import checked_scope

_log = logging.getLogger("tradewind.permissions")

_KEPT = 4_000
_known: OrderedDict[tuple[object, ...], Access] = OrderedDict()


def access(entity: Entity, actor: Actor) -> Access:
    """What `actor` may do with records of `entity`. The same object for everybody with the same roles.

    A field that an outside system leads (`owned_by`) is only read by people, whatever their roles grant.
    """
    roles = ("admin",) if actor.is_unbounded else actor.roles
    leads = acts_for_outside(actor)
    catalog = definitions.catalog()
    key = (roles, leads, entity.key, entity.hash, catalog.change_set, catalog.version)
    found = _known.get(key)
    if found is None:
        led = frozenset() if leads else _led_outside(entity)
        if actor.is_unbounded:
            found = full_access(entity.key, entity.fields, led)
        else:
            found = _united(entity, roles, led)
        _known[key] = found
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def acts_for_outside(actor: Actor) -> bool:
    """Whether the actor may write what an outside system leads: the platform itself, and an API key (no person) whose
    role has the action "connectors"."""
    if actor.is_system:
        return True
    if not actor.by_key:
        return False
    granted = (role_definition(role).actions for role in roles_of(actor.roles))
    return actor.is_admin or any("connectors" in actions for actions in granted)


def _led_outside(entity: Entity) -> frozenset[str]:
    return frozenset(name for name, field in entity.fields.items() if field.owned_by)


def roles_of(names: Iterable[str]) -> list[Compiled]:
    """The published roles behind role names. A name that nothing or several things answer to grants nothing."""
    catalog = definitions.catalog()
    found: dict[str, Compiled] = {}
    for name in names:
        try:
            role = catalog.get("role", name)
        except AmbiguousName:
            _log.warning("the role '%s' is in several apps and grants nothing; write app.name", name)
            continue
        if role is not None:
            found[role.key.full_name] = role
    return [found[name] for name in sorted(found)]


def role_definition(role: Compiled) -> RoleDef:
    """The definition of a compiled role."""
    if not isinstance(role.definition, RoleDef):
        raise TypeError(f"{role.key.text} is no role")
    return role.definition


def grant_of(role: Compiled, entity: Entity) -> FormGrant | None:
    """What one role says about one form: by its full name, or by its bare one where that means this form."""
    forms = role_definition(role).forms
    exact = forms.get(entity.key)
    if exact is not None:
        return exact
    by_name = forms.get(entity.name)
    if by_name is None:
        return None
    try:
        meant = entities.find(entity.name, role.key.app)
    except AmbiguousEntity:
        return None
    return by_name if meant is not None and meant.key == entity.key else None


def _united(entity: Entity, names: Sequence[str], led: frozenset[str]) -> Access:
    """The union of the roles. Export and import ask one role for both: the file and the rows that go through it."""
    granted = [(role, grant) for role in roles_of(names) if (grant := grant_of(role, entity)) is not None]
    rows: dict[RowAction, list[Grant]] = {"read": [], "update": [], "delete": [], "export": []}
    creating: list[Grant] = []
    for role, grant in granted:
        for action, text in _scopes(grant):
            if text != "none" and (made := _grant(role, grant, entity, text, led)) is not None:
                rows[action].append(made)
        if grant.create and (made := _grant(role, grant, entity, "all", led)) is not None:
            creating.append(made)
    return Access(
        form=entity.key,
        fields=frozenset(entity.fields),
        grants={action: tuple(found) for action, found in rows.items()},
        creating=tuple(creating),
        can_import=any(_imports(role, grant) for role, grant in granted),
        can_assign=any(grant.assign for _role, grant in granted),
        export_rows=_most(grant for _, grant in granted),
    )


def _imports(role: Compiled, grant: FormGrant) -> bool:
    return grant.create and (grant.import_ or "import" in role_definition(role).actions)


def _scopes(grant: FormGrant) -> list[tuple[RowAction, str]]:
    exported = grant.read if grant.export is not None and grant.export.rows != 0 else "none"
    return [("read", grant.read), ("update", grant.update), ("delete", grant.delete), ("export", exported)]


def _most(grants: Iterable[FormGrant]) -> int | None:
    """The largest export; None where one role has no limit."""
    limits = [grant.export.rows for grant in grants if grant.export is not None and grant.read != "none"]
    return None if None in limits else max((limit for limit in limits if limit is not None), default=0)


def _grant(role: Compiled, grant: FormGrant, entity: Entity, text: str, led: frozenset[str]) -> Grant | None:
    """None where the scope is an expression that does not fit the form any more: then it grants nothing."""
    checked: Checked | None = None
    if text not in NAMED_SCOPES:
        try:
            checked = checked_scope(text, entity)
        except TradewindError:
            _log.exception("a scope of role %s for %s grants nothing", role.key.full_name, entity.key)
            return None
    ruled = {rule: _named(grant, rule) for rule in ("hidden", "masked", "read")}
    hidden, masked = inherited(entity, grant, partial(grant_of, role))
    return Grant(
        role.key.full_name,
        Scope(text, checked, entity.key if checked else ""),
        ruled["hidden"] | hidden,
        ruled["masked"] | _masked_by_form(grant, entity) | masked,
        ruled["read"] | led,
    )


def _named(grant: FormGrant, rule: str) -> frozenset[str]:
    return frozenset(name for name, given in grant.fields.items() if given == rule) - ALWAYS_READABLE


def _masked_by_form(grant: FormGrant, entity: Entity) -> frozenset[str]:
    """Fields that the form itself masks, and that the role says nothing about."""
    masked = (name for name, field in entity.fields.items() if field.sensitive in ("masked", "encrypted"))
    return frozenset(name for name in masked if name not in grant.fields)


def forget() -> None:
    """Build everything anew (tests)."""
    _known.clear()
