"""The admin pages: what is designed, where it stands, changing, publishing and taking it back.

Thin: every page asks `definitions` and shows the answer. All of them work as plain HTML; scripts save by themselves,
complete JSON and jump to problems.
"""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.web.admin.addresses import offer_designer
from platform_core.web.admin.apps import app_routes
from platform_core.web.admin.definition_editor import editor_routes
from platform_core.web.admin.definition_history import history_routes
from platform_core.web.admin.definition_list import list_routes
from platform_core.web.admin.definition_publish import publish_routes
from platform_core.web.admin.home import CONNECTIONS, OPERATION, AdminLink, add_admin_link, home_routes
from platform_core.web.admin.rollouts import rollout_routes


def admin_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /admin that the core serves."""
    return (
        *home_routes(),
        *list_routes(),
        *editor_routes(),
        *publish_routes(),
        *rollout_routes(),
        *app_routes(),
        *history_routes(),
    )


__all__ = ["CONNECTIONS", "OPERATION", "AdminLink", "add_admin_link", "admin_routes", "offer_designer"]
