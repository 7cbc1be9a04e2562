"""What exports contribute to the program."""

from __future__ import annotations

from form_engine.exports.routes import export_routes
from form_engine.exports.service import EXPORT
from form_engine.exports.work import export
from platform_core.jobs import JobKind
from platform_core.plugins import Registry

_ATTEMPTS = 3


def enter(registry: Registry) -> None:
    """Adds the routes and the job."""
    registry.add_routes(export_routes())
    registry.add_job_kind(JobKind(EXPORT, export, max_attempts=_ATTEMPTS))
