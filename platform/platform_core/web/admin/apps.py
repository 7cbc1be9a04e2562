"""The installed apps, and the screen where somebody decides between what the company has made of a definition and what
a newer version of its app ships."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import definitions
from platform_core.definitions import (
    Choice,
    Edited,
    InstalledApp,
    Key,
    MergeConflict,
    MergeConflicts,
    WaitingMerge,
)
from platform_core.i18n import N_, _
from platform_core.web.admin.addresses import (
    ADMIN,
    AnyRequest,
    definition_url,
    go,
    kind_title,
    list_url,
    title_of,
)
from platform_core.web.admin.home import COMPANY, AdminLink, add_admin_link
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.shell import Crumb

APPS = ADMIN + "/apps"
_UNDECIDED = N_("Say for each place what counts. Nothing was changed.")
_NO_JSON = N_("What you wrote for {pointer} is not JSON: texts stand in double quotes.")


class PlaceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One place that both changed, each side as JSON ("" where it has nothing there)."""

    pointer: str
    base: str
    mine: str
    theirs: str
    order: bool
    chosen: str
    edited: str
    rows: int


class MergeForm(msgspec.Struct, frozen=True, kw_only=True):
    """One definition that waits."""

    key: Key
    title: str
    kind: str
    version: str
    places: Sequence[PlaceLine]
    url: str
    told: str = ""


@get(APPS, name="apps")
async def apps(request: AnyRequest) -> Response[str]:
    """The apps with their versions, and what waits for a decision."""
    who = actor(request)
    await definitions.listing(actor=who)  # for whoever may define
    return page(
        request,
        "admin/apps.html",
        frame=shell(request, crumbs=(Crumb(_("Settings"), ADMIN), Crumb(_("Apps")))),
        apps=[(one, list_url(app=one.app)) for one in await definitions.installed_apps()],
        apps_url=APPS,
    )


@get(APPS + "/{app:str}/merge", name="app_merge")
async def merge_page(request: AnyRequest, app: FromPath[str]) -> Response[str]:
    """Everything of the app that waits, place by place."""
    return await _shown(request, app)


@post(APPS + "/{app:str}/merge", status_code=303, name="app_merge_settle")
async def settle(request: AnyRequest, app: FromPath[str]) -> Response[str]:
    """The decisions for one definition: they become its draft, which is published like any other."""
    who, form = actor(request), await request.form()
    posted = {name: str(value) for name, value in form.multi_items()}
    key = Key(posted.get("kind", ""), app, posted.get("name", ""))
    choices, wrong = _choices(posted)
    if wrong:
        return await _shown(request, app, key, posted, _(_NO_JSON, pointer=wrong), status=422)
    try:
        await definitions.settle_merge(key, choices, actor=who)
    except MergeConflicts:
        return await _shown(request, app, key, posted, _(_UNDECIDED), status=422)
    return go(definition_url(key, "/publish"))


def app_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    add_admin_link(
        AdminLink(
            label=N_("Apps"),
            text=N_("Versions, what the company has changed, what waits for a decision"),
            url=APPS,
            icon="layers",
            group=COMPANY,
        )
    )
    return (apps, merge_page, settle)


async def _shown(
    request: AnyRequest,
    app: str,
    at: Key | None = None,
    posted: dict[str, str] | None = None,
    told: str = "",
    status: int = 200,
) -> Response[str]:
    who = actor(request)
    waiting = await definitions.waiting_merges(app, actor=who)
    known = {one.app: one for one in await definitions.installed_apps()}
    if app not in known:
        return go(APPS)
    forms = [
        _form_of(one, posted or {} if one.key == at else {}, told if one.key == at else "") for one in waiting
    ]
    return page(
        request,
        "admin/app_merge.html",
        frame=shell(
            request, crumbs=(Crumb(_("Settings"), ADMIN), Crumb(_("Apps"), APPS), Crumb(_title(known[app])))
        ),
        status=status,
        app=known[app],
        forms=forms,
        action=f"{APPS}/{app}/merge",
        apps_url=APPS,
    )


def _title(app: InstalledApp) -> str:
    found = definitions.catalog().get("app", app.app, app.app)
    return title_of(found.raw, found.key) if found is not None else app.app


def _form_of(one: WaitingMerge, posted: dict[str, str], told: str) -> MergeForm:
    standing = definitions.catalog().by_key.get(one.key)
    return MergeForm(
        key=one.key,
        title=title_of(standing.raw if standing else {}, one.key),
        kind=kind_title(one.key.kind, 1),
        version=one.version,
        places=[_place(conflict, posted) for conflict in one.merged.conflicts],
        url=definition_url(one.key),
        told=told,
    )


def _place(conflict: MergeConflict, posted: dict[str, str]) -> PlaceLine:
    sides = [_json(value) for value in (conflict.base, conflict.mine, conflict.theirs)]
    return PlaceLine(
        pointer=conflict.pointer,
        base=sides[0],
        mine=sides[1],
        theirs=sides[2],
        order=conflict.order,
        chosen=posted.get(f"choice:{conflict.pointer}", ""),
        edited=posted.get(f"edit:{conflict.pointer}", sides[1]),
        rows=min(12, 1 + max(side.count("\n") for side in sides)),
    )


def _json(value: object) -> str:
    if isinstance(value, definitions.Absent):
        return ""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _choices(posted: dict[str, str]) -> tuple[dict[str, Choice], str]:
    """The choices by pointer, and the first pointer whose edited value is no JSON."""
    found: dict[str, Choice] = {}
    for name, value in posted.items():
        if not name.startswith("choice:"):
            continue
        pointer = name.removeprefix("choice:")
        if value in ("mine", "theirs"):
            found[pointer] = "mine" if value == "mine" else "theirs"
            continue
        text = posted.get(f"edit:{pointer}", "").strip()
        try:
            found[pointer] = Edited(msgspec.json.decode(text) if text else definitions.ABSENT)
        except msgspec.DecodeError:
            return {}, pointer
    return found, ""
