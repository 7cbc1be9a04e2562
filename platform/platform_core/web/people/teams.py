"""`/admin/teams`: the tree of teams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.frame import page
from platform_core.web.people.places import (
    PEOPLE,
    TEAMS,
    AnyRequest,
    frame,
    in_order,
    keeper,
    tabs,
    team_options,
)
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went

ONE = TEAMS + "/{team_id:str}"


class TeamLine(msgspec.Struct, frozen=True):
    """A team in the tree: how deep it stands, who is in it, where it could be moved."""

    id: str
    name: str
    parent: str
    depth: int
    people: int
    people_url: str
    places: tuple[Option, ...]


@get(TEAMS, name="teams")
async def team_tree(request: AnyRequest) -> Response[str]:
    """All teams."""
    keeper(request)
    return await _page(request, NOTHING)


@post(TEAMS, status_code=303, name="make_team")
async def make_team(request: AnyRequest) -> Response[str]:
    """A new team."""
    who, form = keeper(request), await request.form()
    name, parent = str(form.get("name", "")), str(form.get("parent", ""))
    try:
        await identity.create_team(name, parent=parent or None, actor=who)
    except TradewindError as error:
        return await _page(request, told_by(error), name=name, parent=parent)
    return went(TEAMS, "added")


@post(ONE, status_code=303, name="change_team")
async def change_team(request: AnyRequest, team_id: FromPath[str]) -> Response[str]:
    """Another name, another place in the tree."""
    who, form = keeper(request), await request.form()
    try:
        await identity.change_team(
            team_id, name=str(form.get("name", "")), parent=str(form.get("parent", "")) or None, actor=who
        )
    except TradewindError as error:
        return await _page(request, told_by(error), wrong=team_id)
    return went(TEAMS, "saved")


@post(ONE + "/remove", status_code=303, name="remove_team")
async def remove_team(request: AnyRequest, team_id: FromPath[str]) -> Response[str]:
    """Take an empty team away."""
    who = keeper(request)
    try:
        await identity.remove_team(team_id, actor=who)
    except TradewindError as error:
        return await _page(request, told_by(error), wrong=team_id)
    return went(TEAMS, "removed")


def team_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (team_tree, make_team, change_team, remove_team)


async def _page(
    request: AnyRequest, told: Told, *, wrong: str = "", name: str = "", parent: str = ""
) -> Response[str]:
    """`wrong` is the team that `told` is about; without one it is the new team, as it was sent."""
    nodes = in_order(await identity.teams())
    people = Counter(await identity.people_in_teams())
    lines = [
        TeamLine(
            id=team.id,
            name=team.name,
            parent=team.parent or "",
            depth=team.path.count("/") - 2,
            people=people[team.id],
            people_url=f"{PEOPLE}?state=all&team={team.id}",
            places=tuple(await team_options(but=team.id)),
        )
        for team in nodes
    ]
    return page(
        request,
        "people/teams.html",
        frame=frame(request, Crumb(_("Teams"))),
        status=told.status,
        tabs=tabs(),
        lines=lines,
        places=await team_options(),
        told=told,
        wrong=wrong,
        name=name,
        parent=parent,
        url=TEAMS,
    )
