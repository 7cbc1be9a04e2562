"""The plugins of this process: those that are switched on have entered, and everybody else's place is kept.

`sync` is called whenever the catalog's version has moved, so that switching a plugin on or off reaches every process
with the same word as a publish. Whatever is wrong with one plugin is remembered as its reason and takes nothing else
down.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from click import Command
from litestar import Litestar
from litestar.types import ASGIApp

from platform_core import definitions, jobs, web
from platform_core.errors import Invalid, TradewindError
from platform_core.plugins import guarding, missing_functions
from platform_core.plugins.errors import ExtensionPointError, NoSuchPlugin
from platform_core.plugins.finding import Found, find_plugins
from platform_core.plugins.loading import forget_code, room_of
from platform_core.plugins.registry import Registry, is_below, paths_of
from platform_core.plugins.rooms import Room
from platform_core.plugins.state import PluginState, states

_log = logging.getLogger("tradewind.plugins")


class Live:
    """What is switched on here. `broken` has the reason of each installed plugin that could not enter."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.known: Mapping[str, PluginState] = {}
        self.rooms: dict[str, Room] = {}
        self.broken: dict[str, str] = {}
        self.busy: set[str] = set()
        """Plugins that this process is just installing or removing: `sync` leaves them alone."""
        self.apps: dict[str, ASGIApp] = {}
        self.places: dict[str, Room] = {}
        """The room that answers for an address and everything below it."""
        self._retired: set[tuple[str, str]] = set()
        self._taken: frozenset[str] | None = None

    async def sync(self) -> bool:
        """Bring this process to what the table says. True where field types, kinds and the like have changed."""
        self.known = await states()
        changed = False
        for name in [one for one in self.rooms if one not in self.busy and not self._is_wanted(one)]:
            self.leave(name)
            changed = True
        missing = [
            name for name, state in self.known.items() if state.is_wanted and name not in self.rooms
            and name not in self.busy
        ]  # fmt: skip
        if missing:
            found = find_plugins()
            for name in missing:
                changed = self._try(name, found.get(name)) or changed
            await jobs.plant_schedules()
        return self._keep_places() or changed

    def enter(self, found: Found) -> Room:
        """Let a plugin's code in. Raises InvalidManifest or ExtensionPointError; then nothing of it is left."""
        room = room_of(found)
        self._refuse_taken(room)
        self.registry.enter(room)
        self.rooms[room.name] = room
        guarding.let_in(room.name)
        self._retired = {
            (point, name) for point, name in self._retired if name not in room.manifest_names(point)
        }
        if room.routes:
            self.apps[room.name] = _application(room)
            for place in room.footprint().get("route", ()):
                self.places[place] = room
        return room

    def leave(self, name: str, *, forget: bool = False) -> None:
        """Take a plugin out of this process; `forget` also its code."""
        room = self.rooms.pop(name, None)
        self.apps.pop(name, None)
        self.places = {place: one for place, one in self.places.items() if one is not room}
        self.registry.take_out(name)
        if forget:
            forget_code(name)
            self.broken.pop(name, None)
            for function in missing_functions.owned_by(name):
                missing_functions.forget(function)

    def room_at(self, path: str) -> Room | None:
        """The plugin that answers for an address."""
        if not self.places:
            return None
        place = path
        while place:
            found = self.places.get(place)
            if found is not None:
                return None if guarding.is_passed_over(found.name) else found
            place = place.rpartition("/")[0]
        return None

    def _is_wanted(self, name: str) -> bool:
        state = self.known.get(name)
        return state is not None and state.is_wanted

    def _try(self, name: str, found: Found | None) -> bool:
        """Let it in where that works; else remember why not. True where it has entered."""
        try:
            if found is None:
                raise ExtensionPointError(
                    f"plugin '{name}' is installed, but its files are not there",
                    remedy=f"Put them back, or remove it: tradewind plugin remove {name}",
                )
            self.enter(found)
        except Exception as exc:  # noqa: BLE001 - one plugin must not keep the program from starting
            reason = reason_of(exc)
            if self.broken.get(name) != reason:
                _log.error("%s; the rest works on without it", reason)
            self.broken[name] = reason
            return False
        self.broken.pop(name, None)
        return True

    def _keep_places(self) -> bool:
        """Tell the points about contributions that are not there. True where one was told anew."""
        away = {
            (point, name)
            for plugin, state in self.known.items()
            if plugin not in self.rooms
            for point, names in state.touches.items()
            for name in names
        }
        new = away - self._retired
        for point, name in sorted(new):
            self.registry.retire(point, name)
        self._retired = away
        lacking = [
            missing_functions.stand_in(plugin, state.signatures)
            for plugin, state in self.known.items()
            if plugin not in self.rooms and plugin not in self.busy
        ]
        return bool(new) or any(lacking)

    def _refuse_taken(self, room: Room) -> None:
        """Addresses of the program itself, or of another plugin, are nobody else's."""
        assert room.manifest is not None
        if self._taken is None:
            self._taken = frozenset(map(_beginning, paths_of(self.registry.routes)))
        for place in room.manifest.names_of("route"):
            other = next((p for p in self.places if is_below(p, place) or is_below(place, p)), None)
            if not place.startswith("/") or _beginning(place) in self._taken or other is not None:
                raise ExtensionPointError(
                    f"plugin '{room.name}': the address {place} is taken or cannot be used",
                    remedy="Choose one of your own: /my-plugin or /api/v1/my-plugin.",
                )


