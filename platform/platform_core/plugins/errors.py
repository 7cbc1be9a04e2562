"""What goes wrong with plugins.

TradewindError
├── ExtensionPointError  500  a contribution that cannot be used, or a point declared twice; names the plugin
├── PluginFailed         500  a plugin's own code failed while it answered a request; the rest works on
├── NoSuchPlugin         404  nobody has a plugin of that name, or it is not installed
├── PluginRefused        409  the plugin cannot do that now: `details` are the plan items that stand in the way
└── Invalid (errors)
    └── InvalidManifest  422  `plugin.toml` has problems, all of them listed
"""

from __future__ import annotations

from collections.abc import Iterable

from platform_core.errors import Conflict, Invalid, NotFound, Problem, TradewindError
from platform_core.i18n import N_


class ExtensionPointError(TradewindError):
    """A contribution that cannot be used: to a point that nobody declared, of a wrong sort, or not announced."""

    code = "extension_point"


class PluginFailed(TradewindError):
    """A plugin's own code failed while it answered a request."""

    code = "plugin_failed"
    status = 500

    def __init__(self, plugin: str) -> None:
        super().__init__(
            N_("The plugin '{plugin}' failed. Everything else works on."),
            params={"plugin": plugin},
            remedy=N_("Try again. An admin finds what happened under Settings, Plugins."),
        )


class NoSuchPlugin(NotFound):
    """No plugin of that name, or none that is installed."""

    code = "no_such_plugin"

    def __init__(self, plugin: str, *, remedy: str = "", known: Iterable[str] = ()) -> None:
        listed = ", ".join(sorted(known))
        super().__init__(
            N_("There is no plugin '{plugin}'."),
            params={"plugin": plugin, "known": listed or "–"},
            remedy=remedy or N_("Plugins that were found: {known}."),
        )


class PluginRefused(Conflict):
    """The present state does not allow it; `details` lists what stands in the way."""

    code = "plugin_refused"


class InvalidManifest(Invalid):
    """`plugin.toml` cannot be used; every problem with its place."""

    code = "invalid_manifest"
    default_message = N_("The manifest of the plugin '{plugin}' has problems.")

    def __init__(self, plugin: str, problems: Iterable[Problem]) -> None:
        super().__init__(problems)
        self.params = {"plugin": plugin}
