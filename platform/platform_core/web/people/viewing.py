"""Looking at the product as somebody else sees it: beginning and ending."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import TradewindError
from platform_core.web.context import actor, visit
from platform_core.web.gate_viewing import END
from platform_core.web.people.one import ONE, person_page
from platform_core.web.people.places import PEOPLE, AnyRequest, keeper
from platform_core.web.telling import told_by


@post(ONE + "/view-as", status_code=303, name="view_as_person")
async def view_as(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """From now on look as this person, beginning where they begin."""
    who = keeper(request)
    try:
        await identity.view_as(user_id, actor=who)
    except TradewindError as error:
        return await person_page(request, await identity.user(user_id), who, told=told_by(error))
    return Response("", status_code=303, headers={"Location": "/"})


@post(END, status_code=303, name="end_view")
async def end_view(request: AnyRequest) -> Response[str]:
    """Look with one's own eyes again, at the account that one looked as."""
    who, session = actor(request), visit(request).session
    seen = session.viewing if session else None
    await identity.end_view(actor=who)
    return Response("", status_code=303, headers={"Location": f"{PEOPLE}/{seen.user_id}" if seen else "/"})


def viewing_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (view_as, end_view)
