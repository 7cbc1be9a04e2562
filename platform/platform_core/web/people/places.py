"""Where the screens about people are, the frame around them, and the choices that their forms offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from litestar import Request

from platform_core import i18n, identity, permissions
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web.context import HasScope, actor
from platform_core.web.frame import shell
from platform_core.web.shell import Crumb, Option, Shell, Tab
from platform_core.web.telling import done_toasts

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

PEOPLE = "/admin/people"
TEAMS = "/admin/teams"
TERRITORIES = "/admin/territories"
ROLES = "/admin/roles"
KEYS = "/admin/keys"
RULES = "/admin/sign-in"

_TABS = (
    ("people", N_("People"), PEOPLE),
    ("teams", N_("Teams"), TEAMS),
    ("territories", N_("Territories"), TERRITORIES),
    ("roles", N_("Roles"), ROLES),
    ("keys", N_("API keys"), KEYS),
    ("rules", N_("Signing in"), RULES),
)


def keeper(request: HasScope) -> Actor:
    """Who asks, if they may manage people; Forbidden otherwise, which looks like nothing being there."""
    who = actor(request)
    identity.require_manager(who)
    return who


def tabs() -> tuple[Tab, ...]:
    """The pages about people, beside each other."""
    return tuple(Tab(key, _(label), url) for key, label, url in _TABS)


def frame(request: HasScope, *more: Crumb) -> Shell:
    """Settings, People, and where one is below."""
    crumbs = (Crumb(_("Settings"), "/admin"), Crumb(_("People"), PEOPLE if more else ""), *more)
    return shell(request, crumbs=crumbs, toasts=done_toasts(request))


def language_options() -> list[Option]:
    """The languages that the product speaks, each in itself."""
    return [Option(one.code, one.name) for one in i18n.languages()]


def role_options(held: Iterable[str] = ()) -> list[Option]:
    """Every role; held ones that mean nothing any more stay, so that saving does not take them away in silence."""
    held = set(held)
    found = []
    for one in permissions.role_choices():
        same = held & {one.name, one.full_name}
        found.append(Option(next(iter(same), one.name), one.label))
    lost = sorted(held - {option.value for option in found})
    return found + [Option(name, _("{role} (not there any more)", role=name)) for name in lost]


async def team_options(but: str = "") -> list[Option]:
    """Teams in the order of the tree, indented; without `but` and what stands below it."""
    return [
        Option(team.id, "\N{EM SPACE}" * (team.path.count("/") - 2) + team.name)
        for team in in_order(await identity.teams())
        if not but or f"/{but}/" not in team.path
    ]


Node = TypeVar("Node", identity.Team, identity.Territory)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """A tree from the top, siblings by name."""
    below: dict[str | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node)
    found: list[Node] = []
    waiting = sorted(below.get(None, ()), key=_name, reverse=True)
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += sorted(below.get(node.id, ()), key=_name, reverse=True)
    return found


def _name(node: identity.Team | identity.Territory) -> str:
    return node.name.casefold()
