"""The door by which engines, apps and plugins enter: one `register(registry)` each, called by the host.

Nothing registers itself on import. The core's own points are methods of `Registry`; an engine that opens a point of
its own declares it by name (`registry.declare("field_type", accept)`) before apps and plugins enter. A plugin is found
by its `plugin.toml`, shows what it touches before it is installed, and can be switched off, on and removed at any time.
"""

from platform_core.plugins.errors import (
    ExtensionPointError,
    InvalidManifest,
    NoSuchPlugin,
    PluginFailed,
    PluginRefused,
)
from platform_core.plugins.finding import Found, find_plugin, find_plugins, read_plugin
from platform_core.plugins.manifest import Manifest, parse_manifest
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
from platform_core.plugins.rooms import Register, Room

__all__ = [
    "CodeList",
    "Connector",
    "DocumentFilter",
    "ExtensionPointError",
    "Found",
    "InvalidManifest",
    "Manifest",
    "NoSuchPlugin",
    "OnFailure",
    "PluginFailed",
    "PluginRefused",
    "Register",
    "Registry",
    "Room",
    "code_list",
    "code_lists",
    "connectors",
    "document_filters",
    "find_plugin",
    "find_plugins",
    "parse_manifest",
    "read_plugin",
]
