"""Screens: Jinja environment and page frame, macros, browser files, htmx, posted forms.

A screen is rendered by `render(template, shell, …)`; its template extends `web/shell.html` and takes its controls
from `web/ui.html`. Engines and apps add their own folders with `add_templates` and `assets.add_folder`.
"""

from platform_core.web import assets
from platform_core.web.form_data import nest
from platform_core.web.htmx_tools import HtmxRequest
from platform_core.web.htmx_tools import answer as htmx_answer
from platform_core.web.htmx_tools import read as htmx_request
from platform_core.web.icons import icon
from platform_core.web.pages import add_global, add_templates, environment, html_text, render
from platform_core.web.shell import (
    Crumb,
    FilterField,
    FilterOperator,
    GridColumn,
    MenuGroup,
    MenuItem,
    Option,
    Shell,
    ShellUser,
    Stage,
    Tab,
    Toast,
)

__all__ = [
    "Crumb",
    "FilterField",
    "FilterOperator",
    "GridColumn",
    "HtmxRequest",
    "MenuGroup",
    "MenuItem",
    "Option",
    "Shell",
    "ShellUser",
    "Stage",
    "Tab",
    "Toast",
    "add_global",
    "add_templates",
    "assets",
    "environment",
    "html_text",
    "htmx_answer",
    "htmx_request",
    "icon",
    "nest",
    "render",
]
