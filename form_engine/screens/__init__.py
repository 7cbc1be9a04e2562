"""The generated screens of every form: list, record, create, edit, conflict, history, recycle bin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litestar.types import ControllerRouterHandler

from form_engine.screens.finder import finder_routes
from form_engine.screens.globals import add_globals
from form_engine.screens.lists_routes import list_routes
from form_engine.screens.moving_routes import moving_routes
from form_engine.screens.records_routes import record_routes

TEMPLATES = Path(__file__).parent.parent / "templates"


def routes() -> Sequence[ControllerRouterHandler]:
    """Every screen's handler."""
    return (*list_routes(), *record_routes(), *moving_routes(), *finder_routes())


__all__ = ["TEMPLATES", "add_globals", "routes"]
