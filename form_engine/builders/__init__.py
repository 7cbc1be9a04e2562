"""Forms, lists of choices and apps built without code, beside the designer.

Pages and parts for what is not a place on the canvas: choice lists, conditions and formulas, rules, stages, lists,
numbers, and the beginnings of a form. A part is a server fragment around custom elements that read the page as JSON and
hand on one change of the draft at a time (`tw:design`); the designer hosts them, and so do pages of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from form_engine.builders.apps import app_routes
from form_engine.builders.dictionaries import dictionary_routes
from form_engine.builders.expression_routes import expression_routes
from form_engine.builders.part_pages import part_page_routes
from form_engine.builders.parts import register_parts
from form_engine.builders.roles import role_routes
from form_engine.builders.starting.pages import starting_routes
from platform_core import web
from platform_core.i18n import N_
from platform_core.web import AdminLink

BUILD = N_("Build")
_WAYS = (
    (N_("New form"), N_("From nothing, from a spreadsheet, from a template"), "/admin/new/form", "table"),
    (N_("New app"), N_("A menu of its own over forms"), "/admin/new/app", "grid"),
    (N_("New role"), N_("What a group of people may see and do"), "/admin/new/role", "shield"),
)


def routes() -> Sequence[ControllerRouterHandler]:
    """Every handler of the builders."""
    return (
        *dictionary_routes(),
        *starting_routes(),
        *app_routes(),
        *role_routes(),
        *expression_routes(),
        *part_page_routes(),
    )


def enter() -> None:
    """Leads from the definitions and from the settings to the builders."""
    register_parts()
    for kind, address in (
        ("dictionary", "/admin/dictionaries"),
        ("app", "/admin/apps"),
        ("role", "/admin/roles"),
    ):
        web.offer_designer(kind, address)
    for label, text, url, icon in _WAYS:
        web.add_admin_link(AdminLink(label=label, text=text, url=url, icon=icon, group=BUILD))


__all__ = ["enter", "routes"]
