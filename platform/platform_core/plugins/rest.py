"""`/api/v1/plugins`: the same as the screens, for programs of an admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post, put
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from platform_core import web
from platform_core.errors import Forbidden
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.plugins import commands
from platform_core.plugins.errors import NoSuchPlugin
from platform_core.plugins.footprint import footprint_of
from platform_core.plugins.listing import PluginLine, line_of, listing

AnyRequest = Request[Any, Any, Any]
PLUGINS = "/api/v1/plugins"


class PluginView(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin. `standing`: available, on, off, failed, broken, missing, unusable or unfinished. Secrets among the
    `settings` stand as {"secret": name}."""

    name: str
    label: str
    standing: str
    version: str
    installed_version: str
    place: str | None
    reason: str
    problems: tuple[str, ...]
    footprint: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, object]
    failures: int
    last_error: str | None
    failed_at: datetime | None


class Removal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which losses of the plan are accepted; `archive` keeps the data in a file instead."""

    accept: tuple[str, ...] = ()
    archive: bool = False


@get(PLUGINS, name="api_plugins")
async def plugin_list(request: AnyRequest) -> dict[str, list[PluginView]]:
    """{items: […]} of every plugin that is found or installed."""
    _admin(request)
    return {"items": [_view(one) for one in await listing()]}


@get(PLUGINS + "/{name:str}", name="api_plugin")
async def plugin(request: AnyRequest, name: str) -> PluginView:
    """One plugin."""
    _admin(request)
    return await _one(name)


@post(PLUGINS + "/{name:str}/install", status_code=200, name="api_install_plugin")
async def install(request: AnyRequest, name: str) -> PluginView:
    """Install and switch on."""
    await commands.install(name, actor=_admin(request))
    return await _one(name)


@post(PLUGINS + "/{name:str}/enable", status_code=200, name="api_enable_plugin")
async def enable(request: AnyRequest, name: str) -> PluginView:
    """Switch on, everywhere, at once."""
    await commands.enable(name, actor=_admin(request))
    return await _one(name)


@post(PLUGINS + "/{name:str}/disable", status_code=200, name="api_disable_plugin")
async def disable(request: AnyRequest, name: str) -> PluginView:
    """Switch off, everywhere, at once."""
    await commands.disable(name, actor=_admin(request))
    return await _one(name)


@put(PLUGINS + "/{name:str}/settings", name="api_set_plugin")
async def configure(request: AnyRequest, name: str, data: JSONBody[dict[str, Any]]) -> PluginView:
    """All settings of a plugin; a secret that is left out stays."""
    await commands.configure(name, data, actor=_admin(request))
    return await _one(name)


@post(PLUGINS + "/{name:str}/remove", status_code=200, name="api_remove_plugin")
async def remove(request: AnyRequest, name: str, data: JSONBody[Removal]) -> dict[str, object]:
    """{removed, archive}; 409 with the plan in `details` while something stands in the way."""
    file = await commands.remove(name, accept=data.accept, archived=data.archive, actor=_admin(request))
    return {"removed": name, "archive": file.name if file else None}


def rest_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (plugin_list, plugin, install, enable, disable, configure, remove)


async def _one(name: str) -> PluginView:
    line = await line_of(name)
    if line is None:
        raise NoSuchPlugin(name)
    return _view(line)


def _view(line: PluginLine) -> PluginView:
    usable = line.found is not None and not line.found.problems
    state = line.state
    return PluginView(
        name=line.name,
        label=line.label,
        standing=line.standing,
        version=line.version,
        installed_version=line.installed_version,
        place=line.place,
        reason=line.reason,
        problems=tuple(_(one.message, **one.params) for one in line.problems),
        footprint={one.point: one.names for one in footprint_of(line.found)} if usable and line.found else {},
        settings=state.settings if state else {},
        failures=state.failures if state else 0,
        last_error=state.last_error if state else None,
        failed_at=state.failed_at if state else None,
    )


def _admin(request: AnyRequest) -> Actor:
    who = web.actor(request)
    if not who.is_admin:
        raise Forbidden(N_("Only an admin may change which plugins there are."))
    return who
