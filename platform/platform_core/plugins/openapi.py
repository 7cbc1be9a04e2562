"""The plugin routes in the OpenAPI document, for admins."""

from __future__ import annotations

from platform_core.api import OpenApiLine as Line
from platform_core.api import OpenApiPart, lines_part, shape
from platform_core.identity import Actor
from platform_core.plugins.rest import PluginView, Removal

_ONE = "/plugins/{name}"
_SETTINGS = {"type": "object", "description": "Value by name, as the plugin's manifest declares them"}
_ALL = shape(items={"type": "array", "items": {"$ref": "#/components/schemas/PluginView"}})
_REMOVED = shape(removed={"type": "string"}, archive={"type": ["string", "null"]})

_LINES: tuple[Line, ...] = (
    Line(method="get", path="/plugins", summary="Every plugin that is found or installed", answer=_ALL, guarded=True),
    Line(method="get", path=_ONE, summary="One plugin", answer=PluginView, guarded=True),
    Line(method="post", path=f"{_ONE}/install", summary="Install and switch on", answer=PluginView, refusals=(409,), guarded=True),
    Line(method="post", path=f"{_ONE}/enable", summary="Switch on, everywhere, at once", answer=PluginView, refusals=(409,), guarded=True),
    Line(method="post", path=f"{_ONE}/disable", summary="Switch off, everywhere, at once", answer=PluginView, refusals=(409,), guarded=True),
    Line(method="put", path=f"{_ONE}/settings", summary="All settings; a secret that is left out stays", body=_SETTINGS, answer=PluginView, refusals=(409,), guarded=True),
    Line(method="post", path=f"{_ONE}/remove", summary="Remove, by a plan whose losses are accepted", body=Removal, answer=_REMOVED, refusals=(409,), guarded=True),
)  # fmt: skip


def plugins_part(actor: Actor) -> OpenApiPart:
    """The paths of plugins; nothing for who is no admin."""
    return lines_part("plugins", "What is installed beside the core", _LINES if actor.is_admin else ())
