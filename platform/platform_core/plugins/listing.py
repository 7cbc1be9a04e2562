"""Every plugin as an admin sees it: found, installed, on, off, missing or broken."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from platform_core import i18n
from platform_core.errors import Problem
from platform_core.plugins import live
from platform_core.plugins.finding import Found, Place, find_plugins
from platform_core.plugins.state import PluginState, states

Standing = Literal["available", "on", "off", "failed", "broken", "missing", "unusable", "unfinished"]


class PluginLine(Struct, frozen=True, kw_only=True):
    """One plugin. `standing`: available (found, not installed), on, off, failed (switched off after failures), broken
    (installed, but its code does not enter; `reason`), missing (its files are gone), unusable (its manifest has
    `problems`), unfinished (an installation or removal was interrupted)."""

    name: str
    standing: Standing
    version: str
    installed_version: str = ""
    place: Place | None = None
    reason: str = ""
    found: Found | None = None
    state: PluginState | None = None

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        labels = self.found.manifest.label if self.found and self.found.manifest else None
        return i18n.label(labels or (self.state.label if self.state else {})) or self.name

    @property
    def description(self) -> str:
        """What it is for, in the reader's language."""
        manifest = self.found.manifest if self.found else None
        return i18n.label(manifest.description) if manifest and manifest.description else ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with its manifest."""
        return self.found.problems if self.found else ()


async def listing() -> list[PluginLine]:
    """Every plugin that was found or is installed, by name."""
    found, known = find_plugins(), await states()
    return [_line(name, found.get(name), known.get(name)) for name in sorted({*found, *known})]


async def line_of(name: str) -> PluginLine | None:
    """One of them; None where there is no such plugin."""
    return next((one for one in await listing() if one.name == name), None)


def _line(name: str, found: Found | None, known: PluginState | None) -> PluginLine:
    plugins = live.in_use()
    version = found.manifest.version if found and found.manifest else ""
    return PluginLine(
        name=name,
        standing=_standing(name, found, known, plugins),
        version=version or (known.version if known else ""),
        installed_version=known.version if known else "",
        place=found.place if found else None,
        reason=plugins.broken.get(name, "") if plugins and known and known.is_wanted else "",
        found=found,
        state=known,
    )


def _standing(
    name: str, found: Found | None, known: PluginState | None, plugins: live.Live | None
) -> Standing:
    if known is None:
        return "available" if found is not None and not found.problems else "unusable"
    if known.stage != "installed":
        return "unfinished"
    if found is None:
        return "missing"
    if not known.enabled:
        return "failed" if known.off_because == "failures" else "off"
    return "on" if plugins is not None and name in plugins.rooms else "broken"
