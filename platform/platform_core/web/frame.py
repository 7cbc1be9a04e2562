"""The page frame of the present visitor, and screens rendered in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
from litestar import Response

from platform_core import definitions, i18n, identity, notifications, settings
from platform_core.identity import Actor
from platform_core.web.context import HasScope, Visit, visit
from platform_core.web.navigation import create_of, home_of, menu_of
from platform_core.web.pages import render
from platform_core.web.shell import Crumb, Density, Shell, ShellUser, Theme

_HTML = "text/html"


def shell_of(visit: Visit) -> Shell:
    """The frame for a visit: who is signed in, the menu that person may see, language, theme, tokens."""
    base = Shell(
        language=visit.language,
        zone=visit.zone,
        formats=visit.formats,
        csrf_token=visit.csrf_token,
        nonce=visit.nonce,
        company=settings.current().company,
    )
    if not visit.signed_in:
        return base
    who, session = visit.actor, visit.session
    return msgspec.structs.replace(
        base,
        user=ShellUser(id=who.user_id, name=who.name, email=who.email),
        theme=cast("Theme", session.theme) if session else "auto",
        density=cast("Density", session.density) if session else "regular",
        menu=menu_of(who, visit.path),
        create=create_of(who),
        home_url=home_of(who),
        notices_url="/notifications",
        notices=notifications.known_unread(who.user_id),
        settings_url=_settings_url(who),
        viewing=session.viewing.name if session and session.viewing else "",
        viewing_until=session.viewing.until if session and session.viewing else None,
        in_settings=visit.path == "/admin" or visit.path.startswith("/admin/"),
    )


def _settings_url(who: Actor) -> str:
    """Where this person sets things up: everything, the people, or nothing."""
    if definitions.may_define(who):
        return "/admin"
    return "/admin/people" if identity.may_manage_people(who) else ""


def shell(request: HasScope, *, crumbs: tuple[Crumb, ...] = (), **more: object) -> Shell:
    """The frame of a request; `more` are further members of `Shell` (toasts, styles, scripts, rail …)."""
    return msgspec.structs.replace(shell_of(visit(request)), crumbs=crumbs, **more)


def page(
    request: HasScope,
    template: str,
    *,
    frame: Shell | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> Response[str]:
    """A screen or fragment as an answer, in the visitor's language. `frame` is made by `shell` where not given."""
    seen = visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    return Response(
        render(template, frame or shell(request), **context),
        status_code=status,
        media_type=_HTML,
        headers=dict(headers or {}),
    )
