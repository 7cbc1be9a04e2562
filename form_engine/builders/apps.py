"""`/admin/apps/{name}` and `/admin/new/app`: an app with its menu and its first screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.builders.beginning import begin, begin_page
from form_engine.builders.hosting import AnyRequest, go, host_page, hosted
from form_engine.builders.starting.naming import named
from form_engine.builders.starting.offers import roles_for
from form_engine.screens.lists import plural_of
from platform_core import entities, i18n, web
from platform_core.definitions import ChangeItem, Key
from platform_core.errors import TradewindError
from platform_core.web import Option

_ONE = "/admin/apps/{name:str}"
ICONS = (
    "anchor", "bell", "board", "box", "building", "calendar", "case", "chart", "chat", "check", "clock", "coin", "deal",
    "factory", "file", "flag", "globe", "grid", "home", "inbox", "layers", "mail", "map", "note", "phone", "pin", "quote",
    "ship", "star", "table", "tag", "today", "truck", "user", "users",
)  # fmt: skip
_SHOWN = ("label", "icon", "form", "list", "page", "roles", "items")


@get("/admin/new/app", name="begin_app")
async def new_app(request: AnyRequest) -> Response[str]:
    """Name and label."""
    return await begin_page(request, "app", {"label": "", "name": ""})


@post("/admin/new/app", status_code=303, name="make_app")
async def make_app(request: AnyRequest) -> Response[str]:
    """Publish an app with an empty menu, and go on to its page."""
    posted = await request.form()
    label = str(posted.get("label", "")).strip()
    name = str(posted.get("name", "")).strip() or named(label)
    raw: dict[str, object] = {
        "kind": "app", "schema": 1, "name": name, "version": "0.1.0", "languages": [one.code for one in i18n.languages()],
        "menu": [], "order": 50,
    }  # fmt: skip
    item = ChangeItem(kind="app", app=name, name=name, definition=raw)
    try:
        key = await begin(item, label, web.actor(request))
    except TradewindError as error:
        return await begin_page(request, "app", {"label": label, "name": name}, error)
    return go(f"/admin/apps/{key.full_name}")


@get(_ONE, name="app_editor")
async def edit_app(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Its labels, its menu by dragging, its first screen per role."""
    host = await hosted(request, "app", name)
    who = web.actor(request)
    return host_page(
        request, host, "form_engine/builders/app.html", menu=_entries(host.raw.get("menu")), forms=forms_for(host.key),
        roles=await roles_for(who), icons=ICONS, homes=_pairs(host.raw.get("home")), entry=_entry, screens=_screens(),
    )  # fmt: skip


def app_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (new_app, make_app, edit_app)


def forms_for(seen_from: Key) -> list[Option]:
    """Published forms as a definition of this app names them."""
    found = []
    for entity in sorted(entities.all(), key=lambda one: (one.app != seen_from.app, one.key)):
        name = entity.name if entity.app == seen_from.app else web.form_url(entity).removeprefix("/r/")
        found.append(Option(name, plural_of(entity)))
    return found


def _screens() -> list[Option]:
    """First screens: the lists of forms."""
    return [
        Option(web.form_url(one), plural_of(one)) for one in sorted(entities.all(), key=lambda one: one.key)
    ]


def _entries(menu: object) -> list[dict[str, object]]:
    return [_entry(one) for one in menu if isinstance(one, Mapping)] if isinstance(menu, list) else []


def _entry(raw: Mapping[str, object]) -> dict[str, object]:
    """A line of the menu for the page; `rest` is what the page does not show."""
    return {
        "label": raw.get("label") or {}, "icon": raw.get("icon") or "", "form": raw.get("form") or "",
        "list": raw.get("list") or "", "page": raw.get("page") or "", "roles": raw.get("roles") or [],
        "items": _entries(raw.get("items")), "group": "items" in raw,
        "rest": {key: value for key, value in raw.items() if key not in _SHOWN},
    }  # fmt: skip


def _pairs(value: object) -> list[tuple[str, str]]:
    return [(str(key), str(one)) for key, one in value.items()] if isinstance(value, Mapping) else []
