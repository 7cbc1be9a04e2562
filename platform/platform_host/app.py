"""The ASGI application: the rooms' routes in one router, behind the gate."""

from __future__ import annotations

from litestar import Litestar
from litestar.types import ASGIApp

from platform_core import api, settings, web
from platform_core.plugins import PluginFront, Registry


def create_app(registry: Registry) -> ASGIApp:
    """The program as one ASGI app. What it stands on is opened by `running`, not here."""
    router = Litestar(
        route_handlers=registry.routes,
        openapi_config=None,
        logging_config=None,
        request_max_body_size=settings.current().upload_max_bytes + 1024 * 1024,
        exception_handlers=web.exception_handlers(),
    )
    web.use_templates(registry.template_folders)
    return api.frame(
        PluginFront(router), limiter=api.RateLimiter(signed_in=api.Rate(settings.current().rate_limit))
    )
