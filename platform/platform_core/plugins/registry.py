"""What a room contributes, collected in one place and handed to its owner at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from litestar.types import ControllerRouterHandler

from platform_core import api, definitions, expressions, jobs, records
from platform_core.database import Migration
from platform_core.errors import TradewindError


class ExtensionPointError(TradewindError):
    """A contribution to a point that nobody declared, or a point declared twice."""

    code = "extension_point"


class Register(Protocol):
    """The one function by which a room enters."""

    def __call__(self, registry: Registry) -> None: ...


@dataclass
class Registry:
    """Collects contributions while the host assembles the program.

    Kinds, job kinds, functions and the like go straight to their owner; routes, migrations and template
    folders are kept here until the host builds the application.
    """

    routes: list[ControllerRouterHandler] = field(default_factory=list)
    migrations: list[Migration] = field(default_factory=list)
    template_folders: list[Path] = field(default_factory=list)
    app_folders: list[Path] = field(default_factory=list)
    _points: dict[str, Callable[[object], None]] = field(default_factory=dict)

    def add_kind(self, kind: definitions.DefinitionKind) -> None:
        """A kind of definition: its struct, checks, plan and compiler."""
        definitions.register_kind(kind)

    def add_data_step(self, name: str, handler: definitions.DataStepHandler) -> None:
        """A step of a publish that moves data, called by name inside the publishing transaction."""
        definitions.register_data_step(name, handler)

    def add_job_kind(self, kind: jobs.JobKind) -> None:
        """A kind of background work."""
        jobs.register(kind)

    def add_function(self, spec: expressions.FunctionSpec) -> None:
        """A function of the expression language."""
        expressions.register_function(spec)

    def add_reference(self, kind: str, source: records.ReferenceSource) -> None:
        """How ids of one kind ("file", …) are resolved and shown."""
        records.register_reference(kind, source)

    def add_openapi(self, source: api.OpenApiSource) -> None:
        """Paths and schemas for the OpenAPI document, as a given actor may see them."""
        api.add_openapi(source)

    def add_routes(self, routes: Sequence[ControllerRouterHandler]) -> None:
        """HTTP handlers; the host mounts them at the root."""
        self.routes.extend(routes)

    def add_migrations(self, migrations: Sequence[Migration]) -> None:
        """System-table migrations, run in the order they are added."""
        self.migrations.extend(migrations)

    def add_templates(self, folder: Path) -> None:
        """A folder of Jinja templates."""
        self.template_folders.append(folder)

    def add_app(self, folder: Path) -> None:
        """A shipped app: a package folder of definitions, installed when the installation is set up."""
        self.app_folders.append(folder)

    def declare(self, point: str, accept: Callable[[object], None]) -> None:
        """Open an extension point; `accept` gets every contribution and refuses what it cannot use."""
        if point in self._points:
            raise ExtensionPointError(f"extension point '{point}' is declared twice")
        self._points[point] = accept

    def add(self, point: str, contribution: object) -> None:
        """Contribute to a point that an engine declared."""
        accept = self._points.get(point)
        if accept is None:
            near = get_close_matches(point, self._points, n=1)
            remedy = (
                f"Did you mean '{near[0]}'?" if near else f"Known points: {', '.join(sorted(self._points))}."
            )
            raise ExtensionPointError(f"no extension point '{point}'", remedy=remedy)
        accept(contribution)

    def add_field_type(self, field_type: object) -> None:
        """A field type; the point is declared by the form engine."""
        self.add("field_type", field_type)