def reason_of(exc: Exception) -> str:
    """What kept a plugin out, in one line."""
    if isinstance(exc, Invalid):
        return " ".join([exc.text, *(f"{one.pointer or '/'}: {one.text}" for one in exc.errors)])
    return exc.text if isinstance(exc, TradewindError) else f"{type(exc).__name__}: {exc}"


def _beginning(path: str) -> str:
    """The part of an address that tells whose it is: the first step, below /api/v1 the third."""
    steps = [one for one in path.split("/") if one]
    return "/".join(steps[:3] if steps[:2] == ["api", "v1"] else steps[:1])


def _application(room: Room) -> ASGIApp:
    """A plugin's routes as an application of their own, so that it can come and go while the program runs."""
    return Litestar(
        route_handlers=list(room.routes), openapi_config=None, logging_config=None,
        exception_handlers=web.exception_handlers(),
    )  # fmt: skip


_live: Live | None = None


@asynccontextmanager
async def running(registry: Registry) -> AsyncIterator[Live]:
    """Plugins that are switched on are let in, before the catalog is loaded for the first time, and follow it from
    then on; at the end every one leaves."""
    global _live
    live = _live = Live(registry)
    stop_following = definitions.before_loading(live.sync)
    try:
        await live.sync()
        yield live
    finally:
        stop_following()
        for name in list(live.rooms):
            live.leave(name)
        if _live is live:
            _live = None


def current() -> Live:
    """The plugins of this process. RuntimeError before the host has started them."""
    if _live is None:
        raise RuntimeError("plugins are not started: the host calls plugins.start(registry)")
    return _live


def in_use() -> Live | None:
    """The plugins of this process; None where none were started (an application without an installation)."""
    return _live


def is_live(name: str) -> bool:
    """Whether a plugin is switched on and has entered here."""
    return _live is not None and name in _live.rooms and not guarding.is_passed_over(name)


def command_of(plugin: str, name: str) -> Command:
    """A command that a plugin brings. NoSuchPlugin where the plugin is not installed, or not switched on."""
    room = _live.rooms.get(plugin) if _live is not None else None
    if room is None or name not in room.commands:
        raise NoSuchPlugin(
            plugin, remedy=f"It brings the command '{name}'. Install it, or switch it on: tradewind plugin enable {plugin}"
        )  # fmt: skip
    return room.commands[name]


def settings_of(name: str) -> Mapping[str, object]:
    """The settings of a plugin with the defaults of its schema; without secrets, which `secrets.get` keeps."""
    if _live is None or name not in _live.known:
        return {}
    room = _live.rooms.get(name)
    schema = room.manifest.settings if room is not None and room.manifest is not None else {}
    defaults = {key: one["default"] for key, one in schema.get("properties", {}).items() if "default" in one}
    return {**defaults, **_live.known[name].settings}
