"""`/admin/plugins`: every plugin, what it touches, its settings and failures; switching, installing, removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from platform_core import web
from platform_core.errors import Forbidden, Invalid, TradewindError
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.plugins import commands, points
from platform_core.plugins.errors import NoSuchPlugin
from platform_core.plugins.footprint import footprint_of
from platform_core.plugins.listing import PluginLine, line_of, listing
from platform_core.plugins.settings_form import read_form, views

AnyRequest = Request[Any, Any, Any]
PLUGINS = "/admin/plugins"
TEMPLATES = Path(__file__).parent / "templates"
LINK = web.AdminLink(
    label=N_("Plugins"),
    text=N_("What partners have added, and what it touches"),
    url=PLUGINS,
    icon="box",
    group=N_("Connections"),
)
STANDINGS: Mapping[str, tuple[str, str]] = {
    "available": ("", N_("Not installed")),
    "on": ("good", N_("On")),
    "off": ("", N_("Off")),
    "failed": ("danger", N_("Switched off after failures")),
    "broken": ("danger", N_("Does not work")),
    "missing": ("danger", N_("Its files are missing")),
    "unusable": ("gold", N_("Cannot be used")),
    "unfinished": ("gold", N_("Not finished")),
}
"""Tone and word of each standing."""
_DONE = {
    "install": N_("{plugin} is installed and on."),
    "enable": N_("{plugin} is on."),
    "disable": N_("{plugin} is off."),
    "settings": N_("The settings are saved."),
    "remove": N_("{plugin} is removed."),
}


@get(PLUGINS, name="plugins")
async def plugin_list(
    request: AnyRequest, done: FromQuery[str] = "", plugin: FromQuery[str] = ""
) -> Response[str]:
    """Every plugin that is found or installed."""
    _admin(request)
    return web.page(
        request,
        "plugins/list.html",
        frame=web.shell(request, crumbs=(web.Crumb(_("Settings"), "/admin"), web.Crumb(_("Plugins")))),
        lines=await listing(),
        standings=STANDINGS,
        told=_told(done, plugin),
        url=PLUGINS,
    )


@get(PLUGINS + "/{name:str}", name="plugin")
async def plugin_page(request: AnyRequest, name: str, done: FromQuery[str] = "") -> Response[str]:
    """One plugin."""
    _admin(request)
    return await _page(request, await _line(name), told=_told(done, name))


@post(PLUGINS + "/{name:str}/{doing:str}", status_code=303, name="do_with_plugin")
async def do_with_plugin(request: AnyRequest, name: str, doing: str) -> Response[str]:
    """install, enable, disable, settings, remove: one button each."""
    who = _admin(request)
    line = await _line(name)
    form = await request.form()
    posted = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    accept = [str(one) for one in form.getall("accept[]", [])]
    try:
        await _do(doing, line, posted, accept, who)
    except TradewindError as error:
        if error.status >= 500 and error.code not in ("extension_point",):
            raise
        return await _page(request, line, refused=error, posted=posted if doing == "settings" else None)
    where = f"{PLUGINS}?done=remove&plugin={name}" if doing == "remove" else f"{PLUGINS}/{name}?done={doing}"
    return Response("", status_code=303, headers={"Location": where})


async def _do(doing: str, line: PluginLine, posted: Mapping[str, str], accept: list[str], who: Actor) -> None:
    if doing == "install":
        await commands.install(line.name, actor=who)
    elif doing == "enable":
        await commands.enable(line.name, actor=who)
    elif doing == "disable":
        await commands.disable(line.name, actor=who)
    elif doing == "remove":
        await commands.remove(line.name, accept=accept, archived="archive" in posted, actor=who)
    elif doing == "settings" and line.found is not None:
        await commands.configure(line.name, read_form(line.found.usable, posted), actor=who)
    else:
        raise NoSuchPlugin(line.name)


@get("/choices/codes/{name:str}", name="code_choices")
async def code_choices(request: AnyRequest, name: str, q: FromQuery[str] = "") -> Response[object]:
    """{items: [{id, title, code}]} of a plugin's list of codes: what an autocomplete offers."""
    codes = points.code_list(name)
    if codes is None:
        raise NoSuchPlugin(name)
    found = codes.search(q[:100], web.visit(request).language, 20)
    items = [{"id": code, "code": code, "title": text} for code, text in found]
    return Response({"items": items}, media_type="application/json")


def screen_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (plugin_list, plugin_page, do_with_plugin, code_choices)


async def _line(name: str) -> PluginLine:
    line = await line_of(name)
    if line is None:
        raise NoSuchPlugin(name)
    return line


async def _page(
    request: AnyRequest,
    line: PluginLine,
    *,
    told: str = "",
    refused: TradewindError | None = None,
    posted: Mapping[str, str] | None = None,
) -> Response[str]:
    manifest = line.found.manifest if line.found and not line.found.problems else None
    state = line.state
    errors = _errors(refused) if posted is not None else {}
    held = {
        **(state.settings if state else {}),
        **(read_form(manifest, posted) if manifest and posted else {}),
    }
    installed = state is not None
    return web.page(
        request,
        "plugins/one.html",
        frame=web.shell(
            request,
            crumbs=(
                web.Crumb(_("Settings"), "/admin"),
                web.Crumb(_("Plugins"), PLUGINS),
                web.Crumb(line.label),
            ),
        ),
        status=refused.status if refused and refused.status < 500 else 422 if refused else 200,
        line=line,
        manifest=manifest,
        standing=STANDINGS[line.standing],
        footprint=footprint_of(line.found) if manifest and line.found else (),
        settings=views(manifest, held, errors) if manifest and installed else (),
        plan=await commands.plan_of_removal(line.name, actor=web.actor(request)) if installed else (),
        told=told,
        refused=_sentence(refused) if refused and not errors else "",
        url=f"{PLUGINS}/{line.name}",
    )


def _errors(refused: TradewindError | None) -> dict[str, str]:
    if not isinstance(refused, Invalid):
        return {}
    return {one.pointer.strip("/"): _(one.message, **one.params) for one in refused.errors}


def _sentence(error: TradewindError) -> str:
    parts = [_(error.message, **error.params)]
    if isinstance(error, Invalid):
        parts += [f"{one.pointer or '/'}: {_(one.message, **one.params)}" for one in error.errors]
    if error.remedy:
        parts.append(_(error.remedy, **error.params))
    return " ".join(parts)


def _told(done: str, plugin: str) -> str:
    return _(_DONE[done], plugin=plugin) if done in _DONE else ""


def _admin(request: AnyRequest) -> Actor:
    who = web.actor(request)
    if not who.is_admin:
        raise Forbidden(N_("Only an admin may change which plugins there are."))
    return who
