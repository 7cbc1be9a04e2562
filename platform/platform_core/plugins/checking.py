"""Everything that is wrong with a plugin, before anybody installs it. Its code is imported and registers, no more."""

from __future__ import annotations

from collections.abc import Iterator

from platform_core import definitions
from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.i18n import N_
from platform_core.plugins.finding import Found
from platform_core.plugins.loading import room_of
from platform_core.plugins.registry import Registry
from platform_core.plugins.rooms import Room

_NOT_CODE = ("outbound",)
"""What is announced although nothing registers it."""


def check_plugin(found: Found, registry: Registry) -> list[Problem]:
    """Every problem: of the manifest, of the code's contributions, of the definitions it ships.

    `registry` is a program that was assembled for this; the plugin is taken out of it again.
    """
    if found.manifest is None or found.problems:
        return list(found.problems)
    return [*_of_code(found, registry), *_of_definitions(found)]


def _of_code(found: Found, registry: Registry) -> Iterator[Problem]:
    registry.complaints = []
    try:
        room = room_of(found)
        registry.enter(room)
    except TradewindError as exc:
        yield Problem(pointer="", code=exc.code, message=exc.text, remedy=exc.remedy)
        return
    finally:
        complaints, registry.complaints = registry.complaints or [], None
    for one in complaints:
        yield Problem(pointer="/touches", code=one.code, message=one.text, remedy=one.remedy)
    yield from _unused(room)
    registry.take_out(room.name)


def _unused(room: Room) -> Iterator[Problem]:
    """Announced, and never contributed: misspelt, or forgotten."""
    there = room.footprint()
    for point, names in (room.manifest.touches if room.manifest else {}).items():
        if point in _NOT_CODE:
            continue
        for place, name in enumerate(names):
            if name not in there.get(point, ()):
                message = N_(
                    "plugin.toml announces the {point} '{name}', and register() does not contribute it."
                )
                params: dict[str, object] = {"point": point, "name": name}
                yield Problem(
                    pointer=f"/touches/{point}/{place}",
                    code="not_contributed",
                    message=message,
                    params=params,
                )


def _of_definitions(found: Found) -> Iterator[Problem]:
    manifest = found.usable
    if not manifest.definitions:
        return
    try:
        package = definitions.read_package(found.folder / manifest.definitions)
    except Invalid as exc:
        yield from exc.errors
        return
    if package.app != manifest.name:
        message = N_("The app of the definitions is called '{app}'; it must be called like the plugin.")
        yield Problem(pointer="/definitions", code="app_name", message=message, params={"app": package.app})
