"""What a plugin touches, told before it is installed: from its manifest and its definitions, without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from platform_core import definitions
from platform_core.i18n import N_, _
from platform_core.plugins.finding import Found

POINT_LABELS: Mapping[str, str] = {
    "table": N_("Tables"),
    "definition": N_("Definitions"),
    "field_type": N_("Field types"),
    "widget": N_("Controls of forms"),
    "function": N_("Functions of expressions"),
    "hook": N_("Hooks into saving records"),
    "listener": N_("Events it listens to"),
    "route": N_("Pages and API addresses"),
    "job": N_("Background work"),
    "schedule": N_("Schedules"),
    "command": N_("Commands"),
    "dictionary": N_("Lists of codes"),
    "connector": N_("Connectors"),
    "document_filter": N_("Filters of documents"),
    "kind": N_("Kinds of definitions"),
    "data_step": N_("Steps of a publish"),
    "reference": N_("Kinds of references"),
    "flow_node": N_("Steps of flows"),
    "flow_trigger": N_("Beginnings of flows"),
    "report_visual": N_("Visuals of reports"),
    "outbound": N_("Outside hosts it calls"),
    "requires": N_("Python packages"),
    "setting": N_("Settings"),
}


class FootprintLine(Struct, frozen=True):
    """One sort of things and their names; `point` is the key in plugin.toml."""

    point: str
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The sort in the reader's language."""
        return _(POINT_LABELS[self.point]) if self.point in POINT_LABELS else self.point


def footprint_of(found: Found) -> tuple[FootprintLine, ...]:
    """Everything it says it touches, in a stable order. Raises InvalidManifest, or InvalidPackage for its definitions."""
    manifest = found.usable
    touched = {point: names for point, names in manifest.touches.items() if names}
    if manifest.definitions:
        touched["definition"] = tuple(_definitions(found))
    if manifest.requires:
        touched["requires"] = manifest.requires
    if manifest.settings.get("properties"):
        touched["setting"] = tuple(manifest.settings["properties"])
    order = {point: place for place, point in enumerate(POINT_LABELS)}
    return tuple(
        FootprintLine(point, tuple(names))
        for point, names in sorted(touched.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))
    )


def _definitions(found: Found) -> Iterator[str]:
    package = definitions.read_package(found.folder / str(found.usable.definitions))
    for item in package.items:
        yield f"{item.kind}/{item.name}"
