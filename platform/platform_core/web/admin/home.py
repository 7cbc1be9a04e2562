"""`/admin`: the ways to everything that is set up rather than worked with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from platform_core import definitions
from platform_core.i18n import N_, _
from platform_core.web.admin.addresses import ADMIN, DEFINITIONS, AnyRequest, kind_title, list_url
from platform_core.web.admin.definition_list import line_of
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.shell import Crumb

COMPANY = N_("Company")
CONNECTIONS = N_("Connections")
OPERATION = N_("Operation")
"""Groups of the admin home, in its order; other groups follow."""


class AdminLink(msgspec.Struct, frozen=True, kw_only=True):
    """A way from the admin home. `label`, `text` and `group` are message ids; `icon` a name of the sprite. Ways of one
    group stand in one card."""

    label: str
    text: str
    url: str
    icon: str = "gear"
    group: str = COMPANY


_links: list[AdminLink] = []


def add_admin_link(link: AdminLink) -> None:
    """Adds a way to the admin home, once."""
    if link not in _links:
        _links.append(link)


def _groups() -> dict[str, list[AdminLink]]:
    """The ways by group."""
    groups: dict[str, list[AdminLink]] = {COMPANY: [], CONNECTIONS: [], OPERATION: []}
    for link in _links:
        groups.setdefault(link.group, []).append(link)
    return {group: links for group, links in groups.items() if links}


@get(ADMIN, name="admin")
async def home(request: AnyRequest) -> Response[str]:
    """What there is to set up."""
    who = actor(request)
    lines = await definitions.listing(actor=who)
    counts = Counter(line.key.kind for line in lines if line.state != "retired")
    kinds = [
        {
            "label": kind_title(kind.name),
            "count": counts[kind.name],
            "url": list_url(kind=kind.name),
            "icon": kind.icon,
        }
        for kind in definitions.kinds()
    ]
    return page(
        request,
        "admin/home.html",
        frame=shell(request, crumbs=(Crumb(_("Settings")),)),
        kinds=kinds,
        waiting=[line_of(line) for line in lines if line.state in ("draft", "changed")],
        broken=[line for line in lines if line.state == "broken"],
        definitions_url=DEFINITIONS,
        groups=_groups(),
    )


def home_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (home,)
