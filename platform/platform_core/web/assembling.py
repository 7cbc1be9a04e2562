"""The routes of `web`, and what the host needs to put the application together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from litestar.types import ControllerRouterHandler, ExceptionHandlersMap

from platform_core.web.admin import add_admin_link, admin_routes
from platform_core.web.dev_pages import dev_routes
from platform_core.web.failures import EXCEPTION_HANDLERS
from platform_core.web.me import me_routes
from platform_core.web.messages import message_routes
from platform_core.web.operations import operations_routes
from platform_core.web.other_services import other_service_routes
from platform_core.web.pages import add_templates
from platform_core.web.passwords import password_routes
from platform_core.web.people import PEOPLE_LINK, people_routes
from platform_core.web.session import session_routes
from platform_core.web.static_files import static_routes
from platform_core.web.time import TIME_LINKS, time_routes


def routes() -> Sequence[ControllerRouterHandler]:
    """Signing in and out, preferences, the admin pages, browser files, the pattern page."""
    add_admin_link(PEOPLE_LINK)
    for link in TIME_LINKS:
        add_admin_link(link)
    return (
        *session_routes(),
        *other_service_routes(),
        *password_routes(),
        *me_routes(),
        *admin_routes(),
        *people_routes(),
        *message_routes(),
        *time_routes(),
        *operations_routes(),
        *static_routes(),
        *dev_routes(),
    )


def exception_handlers() -> ExceptionHandlersMap:
    """For `Litestar(exception_handlers=…)`: errors go up to the gate, which answers them."""
    return EXCEPTION_HANDLERS


def use_templates(folders: Iterable[Path]) -> None:
    """Let the templates of engines, apps and plugins be found."""
    for folder in folders:
        add_templates(folder)
