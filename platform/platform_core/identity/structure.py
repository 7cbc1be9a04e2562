"""The company's shape: the team tree and the territories. Only an admin or the system may change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from platform_core import audit, database
from platform_core.database import Row, UniqueViolation, is_id, new_id
from platform_core.errors import Forbidden, Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity import sessions
from platform_core.identity.model import Actor, Team, Territory

_TEAM, _TERRITORY = "tw_identity_team", "tw_identity_territory"


async def create_team(name: str, *, parent: str | None = None, actor: Actor) -> Team:
    """A new team, below `parent` or at the top. Raises Invalid where the name is taken."""
    _require_admin(actor)
    team_id = new_id()
    try:
        async with database.transaction():
            path = await _path(_TEAM, parent, team_id)
            await database.execute(
                "INSERT INTO tw_identity_team (id, name, parent, path) VALUES (?, ?, ?, ?)",
                (team_id, name.strip(), parent, path),
            )
            await _note("team.create", f"team/{team_id}", actor)
    except UniqueViolation as exc:
        raise _taken() from exc
    return Team(id=team_id, name=name.strip(), parent=parent, path=path)


async def move_team(team_id: str, parent: str | None, *, actor: Actor) -> None:
    """Hang a team, with all below it, under another one (None: at the top). A circle is refused."""
    _require_admin(actor)
    async with database.transaction():
        old = str((await _row(_TEAM, team_id))["path"])
        new = await _path(_TEAM, parent, team_id)
        if parent is not None and new.startswith(old):
            raise Invalid.one("/parent", "circle", N_("A team cannot stand below itself."))
        await database.execute("UPDATE tw_identity_team SET parent = ? WHERE id = ?", (parent, team_id))
        await database.execute(
            "UPDATE tw_identity_team SET path = CAST(? AS text) || substr(path, CAST(? AS integer)) WHERE path LIKE ?",
            (new, len(old) + 1, f"{old}%"),
        )
        await _note("team.move", f"team/{team_id}", actor)
        database.after_commit(sessions.forget)


async def create_territory(
    name: str,
    *,
    parent: str | None = None,
    countries: Sequence[str] = (),
    languages: Sequence[str] = (),
    zones: Sequence[str] = (),
    actor: Actor,
) -> Territory:
    """A new territory: ISO 3166 alpha-2 countries, language codes, IANA zones. Raises Invalid where the name is taken."""
    _require_admin(actor)
    found = new_id()
    try:
        async with database.transaction():
            path = await _path(_TERRITORY, parent, found)
            await database.execute(
                "INSERT INTO tw_identity_territory (id, name, parent, path, countries, languages, zones)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (found, name.strip(), parent, path, list(countries), list(languages), list(zones)),
            )
            await _note("territory.create", f"territory/{found}", actor)
    except UniqueViolation as exc:
        raise _taken() from exc
    return Territory(
        id=found,
        name=name.strip(),
        parent=parent,
        path=path,
        countries=tuple(countries),
        languages=tuple(languages),
        zones=tuple(zones),
    )


async def teams() -> list[Team]:
    """All teams, parents before their children."""
    rows = await database.fetch_all("SELECT id, name, parent, path FROM tw_identity_team ORDER BY path")
    return [
        Team(
            id=str(row["id"]),
            name=str(row["name"]),
            parent=cast("str | None", row["parent"]),
            path=str(row["path"]),
        )
        for row in rows
    ]


async def territories() -> list[Territory]:
    """All territories, parents before their children."""
    rows = await database.fetch_all("SELECT * FROM tw_identity_territory ORDER BY path")
    return [
        Territory(
            id=str(row["id"]),
            name=str(row["name"]),
            parent=cast("str | None", row["parent"]),
            path=str(row["path"]),
            countries=tuple(cast("list[str]", row["countries"])),
            languages=tuple(cast("list[str]", row["languages"])),
            zones=tuple(cast("list[str]", row["zones"])),
        )
        for row in rows
    ]


async def team_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of teams by id; unknown ids are left out."""
    return await _names(_TEAM, ids)


async def territory_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of territories by id; unknown ids are left out."""
    return await _names(_TERRITORY, ids)


async def _names(table: str, ids: Iterable[str]) -> dict[str, str]:
    wanted = sorted({found for found in ids if is_id(found)})
    if not wanted:
        return {}
    condition = database.dialect().in_list("id")
    sql = f"SELECT id, name FROM {table} WHERE {condition}"
    return {str(found): str(name) for found, name in await database.fetch_tuples(sql, (wanted,))}


async def _path(table: str, parent: str | None, own: str) -> str:
    above = "/" if parent is None else str((await _row(table, parent))["path"])
    return f"{above}{own}/"


async def _row(table: str, found: str) -> Row:
    sql = f"SELECT * FROM {table} WHERE id = ?{database.dialect().for_update}"
    row = await database.fetch_one(sql, (found,))
    if row is None:
        raise NotFound(N_("There is no such part of the company."))
    return row


def _taken() -> Invalid:
    return Invalid.one("/name", "taken", N_("This name is taken."))


def _require_admin(actor: Actor) -> None:
    if not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may change the shape of the company."))


async def _note(action: str, subject: str, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="user", subject=subject)
