"""Screens, and the gate that every request passes.

A screen is rendered by `page(request, template, …)`, or `render(template, shell, …)` where the frame is made by hand;
its template extends `web/shell.html` and takes its controls from `web/ui.html`. Engines and apps add their own folders
with `add_templates` and `assets.add_folder`. `actor(request)` tells who asks, `visit(request)` all that is known of the
request. The menu is made from the definitions of kind `app`.
"""

from platform_core.web import assets
from platform_core.web.admin import AdminLink, add_admin_link, offer_designer
from platform_core.web.app_kind import AppKind
from platform_core.web.assembling import exception_handlers, routes, use_templates
from platform_core.web.context import VISIT, HasScope, Visit, actor, is_fragment, visit
from platform_core.web.cookies import no_session_cookie, session_cookie
from platform_core.web.demo_door import DemoAccount, offer_demo_accounts
from platform_core.web.failure_pages import safe_next
from platform_core.web.failures import Answer, Failure, describe, spoken
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page, shell
from platform_core.web.gate import FailureWriter, Gate, Limiter, no_keys, read_api_key
from platform_core.web.gate_keys import KeyReader
from platform_core.web.htmx_tools import HtmxRequest
from platform_core.web.htmx_tools import answer as htmx_answer
from platform_core.web.htmx_tools import read as htmx_request
from platform_core.web.icons import icon
from platform_core.web.messages import SecretUse, require_admin, uses_of_secrets
from platform_core.web.navigation import forget_menus, form_url, home_of, menu_of
from platform_core.web.operations.job_commands import (
    JobAction,
    ScheduleAction,
    act_on_job,
    act_on_schedule,
    require_operator,
    retry_all_dead,
)
from platform_core.web.pages import add_global, add_templates, environment, html_text, render
from platform_core.web.people.letters import RESET as RESET_MAIL
from platform_core.web.people.letters import mail_works, one_time_url, send_invitation, write_reset_mail
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
    Tone,
)

__all__ = [
    "RESET_MAIL",
    "VISIT",
    "AdminLink",
    "Answer",
    "AppKind",
    "Crumb",
    "DemoAccount",
    "Failure",
    "FailureWriter",
    "FilterField",
    "FilterOperator",
    "Gate",
    "GridColumn",
    "HasScope",
    "HtmxRequest",
    "JobAction",
    "KeyReader",
    "Limiter",
    "MenuGroup",
    "MenuItem",
    "Option",
    "ScheduleAction",
    "SecretUse",
    "Shell",
    "ShellUser",
    "Stage",
    "Tab",
    "Toast",
    "Tone",
    "Visit",
    "act_on_job",
    "act_on_schedule",
    "actor",
    "add_admin_link",
    "add_global",
    "add_templates",
    "assets",
    "describe",
    "environment",
    "exception_handlers",
    "forget_menus",
    "form_url",
    "home_of",
    "html_text",
    "htmx_answer",
    "htmx_request",
    "icon",
    "is_fragment",
    "mail_works",
    "menu_of",
    "nest",
    "no_keys",
    "no_session_cookie",
    "offer_demo_accounts",
    "offer_designer",
    "one_time_url",
    "page",
    "pairs",
    "read_api_key",
    "render",
    "require_admin",
    "require_operator",
    "retry_all_dead",
    "routes",
    "safe_next",
    "send_invitation",
    "session_cookie",
    "shell",
    "spoken",
    "use_templates",
    "uses_of_secrets",
    "visit",
    "write_reset_mail",
]
