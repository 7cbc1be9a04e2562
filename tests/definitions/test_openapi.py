"""The definition routes in the OpenAPI document."""

from __future__ import annotations

import re

from litestar.handlers import HTTPRouteHandler

from platform_core.api.definition_paths import definition_part
from platform_core.api.definitions import definition_routes
from platform_core.identity import Actor


def test_every_route_is_described_and_no_other(admin: Actor) -> None:
    routes = {
        (re.sub(r":\w+}", "}", path), method.lower())
        for handler in definition_routes()
        if isinstance(handler, HTTPRouteHandler)
        for path in handler.paths
        for method in handler.http_methods
    }
    described = {
        (path, method)
        for path, item in definition_part(admin).paths.items()
        for method in item
        if method != "parameters" and not path.startswith("/api/v1/schemas")
    }
    assert described == {route for route in routes if route[1] not in ("head", "options")}


def test_who_may_not_define_sees_only_the_schemas(seller: Actor) -> None:
    assert sorted(definition_part(seller).paths) == ["/api/v1/schemas", "/api/v1/schemas/{kind}.json"]
