"""`/admin/roles/{name}` and `/admin/new/role`: what a role may do, as a grid of forms and rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from form_engine.builders.beginning import begin, begin_page
from form_engine.builders.hosting import AnyRequest, Host, go, host_page, hosted
from form_engine.builders.starting.naming import named
from form_engine.builders.starting.offers import apps_for
from form_engine.screens.lists import plural_of
from platform_core import entities, i18n, web
from platform_core.definitions import LOCAL, ChangeItem
from platform_core.entities import Entity
from platform_core.errors import TradewindError
from platform_core.i18n import N_, _
from platform_core.web import Option

_ONE = "/admin/roles/{name:str}"
_SCOPES = {
    "": N_("no"), "own": N_("their own"), "team": N_("their team's"), "team_tree": N_("their team's and below"),
    "territory": N_("their territories'"), "all": N_("all"),
}  # fmt: skip
_RULES = {"": N_("as the form says"), "read": N_("read only"), "masked": N_("masked"), "hidden": N_("hidden"), "write": N_("in clear, writable")}  # fmt: skip
_SHOWN = ("read", "create", "update", "delete", "export", "import", "assign", "fields")


class FormLine(Struct, frozen=True):
    """One form of the grid: how the role calls it, what is granted, and its fields with their rules."""

    name: str
    label: str
    key: str
    grant: Mapping[str, object]
    rest: Mapping[str, object]
    fields: tuple[tuple[str, str, str], ...]
    export: str
    """"" (no), "all", or the most rows."""

    @property
    def exceptions(self) -> int:
        return sum(1 for _name, _label, rule in self.fields if rule)


@get("/admin/new/role", name="begin_role")
async def new_role(request: AnyRequest) -> Response[str]:
    """Name and label."""
    apps = tuple(await apps_for(web.actor(request)))
    return await begin_page(request, "role", {"label": "", "name": "", "app": LOCAL}, apps=apps)


@post("/admin/new/role", status_code=303, name="make_role")
async def make_role(request: AnyRequest) -> Response[str]:
    """Publish a role that may do nothing yet, and go on to its grid."""
    posted = await request.form()
    label, app = str(posted.get("label", "")).strip(), str(posted.get("app", "")) or LOCAL
    name = str(posted.get("name", "")).strip() or named(label)
    raw: dict[str, object] = {"kind": "role", "schema": 1, "name": name, "forms": {}}
    try:
        key = await begin(
            ChangeItem(kind="role", app=app, name=name, definition=raw), label, web.actor(request)
        )
    except TradewindError as error:
        apps = tuple(await apps_for(web.actor(request)))
        return await begin_page(request, "role", {"label": label, "name": name, "app": app}, error, apps=apps)
    return go(f"/admin/roles/{key.full_name}")


@get(_ONE, name="role_editor")
async def edit_role(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Every form with what the role may do with its records and fields."""
    host = await hosted(request, "role", name)
    return host_page(
        request, host, "form_engine/builders/role.html", scripts=("js/builders/scope.js",), lines=_lines(host),
        scopes=[Option(key, _(word)) for key, word in _SCOPES.items()],
        rules=[Option(key, _(word)) for key, word in _RULES.items()],
        actions=host.raw.get("actions") or [],
    )  # fmt: skip


def role_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (new_role, make_role, edit_role)


def _lines(host: Host) -> list[FormLine]:
    given = host.raw.get("forms")
    forms: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    found: list[FormLine] = []
    told: set[str] = set()
    for entity in sorted(entities.all(), key=lambda one: (one.app != host.key.app, one.key)):
        names = (entity.name, entity.key) if entity.app == host.key.app else (entity.key, entity.name)
        name = next((one for one in names if one in forms), names[0])
        told.add(name)
        found.append(_line(name, entity, forms.get(name)))
    # What is granted of forms that are not there (any more) is kept.
    return [*found, *(_unknown(name, grant) for name, grant in forms.items() if name not in told)]


def _line(name: str, entity: Entity, given: object) -> FormLine:
    grant: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    rules = grant.get("fields")
    held: Mapping[str, object] = rules if isinstance(rules, Mapping) else {}
    return FormLine(
        name, plural_of(entity), entity.key, grant, _rest(grant),
        tuple(
            (field.name, i18n.label(field.label) or field.name, str(held.get(field.name) or ""))
            for field in entity.own_fields
        ),
        _export(grant),
    )  # fmt: skip


def _unknown(name: str, given: object) -> FormLine:
    grant: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    rules = grant.get("fields")
    held = rules.items() if isinstance(rules, Mapping) else ()
    return FormLine(
        name,
        name,
        "",
        grant,
        _rest(grant),
        tuple((str(one), str(one), str(rule)) for one, rule in held),
        _export(grant),
    )


def _rest(grant: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in grant.items() if key not in _SHOWN}


def _export(grant: Mapping[str, object]) -> str:
    export = grant.get("export")
    if not isinstance(export, Mapping):
        return ""
    rows = export.get("rows", 0)
    return "all" if rows is None else str(rows) if rows else ""
