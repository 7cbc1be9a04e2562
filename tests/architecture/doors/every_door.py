"""The one table: every route of the application, and what is expected of it."""

from __future__ import annotations

from collections.abc import Iterator

from litestar import Litestar
from litestar.routes import HTTPRoute

from platform_core.plugins import Registry
from tests.architecture.doors import (
    doors_builders,
    doors_designer,
    doors_house,
    doors_lists,
    doors_messages,
    doors_people,
    doors_plugins,
    doors_records,
    doors_tables,
    doors_time,
)
from tests.architecture.doors.visit import Doors, Route

EVERY_DOOR: Doors = {
    **doors_builders.DOORS,
    **doors_designer.DOORS,
    **doors_house.DOORS,
    **doors_lists.DOORS,
    **doors_messages.DOORS,
    **doors_people.DOORS,
    **doors_plugins.DOORS,
    **doors_records.DOORS,
    **doors_tables.DOORS,
    **doors_time.DOORS,
}

SAFE = ("GET", "HEAD", "OPTIONS")


def routes_of(registry: Registry) -> Iterator[Route]:
    """(method, path) of every handler that the rooms contribute; OPTIONS answers itself and reads nothing."""
    router = Litestar(route_handlers=registry.routes, openapi_config=None, logging_config=None)
    for route in router.routes:
        assert isinstance(route, HTTPRoute), (
            f"{route.path} is neither a page nor an API: say what is expected of it"
        )
        for method in route.methods:
            if method != "OPTIONS":
                yield str(method), route.path_format
