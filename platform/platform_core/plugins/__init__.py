"""The door by which engines, apps and plugins enter: one `register(registry)` each, called by the host.

Nothing registers itself on import. The core's own points are methods of `Registry`; an engine that opens a point of
its own declares it by name (`registry.declare("field_type", accept)`) before apps and plugins enter. A plugin is found
by its `plugin.toml`, shows what it touches before it is installed, and can be switched off, on and removed at any time.
"""

from platform_core.plugins.checking import check_plugin
from platform_core.plugins.commands import (
    configure,
    disable,
    enable,
    install,
    plan_of_removal,
    remove,
    upgrade_all,
)
from platform_core.plugins.errors import (
    ExtensionPointError,
    InvalidManifest,
    NoSuchPlugin,
    PluginFailed,
    PluginRefused,
)
from platform_core.plugins.finding import Found, find_plugin, find_plugins, read_plugin
from platform_core.plugins.footprint import FootprintLine, footprint_of
from platform_core.plugins.front import PluginFront
from platform_core.plugins.listing import PluginLine, Standing, line_of, listing
from platform_core.plugins.live import command_of, is_live, settings_of
from platform_core.plugins.manifest import Manifest, parse_manifest
from platform_core.plugins.migrations import MIGRATIONS
from platform_core.plugins.openapi import plugins_part
from platform_core.plugins.points import (
    CodeList,
    Connector,
    DocumentFilter,
    code_list,
    code_lists,
    connectors,
    document_filters,
)
from platform_core.plugins.registry import OnFailure, Registry
from platform_core.plugins.rest import rest_routes
from platform_core.plugins.rooms import Register, Room
from platform_core.plugins.scaffold import new_plugin
from platform_core.plugins.screens import LINK, TEMPLATES, screen_routes
from platform_core.plugins.state import PluginState, state_of
from platform_core.plugins.switching_off import TOPIC, running, settle
from platform_core.plugins.values import secret_name
from platform_core.web import add_admin_link


def enter(registry: Registry) -> None:
    """The subject's own contributions, by the door that it keeps."""
    registry.add_routes((*screen_routes(), *rest_routes()))
    registry.add_openapi(plugins_part)
    registry.add_templates(TEMPLATES)
    add_admin_link(LINK)


__all__ = [
    "MIGRATIONS",
    "TOPIC",
    "CodeList",
    "Connector",
    "DocumentFilter",
    "ExtensionPointError",
    "FootprintLine",
    "Found",
    "InvalidManifest",
    "Manifest",
    "NoSuchPlugin",
    "OnFailure",
    "PluginFailed",
    "PluginFront",
    "PluginLine",
    "PluginRefused",
    "PluginState",
    "Register",
    "Registry",
    "Room",
    "Standing",
    "check_plugin",
    "code_list",
    "code_lists",
    "command_of",
    "configure",
    "connectors",
    "disable",
    "document_filters",
    "enable",
    "enter",
    "find_plugin",
    "find_plugins",
    "footprint_of",
    "install",
    "is_live",
    "line_of",
    "listing",
    "new_plugin",
    "parse_manifest",
    "plan_of_removal",
    "read_plugin",
    "remove",
    "running",
    "secret_name",
    "settings_of",
    "settle",
    "state_of",
    "upgrade_all",
]
