"""What enters the program by `register(registry)`: an engine, an app, a plugin; and what each has contributed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from click import Command
from litestar.types import ControllerRouterHandler

from platform_core.database import Migration
from platform_core.plugins.manifest import Manifest

if TYPE_CHECKING:
    from platform_core.plugins.registry import Registry

Leave = Callable[[], None]
"""Takes a contribution out again."""


class Register(Protocol):
    """The one function by which a room enters."""

    def __call__(self, registry: Registry) -> None: ...


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing at one extension point."""

    point: str
    name: str
    leave: Leave | None = None


@dataclass(eq=False)
class Room:
    """Whoever enters. A plugin has a manifest; an engine or app of the program has none and is never switched off."""

    name: str
    register: Register
    manifest: Manifest | None = None
    contributions: list[Contribution] = field(default_factory=list)
    routes: list[ControllerRouterHandler] = field(default_factory=list)
    migrations: list[Migration] = field(default_factory=list)
    commands: dict[str, Command] = field(default_factory=dict)
    signatures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The ways to call each function that it brings, so that something can stand for it while it is missing."""

    @property
    def is_plugin(self) -> bool:
        return self.manifest is not None

    def manifest_names(self, point: str) -> tuple[str, ...]:
        """What its manifest announces at a point; nothing for a room without one."""
        return self.manifest.names_of(point) if self.manifest is not None else ()

    def footprint(self) -> dict[str, tuple[str, ...]]:
        """Names of what it has contributed, by extension point."""
        found: dict[str, list[str]] = {}
        for one in self.contributions:
            found.setdefault(one.point, []).append(one.name)
        return {point: tuple(dict.fromkeys(names)) for point, names in found.items()}

    def leave(self) -> None:
        """Take everything out again, last first."""
        while self.contributions:
            one = self.contributions.pop()
            if one.leave is not None:
                one.leave()
        self.routes.clear()
        self.migrations.clear()
        self.commands.clear()
