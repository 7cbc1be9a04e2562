"""Imports: a spreadsheet becomes records, all of them or none, and can be taken back.

The way of a file: `sheet` and `source` read it, `mapping` guesses its columns, `reading` turns rows into raw values,
`judging` and `kin` compare rows with each other, `service` is what screens and programs call, `work` are the jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litestar.types import ControllerRouterHandler

from form_engine.imports.errors import ImportRefused
from form_engine.imports.inline import ImportReport, import_file
from form_engine.imports.migrations import MIGRATIONS
from form_engine.imports.openapi import import_part
from form_engine.imports.rest import rest_routes
from form_engine.imports.screens import screen_routes
from form_engine.imports.store import forget_forms
from form_engine.imports.words_of_states import import_state, import_tone
from form_engine.imports.work import CHECK, REVERT, RUN, UNDO, check, give_up, revert, run, undo
from platform_core import web
from platform_core.jobs import JobKind
from platform_core.records import FormsLeft

if TYPE_CHECKING:
    from platform_core.plugins import Registry

_ATTEMPTS = 5


def routes() -> Sequence[ControllerRouterHandler]:
    """The REST routes and the screens."""
    return (*rest_routes(), *screen_routes())


def enter(registry: Registry) -> None:
    """Contribute tables, jobs, routes and their description."""
    registry.add_migrations(MIGRATIONS)
    for name, handler in ((CHECK, check), (RUN, run), (UNDO, undo), (REVERT, revert)):
        registry.add_job_kind(JobKind(name, handler, max_attempts=_ATTEMPTS, on_dead=give_up, queue="bulk"))
    registry.add_routes(routes())
    web.add_global("import_state", import_state)
    web.add_global("import_tone", import_tone)
    registry.add_openapi(import_part)
    registry.add_listener(FormsLeft, forget_forms, after_commit=False)


__all__ = ["MIGRATIONS", "ImportRefused", "ImportReport", "enter", "import_file", "routes"]
