"""The operator's pages: the audit, and how the installation is doing."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.i18n import N_
from platform_core.web.admin import OPERATION, AdminLink, add_admin_link
from platform_core.web.operations.audit_pages import audit_pages
from platform_core.web.operations.health_pages import health_pages
from platform_core.web.operations.job_pages import job_pages
from platform_core.web.operations.schedule_pages import schedule_pages


def operations_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /admin/audit, /admin/health and /admin/jobs."""
    add_admin_link(
        AdminLink(
            label=N_("Audit"),
            text=N_("Who did and saw what"),
            url="/admin/audit",
            icon="history",
            group=OPERATION,
        )
    )
    add_admin_link(
        AdminLink(
            label=N_("Health"),
            text=N_("Jobs, database, disk, processes"),
            url="/admin/health",
            icon="shield",
            group=OPERATION,
        )
    )
    add_admin_link(
        AdminLink(
            label=N_("Background work"),
            text=N_("Jobs, schedules, workers"),
            url="/admin/jobs",
            icon="refresh",
            group=OPERATION,
        )
    )
    return (*audit_pages(), *health_pages(), *job_pages(), *schedule_pages())


__all__ = ["operations_routes"]
