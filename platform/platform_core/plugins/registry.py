"""The one door: what a room contributes is checked here, handed to its owner, and remembered so that it can leave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import click
import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from platform_core import api, definitions, events, expressions, i18n, inbox, jobs, records, web
from platform_core.database import CreateTable, Migration
from platform_core.errors import TradewindError
from platform_core.plugins import missing_functions, points
from platform_core.plugins.errors import ExtensionPointError
from platform_core.plugins.guarding import failed, guarded_hook, guarded_job, guarded_listener
from platform_core.plugins.rooms import Contribution, Leave, Room

E = TypeVar("E", bound=msgspec.Struct)
OnFailure = Callable[[str, BaseException], None]
"""(where, what): how an engine reports that a plugin's contribution failed."""


@dataclass(frozen=True, slots=True)
class Point:
    """A declared extension point. `accept` refuses what it cannot use by raising; `retire(name)` is called when the
    contribution's plugin is switched off or missing; `guard(contribution, on_failure)` is called for plugins only and
    answers with the contribution behind a wall."""

    accept: Callable[[object], None]
    retire: Callable[[str], None] | None = None
    guard: Callable[[object, OnFailure], object] | None = None


@dataclass
class Registry:
    """Collects contributions while the host assembles the program, and when a plugin is switched on.

    Kinds, job kinds, functions and the like go straight to their owner; routes, migrations and template folders are
    kept here until the host builds the application. A plugin's routes, migrations and commands stay with its room.
    """

    routes: list[ControllerRouterHandler] = field(default_factory=list)
    migrations: list[Migration] = field(default_factory=list)
    template_folders: list[Path] = field(default_factory=list)
    app_folders: list[Path] = field(default_factory=list)
    rooms: dict[str, Room] = field(default_factory=dict)
    complaints: list[ExtensionPointError] | None = None
    """Where contributions that were not announced are noted instead of refused, so that a check finds all of them."""
    _points: dict[str, Point] = field(default_factory=dict)
    _room: Room | None = None

    def enter(self, room: Room) -> None:
        """Let a room in: engines, apps and plugins alike. What goes wrong takes everything of it out again.

        Raises ExtensionPointError with the room's name, whatever the room itself has raised.
        """
        self._room = room
        try:
            room.register(self)
        except Exception as exc:
            room.leave()
            raise _blamed(room, exc) from exc
        finally:
            self._room = None
        self.rooms[room.name] = room

    def take_out(self, name: str) -> None:
        """Take a room's contributions out again."""
        room = self.rooms.pop(name, None)
        if room is not None:
            room.leave()

    # Points of the core

    def add_kind(self, kind: definitions.DefinitionKind) -> None:
        """A kind of definition: its struct, checks, plan and compiler."""
        self._announced("kind", kind.name)
        definitions.register_kind(kind)
        self._keep("kind", kind.name, lambda: definitions.forget_kind(kind.name))

    def add_data_step(self, name: str, handler: definitions.DataStepHandler) -> None:
        """A step of a publish that moves data, called by name inside the publishing transaction."""
        self._announced("data_step", name)
        definitions.register_data_step(name, handler)
        self._keep("data_step", name)

    def add_job_kind(self, kind: jobs.JobKind) -> None:
        """A kind of background work."""
        self._announced("job", kind.name)
        room = self._plugin
        if room is not None and kind.name.partition(".")[0] != room.name:
            raise ValueError(f"the job kind '{kind.name}' is to be called '{room.name}.<verb>'")
        jobs.register(guarded_job(room, kind) if room else kind)
        self._keep("job", kind.name, lambda: jobs.forget(kind.name))

    def add_schedule(self, schedule: jobs.Schedule) -> None:
        """A schedule that comes with the program: a row, made at the start, that adds jobs of its kind in time."""
        self._announced("schedule", schedule.key)
        jobs.register_schedule(schedule)
        self._keep("schedule", schedule.key, lambda: jobs.forget_schedule(schedule.key))

    def add_function(self, spec: expressions.FunctionSpec) -> None:
        """A function of the expression language."""
        self._announced("function", spec.name)
        if self._plugin is not None:
            missing_functions.make_way(spec.name, self._plugin.name)
        expressions.register_function(spec)
        if self._room is not None:
            self._room.signatures[spec.name] = tuple(way.text for way in spec.signatures)
        self._keep("function", spec.name)  # expressions in force keep their meaning while the plugin is off

    def add_reference(self, kind: str, source: records.ReferenceSource) -> None:
        """How ids of one kind ("file", …) are resolved and shown."""
        self._announced("reference", kind)
        records.register_reference(kind, source)
        self._keep("reference", kind)

    def add_openapi(self, source: api.OpenApiSource) -> None:
        """Paths and schemas for the OpenAPI document, as a given actor may see them."""
        api.add_openapi(source)
        self._keep("openapi", "openapi", lambda: api.forget_openapi(source))

    def add_routes(self, routes: Sequence[ControllerRouterHandler]) -> None:
        """HTTP handlers, pages and API alike; the host mounts them at the root."""
        room = self._plugin
        if room is None:
            self.routes.extend(routes)
            return
        for path in paths_of(routes):
            owned = next((one for one in room.manifest_names("route") if is_below(path, one)), None)
            if owned is None:
                self._refuse(_unannounced(room, "route", path))
            self._keep("route", owned or path)
        room.routes.extend(routes)

    def add_page(self, handler: ControllerRouterHandler) -> None:
        """One screen. Its address is neither below /api nor below /admin; a menu line comes with an app definition."""
        self._placed(
            handler, lambda path: not is_below(path, "/api") and not is_below(path, "/admin"), "a page"
        )
        self.add_routes([handler])

    def add_api(self, handler: ControllerRouterHandler) -> None:
        """One route of the API, below /api/v1."""
        self._placed(handler, lambda path: path.startswith("/api/v1/"), "a route of the API")
        self.add_routes([handler])

    def add_migrations(self, migrations: Sequence[Migration]) -> None:
        """System-table migrations, run in the order they are added."""
        room = self._plugin
        if room is None:
            self.migrations.extend(migrations)
            return
        for migration in migrations:
            if migration.subject != room.name or not migration.down:
                raise ValueError(
                    f"the migration '{migration.id}' is called '{room.name}.<number>' and has a way back"
                )
            for step in migration.up:
                if isinstance(step, CreateTable):
                    self._announced("table", step.table.name)
                    self._keep("table", step.table.name)
        room.migrations.extend(migrations)

    def add_templates(self, folder: Path) -> None:
        """A folder of Jinja templates."""
        if self._plugin is not None:
            web.add_templates(folder)
        else:
            self.template_folders.append(folder)

    def add_app(self, folder: Path) -> None:
        """A shipped app: a package folder of definitions, installed when the installation is set up."""
        if self._plugin is not None:
            raise ValueError("a plugin names its folder of definitions in plugin.toml, as 'definitions'")
        self.app_folders.append(folder)

    def add_catalogs(self, folder: Path) -> None:
        """A folder of translations: `<folder>/<language>/LC_MESSAGES/tradewind.po`."""
        i18n.add_catalogs(folder)
        self._keep("catalogs", folder.name, lambda: i18n.remove_catalogs(folder))

    # Points for plugins

    def add_hook(self, slot: records.Slot, handler: records.SlotHandler) -> None:
        """A record hook: called with all records that are being saved together, in a slot of the save."""
        self._announced("hook", slot)
        leave = records.on_slot(slot, guarded_hook(self._room, slot, handler) if self._plugin else handler)  # type: ignore[arg-type]  # there is a room
        self._keep("hook", slot, leave)

    def add_listener(
        self, event: type[E], listener: Callable[[E], Awaitable[None] | None], *, after_commit: bool = True
    ) -> None:
        """A listener to an event, inside the transaction of what happened or after its commit."""
        self._announced("listener", event.__name__)
        subscribe = events.subscribe_after_commit if after_commit else events.subscribe
        leave = subscribe(event, guarded_listener(self._room, event, listener) if self._plugin else listener)  # type: ignore[arg-type]  # there is a room
        self._keep("listener", event.__name__, leave)

    def add_connector(self, connector: points.Connector) -> None:
        """A way to an outside system: lead source, mailbox, message channel, telephony, ERP, rates, calendar, …"""
        self._announced("connector", connector.name)
        self._keep("connector", connector.name, points.put_connector(connector))

    def add_receiver(self, receiver: inbox.Receiver) -> None:
        """What knows what to do with the payloads that one sort of sender posts to /hooks; announced as a connector."""
        self._announced("connector", receiver.name)
        self._keep("connector", receiver.name, inbox.add_receiver(receiver))

    def add_document_filter(self, name: str, function: points.DocumentFilter) -> None:
        """A filter of document and message templates."""
        self._announced("document_filter", name)
        self._keep("document_filter", name, points.put_filter(name, function))

    def add_command(self, command: click.Command) -> None:
        """A command of `tradewind`; its callback may be async and runs inside the open installation."""
        name = command.name or ""
        self._announced("command", name)
        room = self._plugin
        if room is None:
            raise ValueError("the program's own commands stand in the host")
        room.commands[name] = command
        self._keep("command", name)

    def add_dictionary(self, codes: points.CodeList) -> None:
        """A list of codes in code, found under /choices/codes/<name>; a short one is better shipped as a definition."""
        self._announced("dictionary", codes.name)
        self._keep("dictionary", codes.name, points.put_code_list(codes))

    # Points that engines declare

    def declare(
        self,
        point: str,
        accept: Callable[[object], None],
        *,
        retire: Callable[[str], None] | None = None,
        guard: Callable[[object, OnFailure], object] | None = None,
    ) -> None:
        """Open an extension point; see `Point`."""
        if point in self._points:
            raise ExtensionPointError(f"extension point '{point}' is declared twice")
        self._points[point] = Point(accept, retire, guard)

    def add(self, point: str, contribution: object) -> None:
        """Contribute to a point that an engine declared. The contribution has a `name`, or is one."""
        known = self._points.get(point)
        if known is None:
            raise ExtensionPointError(
                f"no extension point '{point}'", remedy=_known_points(point, self._points)
            )
        name = str(getattr(contribution, "name", contribution if isinstance(contribution, str) else point))
        self._announced(point, name)
        room, retire = self._plugin, known.retire
        if room is not None and known.guard is not None:
            owner = room.name
            contribution = known.guard(contribution, lambda where, exc: _count(owner, where, exc))
        known.accept(contribution)
        self._keep(point, name, (lambda: retire(name)) if retire is not None else None)

    def retire(self, point: str, name: str) -> None:
        """Tell a point that a contribution it might be asked for is not there: its plugin is off, missing or broken."""
        known = self._points.get(point)
        if known is not None and known.retire is not None:
            known.retire(name)

    def add_field_type(self, field_type: object) -> None:
        """A field type; the point is declared by the form engine."""
        self.add("field_type", field_type)

    def add_widget(self, widget: object) -> None:
        """A control of forms; the point is declared by the form engine."""
        self.add("widget", widget)

    def add_flow_node(self, node: object) -> None:
        """A kind of step in flows; the point is declared by the flow engine."""
        self.add("flow_node", node)

    def add_flow_trigger(self, trigger: object) -> None:
        """A kind of beginning of flows; the point is declared by the flow engine."""
        self.add("flow_trigger", trigger)

    def add_report_visual(self, visual: object) -> None:
        """A way to draw a report; the point is declared by the report engine."""
        self.add("report_visual", visual)

    # Inside

    @property
    def _plugin(self) -> Room | None:
        return self._room if self._room is not None and self._room.is_plugin else None

    def _announced(self, point: str, name: str) -> None:
        room = self._plugin
        if room is not None and name not in room.manifest_names(point):
            self._refuse(_unannounced(room, point, name))

    def _refuse(self, complaint: ExtensionPointError) -> None:
        if self.complaints is None:
            raise complaint
        self.complaints.append(complaint)

    def _keep(self, point: str, name: str, leave: Leave | None = None) -> None:
        if self._room is not None:
            self._room.contributions.append(Contribution(point, name, leave))

    def _placed(self, handler: ControllerRouterHandler, fits: Callable[[str], bool], what: str) -> None:
        for path in paths_of([handler]):
            if not fits(path):
                raise ValueError(f"{path} is no address for {what}")


