"""The side menu and the first screen, as one actor may see them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from platform_core import definitions, entities, i18n, permissions
from platform_core.entities import AmbiguousEntity, Entity
from platform_core.identity import Actor
from platform_core.web.app_definition import AppDef, MenuDef
from platform_core.web.shell import MenuGroup, MenuItem

NOWHERE = "/welcome"
"""Where somebody lands who may see nothing yet."""

_KEPT = 500


class _Ways(msgspec.Struct, frozen=True):
    """Where one role set can go, and what it can make."""

    menu: tuple[MenuGroup, ...]
    create: tuple[MenuItem, ...]


_menus: OrderedDict[tuple[object, ...], _Ways] = OrderedDict()


def menu_of(actor: Actor, path: str = "") -> tuple[MenuGroup, ...]:
    """The menu of all apps, without what `actor` may not see; the line that leads to `path` is marked."""
    menu = _ways(actor).menu
    best = max((len(_place(i.url)) for g in menu for i in g.items if _is_at(i.url, path)), default=0)
    if not best:
        return menu
    return tuple(
        MenuGroup(group.label, tuple(_marked(item, path, best) for item in group.items)) for group in menu
    )


def create_of(actor: Actor) -> tuple[MenuItem, ...]:
    """The "New" menu: the forms of the menu of which `actor` may make records, in its order."""
    return _ways(actor).create


def home_of(actor: Actor) -> str:
    """The first screen: what an app has set for one of the actor's roles, else the first line of the menu."""
    names = permissions.role_names(actor)
    for _, app in _apps():
        for role, screen in app.home.items():
            if role in names:
                return screen if screen.startswith("/") else f"/{screen}"
    first = next((item.url for group in menu_of(actor) for item in group.items), None)
    return first or ("/admin" if actor.is_admin else NOWHERE)


def form_url(entity: Entity) -> str:
    """The address of a form's list: by its bare name where that is unique."""
    try:
        found = entities.find(entity.name)
    except AmbiguousEntity:
        found = None
    return f"/r/{entity.name if found is not None and found.key == entity.key else entity.key}"


def forget_menus() -> None:
    """Build them anew (tests)."""
    _menus.clear()


def _ways(actor: Actor) -> _Ways:
    catalog, reader = definitions.catalog(), i18n.current()
    roles = ("admin",) if actor.is_unbounded else actor.roles
    key = (roles, catalog.change_set, catalog.version, reader.language, reader.app_default)
    found = _menus.get(key)
    if found is None:
        found = _menus[key] = _Ways(tuple(_groups(actor)), tuple(_creatable(actor)))
        if len(_menus) > _KEPT:
            _menus.popitem(last=False)
    return found


def _groups(actor: Actor) -> Iterator[MenuGroup]:
    for app_name, app in _apps():
        loose = [entry for entry in app.menu if not entry.items]
        if items := _items(loose, app_name, actor):
            yield MenuGroup("", items)
        for entry in app.menu:
            if entry.items and _is_open(entry, actor) and (items := _items(entry.items, app_name, actor)):
                yield MenuGroup(i18n.label(entry.label), items)


def _items(entries: Sequence[MenuDef], app: str, actor: Actor) -> tuple[MenuItem, ...]:
    made = (_item(entry, app, actor) for entry in entries if _is_open(entry, actor))
    return tuple(item for item in made if item is not None)


def _item(entry: MenuDef, app: str, actor: Actor) -> MenuItem | None:
    if entry.form:
        return _form_item(entry, app, actor)
    url = entry.page or ""
    for kind, name in (("report", entry.report), ("dashboard", entry.dashboard)):
        if name:
            if definitions.catalog().get(kind, name, app) is None:
                return None
            url = f"/{kind}s/{name}"
    return MenuItem(label=i18n.label(entry.label), url=url, icon=entry.icon or "file")


def _creatable(actor: Actor) -> Iterator[MenuItem]:
    seen: set[str] = set()
    for name, app in _apps():
        for entry in _flat(app.menu):
            entity = _form_of(entry, name)
            if entity is None or entity.key in seen or not _is_open(entry, actor):
                continue
            seen.add(entity.key)
            if permissions.access(entity, actor).can_create:
                label = i18n.label(entity.label) or entity.name
                yield MenuItem(label=label, url=f"{form_url(entity)}/new", icon=entity.icon)


def _flat(entries: Sequence[MenuDef]) -> Iterator[MenuDef]:
    for entry in entries:
        yield entry
        yield from _flat(entry.items)


def _form_of(entry: MenuDef, app: str) -> Entity | None:
    """The form that a line leads to; None where it leads elsewhere, or the name means nothing here."""
    try:
        return entities.find(entry.form, app) if entry.form else None
    except AmbiguousEntity:
        return None


def _form_item(entry: MenuDef, app: str, actor: Actor) -> MenuItem | None:
    entity = _form_of(entry, app)
    if entity is None or not permissions.access(entity, actor).can("read"):
        return None
    view = f"?view={quote(entry.list)}" if entry.list else ""
    return MenuItem(
        label=i18n.label(entry.label or entity.label),
        url=f"{form_url(entity)}{view}",
        icon=entry.icon or entity.icon,
    )


def _is_open(entry: MenuDef, actor: Actor) -> bool:
    if actor.is_unbounded:
        return True
    if entry.action and not permissions.may(actor, entry.action):
        return False
    return not entry.roles or not permissions.role_names(actor).isdisjoint(entry.roles)


def _apps() -> list[tuple[str, AppDef]]:
    found = definitions.catalog().all("app")
    apps = [(app.key.name, app.definition) for app in found if isinstance(app.definition, AppDef)]
    return sorted(apps, key=lambda one: one[1].order)


def _place(url: str) -> str:
    return url.partition("?")[0]


def _is_at(url: str, path: str) -> bool:
    place = _place(url)
    return path == place or path.startswith(f"{place}/")


def _marked(item: MenuItem, path: str, best: int) -> MenuItem:
    current = _is_at(item.url, path) and len(_place(item.url)) == best
    return msgspec.structs.replace(item, current=True) if current else item
