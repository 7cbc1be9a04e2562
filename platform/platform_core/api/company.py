"""`/api/v1/teams`, `/territories` and `/roles`: the company's shape, for who may manage people."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity, permissions
from platform_core.api.paging import page
from platform_core.api.people import keeper
from platform_core.api.people_bodies import NewTeam, NewTerritory
from platform_core.errors import NotFound
from platform_core.identity import Team, Territory

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_TEAMS, _TERRITORIES = "/api/v1/teams", "/api/v1/territories"


@get(_TEAMS)
async def teams(request: AnyRequest) -> dict[str, object]:
    """All teams, parents before their children."""
    keeper(request)
    return page(await identity.teams())


@post(_TEAMS, status_code=201)
async def create_team(request: AnyRequest, data: NewTeam) -> Team:
    """A new team."""
    return await identity.create_team(data.name, parent=data.parent, actor=keeper(request))


@patch(_TEAMS + "/{team_id:str}")
async def change_team(request: AnyRequest, team_id: FromPath[str], data: NewTeam) -> Team:
    """Another name and place; both are given."""
    await identity.change_team(team_id, name=data.name, parent=data.parent, actor=keeper(request))
    return next(team for team in await identity.teams() if team.id == team_id)


@delete(_TEAMS + "/{team_id:str}", status_code=204)
async def remove_team(request: AnyRequest, team_id: FromPath[str]) -> None:
    """Take an empty team away."""
    await identity.remove_team(team_id, actor=keeper(request))


@get(_TERRITORIES)
async def territories(request: AnyRequest) -> dict[str, object]:
    """All territories, parents before their children."""
    keeper(request)
    return page(await identity.territories())


@post(_TERRITORIES, status_code=201)
async def create_territory(request: AnyRequest, data: NewTerritory) -> Territory:
    """A new territory."""
    return await identity.create_territory(**msgspec.structs.asdict(data), actor=keeper(request))


@patch(_TERRITORIES + "/{territory_id:str}")
async def change_territory(request: AnyRequest, territory_id: FromPath[str], data: NewTerritory) -> Territory:
    """Say anew what a territory is; everything is given."""
    await identity.edit_territory(territory_id, **msgspec.structs.asdict(data), actor=keeper(request))
    return next(one for one in await identity.territories() if one.id == territory_id)


@delete(_TERRITORIES + "/{territory_id:str}", status_code=204)
async def remove_territory(request: AnyRequest, territory_id: FromPath[str]) -> None:
    """Take a territory away."""
    await identity.remove_territory(territory_id, actor=keeper(request))


@get("/api/v1/roles")
async def roles(request: AnyRequest) -> dict[str, object]:
    """Every role there is: the name to give, its full name and its label."""
    keeper(request)
    return page(permissions.role_choices())


@get("/api/v1/roles/{name:str}/users")
async def holders(request: AnyRequest, name: FromPath[str]) -> dict[str, object]:
    """Active people who have a role, by either of its names: id and name."""
    keeper(request)
    role = next((one for one in permissions.role_choices() if name in (one.name, one.full_name)), None)
    if role is None:
        raise NotFound()
    found = {
        one.id: (one.name, one.id)
        for spelt in {role.name, role.full_name}
        for one in await identity.users(role=spelt, limit=200)
    }
    return page([{"id": user_id, "name": named} for named, user_id in sorted(found.values())])


def company_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        teams,
        create_team,
        change_team,
        remove_team,
        territories,
        create_territory,
        change_territory,
        remove_territory,
        roles,
        holders,
    )