@contextmanager
def contributing(registry: Registry, room: Room) -> Iterator[None]:
    """Within it contributions belong to `room` (tests of single points)."""
    registry._room = room
    try:
        yield
    finally:
        registry._room = None


def paths_of(routes: Sequence[ControllerRouterHandler]) -> list[str]:
    """The addresses that handlers answer to, with their `{places}`."""
    plain = [one for one in routes if isinstance(one, HTTPRouteHandler)]
    found = {"/" + path.strip("/") for one in plain for path in one.paths}
    others = [one for one in routes if not isinstance(one, HTTPRouteHandler)]
    if others:  # controllers and routers: only the framework can tell
        router = Litestar(route_handlers=others, openapi_config=None, logging_config=None)
        found |= {one.path_format for one in router.routes if isinstance(one, HTTPRoute)}
    return sorted(found)


def is_below(path: str, place: str) -> bool:
    """Whether an address is `place` or something below it."""
    return path == place or path.startswith(place.rstrip("/") + "/")


def _count(plugin: str, where: str, exc: BaseException) -> None:
    failed(plugin, where, exc)


def _known_points(point: str, known: dict[str, Point]) -> str:
    near = get_close_matches(point, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known points: {', '.join(sorted(known))}."


def _unannounced(room: Room, point: str, name: str) -> ExtensionPointError:
    listed = ", ".join(f'"{one}"' for one in room.manifest_names(point))
    return ExtensionPointError(
        f"it contributes the {point} '{name}', which its manifest does not announce",
        remedy=f'Name it in plugin.toml: [touches] {point} = [{listed + ", " if listed else ""}"{name}"]',
    )


def _blamed(room: Room, exc: Exception) -> ExtensionPointError:
    """The same error with the name of the room before it."""
    text = exc.text if isinstance(exc, TradewindError) else f"{type(exc).__name__}: {exc}"
    remedy = exc.remedy if isinstance(exc, TradewindError) else ""
    return ExtensionPointError(
        f"{'plugin' if room.is_plugin else 'room'} '{room.name}': {text}",
        remedy=remedy or "Correct it, or leave the plugin out: tradewind plugin disable <name>",
    )
