"""The operator's pages: the audit, and how the installation is doing."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.i18n import N_
from platform_core.web.admin.home import AdminLink, add_admin_link
from platform_core.web.operations.audit_pages import audit_pages
from platform_core.web.operations.health_pages import health_pages


def operations_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /admin/audit and /admin/health."""
    add_admin_link(
        AdminLink(label=N_("Audit"), text=N_("Who did and saw what"), url="/admin/audit", icon="history")
    )
    add_admin_link(
        AdminLink(
            label=N_("Health"), text=N_("Jobs, database, disk, processes"), url="/admin/health", icon="shield"
        )
    )
    return (*audit_pages(), *health_pages())


__all__ = ["operations_routes"]
