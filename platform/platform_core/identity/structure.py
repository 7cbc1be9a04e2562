"""The company's shape: the team tree and the territories. Who may manage people may change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import cast
from zoneinfo import available_timezones

from platform_core import audit, database, i18n
from platform_core.database import Row, UniqueViolation, is_id, new_id
from platform_core.errors import Conflict, Invalid, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import sessions
from platform_core.identity.model import Actor, Team, Territory
from platform_core.identity.rights import require_manager

_NAME_LENGTH = 120
_TEAM, _TERRITORY = "tw_identity_team", "tw_identity_territory"


async def create_team(name: str, *, parent: str | None = None, actor: Actor) -> Team:
    """A new team, below `parent` or at the top. Raises Invalid where the name is taken."""
    require_manager(actor)
    _refuse_bad_name(name)
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


async def rename_team(team_id: str, name: str, *, actor: Actor) -> None:
    """Call a team something else. Raises Invalid where the name is taken."""
    require_manager(actor)
    _refuse_bad_name(name)
    try:
        async with database.transaction():
            await _row(_TEAM, team_id)
            await database.execute(
                "UPDATE tw_identity_team SET name = ? WHERE id = ?", (name.strip(), team_id)
            )
            await _note("team.rename", f"team/{team_id}", actor)
    except UniqueViolation as exc:
        raise _taken() from exc


async def change_team(team_id: str, *, name: str, parent: str | None, actor: Actor) -> None:
    """Another name, another place in the tree, or both; all of it or nothing."""
    async with database.transaction():
        before = await _row(_TEAM, team_id)
        if before["name"] != name.strip():
            await rename_team(team_id, name, actor=actor)
        if before["parent"] != parent:
            await move_team(team_id, parent, actor=actor)


async def people_in_teams() -> dict[str, int]:
    """How many people, closed accounts too, are in each team that has some."""
    sql = "SELECT team, COUNT(*) FROM tw_identity_user WHERE team IS NOT NULL GROUP BY team"
    return {str(team): cast("int", count) for team, count in await database.fetch_tuples(sql, ())}


async def move_team(team_id: str, parent: str | None, *, actor: Actor) -> None:
    """Hang a team, with all below it, under another one (None: at the top). A circle is refused."""
    require_manager(actor)
    async with database.transaction():
        await _move(_TEAM, team_id, parent)
        await _note("team.move", f"team/{team_id}", actor)
        database.after_commit(sessions.forget)


async def remove_team(team_id: str, *, actor: Actor) -> None:
    """Take an empty team away. Raises Conflict while people, teams or records stand in it."""
    require_manager(actor)
    people = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_identity_user WHERE team = ?", (team_id if is_id(team_id) else None,)
    )
    if people:
        raise Conflict(
            N_("{n} people are in this team."),
            code="in_use",
            params={"n": people},
            remedy=N_("Put them into another team first; closed accounts count too."),
        )
    await _remove(_TEAM, "team", team_id, actor)


async def _remove(table: str, kind: str, found: str, actor: Actor) -> None:
    async with database.transaction():
        await _row(table, found)
        below = await database.fetch_value(f"SELECT COUNT(*) FROM {table} WHERE parent = ?", (found,))
        if below or any([await asks(kind, found) for asks in _askers]):
            raise Conflict(
                N_("Something stands below it or belongs to it."),
                code="in_use",
                remedy=N_("Move that elsewhere first, or keep this and give it another name."),
            )
        await database.execute(f"DELETE FROM {table} WHERE id = ?", (found,))
        await _note(f"{kind}.remove", f"{kind}/{found}", actor)
        database.after_commit(sessions.forget)


async def _move(table: str, found: str, parent: str | None) -> None:
    old = str((await _row(table, found))["path"])
    new = await _path(table, parent, found)
    if parent is not None and new.startswith(old):
        raise Invalid.one("/parent", "circle", N_("A team cannot stand below itself."))
    await database.execute(f"UPDATE {table} SET parent = ? WHERE id = ?", (parent, found))
    await database.execute(
        f"UPDATE {table} SET path = CAST(? AS text) || substr(path, CAST(? AS integer)) WHERE path LIKE ?",
        (new, len(old) + 1, f"{old}%"),
    )


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
    require_manager(actor)
    _refuse_bad_territory(name, countries, languages, zones)
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


async def edit_territory(
    territory_id: str,
    *,
    name: str,
    parent: str | None,
    countries: Sequence[str],
    languages: Sequence[str],
    zones: Sequence[str],
    actor: Actor,
) -> None:
    """Say anew what a territory is and below which it stands. Raises Invalid with every problem."""
    require_manager(actor)
    _refuse_bad_territory(name, countries, languages, zones)
    try:
        async with database.transaction():
            await _move(_TERRITORY, territory_id, parent)
            await database.execute(
                "UPDATE tw_identity_territory SET name = ?, countries = ?, languages = ?, zones = ? WHERE id = ?",
                (name.strip(), list(countries), list(languages), list(zones), territory_id),
            )
            await _note("territory.edit", f"territory/{territory_id}", actor)
            database.after_commit(sessions.forget)
    except UniqueViolation as exc:
        raise _taken() from exc


async def remove_territory(territory_id: str, *, actor: Actor) -> None:
    """Take a territory away, also from the people who look after it. Raises Conflict while records belong to it."""
    require_manager(actor)
    async with database.transaction():
        await database.execute(
            "DELETE FROM tw_identity_user_territory WHERE territory_id = ?",
            (territory_id if is_id(territory_id) else None,),
        )
        await _remove(_TERRITORY, "territory", territory_id, actor)


IsUsed = Callable[[str, str], Awaitable[bool]]
"""("team" or "territory", id) to whether something above, such as a record, belongs to it."""

_askers: list[IsUsed] = []


def ask_before_removing(asker: IsUsed) -> None:
    """Ask this too before a team or a territory is removed."""
    if asker not in _askers:
        _askers.append(asker)


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
    if not is_id(found):
        raise NotFound(N_("There is no such part of the company."))
    sql = f"SELECT * FROM {table} WHERE id = ?{database.dialect().for_update}"
    row = await database.fetch_one(sql, (found,))
    if row is None:
        raise NotFound(N_("There is no such part of the company."))
    return row


def _refuse_bad_name(name: str) -> None:
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        raise Invalid.one("/name", "required", N_("Please give a name."))


def _refuse_bad_territory(
    name: str, countries: Sequence[str], languages: Sequence[str], zones: Sequence[str]
) -> None:
    _refuse_bad_name(name)
    known = {
        "countries": (countries, {code for code, _name in i18n.countries("en")}),
        "languages": (languages, {code for code, _name in i18n.spoken_languages("en")}),
        "zones": (zones, available_timezones()),
    }
    problems = [
        Problem(
            pointer=f"/{field}",
            code="unknown",
            message=N_("{value} is not known here."),
            params={"value": value[:40]},
        )
        for field, (values, there_are) in known.items()
        for value in values
        if value not in there_are
    ]
    if problems:
        raise Invalid(problems)


def _taken() -> Invalid:
    return Invalid.one("/name", "taken", N_("This name is taken."))


async def _note(action: str, subject: str, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="user", subject=subject)
