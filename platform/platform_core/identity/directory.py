"""Finding people: accounts, and the names behind ids."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from platform_core import clock, database
from platform_core.database import Row, is_id, sort_key
from platform_core.errors import NotFound
from platform_core.i18n import N_, Formats
from platform_core.identity.email import normalised
from platform_core.identity.model import SYSTEM, SYSTEM_ID, Person, User

_LIMIT = 200
_REMEMBERED = 30.0
_MOST_REMEMBERED = 20_000

_names: OrderedDict[str, tuple[float, str]] = OrderedDict()


async def user(user_id: str, *, lock: bool = False) -> User:
    """One account, closed ones too. Raises NotFound. With `lock`, in a transaction, nobody else changes it meanwhile."""
    tail = database.dialect().for_update if lock else ""
    row = None
    if is_id(user_id):
        row = await database.fetch_one(f"SELECT * FROM tw_identity_user WHERE id = ?{tail}", (user_id,))
    if row is None:
        raise NotFound(N_("There is no such account."))
    return (await _complete([row]))[0]


async def user_by_email(email: str) -> User | None:
    """The account of an address, closed ones too."""
    row = await database.fetch_one("SELECT * FROM tw_identity_user WHERE email = ?", (normalised(email),))
    return (await _complete([row]))[0] if row is not None else None


async def users(
    *,
    q: str = "",
    active: bool | None = True,
    role: str | None = None,
    team: str | None = None,
    limit: int = 50,
    offset: int = 0,
    addresses: bool = True,
) -> list[User]:
    """Accounts by name, at most 200, after leaving out `offset`. `q` is the beginning of a name, of a part of it, or,
    with `addresses`, of an e-mail address."""
    conditions, params = ["1 = 1"], list[object]()
    if q.strip():
        columns = ("name_sort", "name_sort", "email") if addresses else ("name_sort", "name_sort")
        likes = " OR ".join(f"{column} LIKE ? ESCAPE '!'" for column in columns)
        conditions.append(f"({likes})")
        params += _beginnings(q.strip())[: len(columns)]
    if active is not None:
        conditions.append("active" if active else "NOT active")
    if team is not None:
        conditions.append("team = ?")
        params.append(team)
    if role is not None:
        conditions.append("id IN (SELECT user_id FROM tw_identity_user_role WHERE role = ?)")
        params.append(role)
    sql = f"SELECT * FROM tw_identity_user WHERE {' AND '.join(conditions)} ORDER BY name_sort, id LIMIT ? OFFSET ?"
    found = await database.fetch_all(sql, (*params, max(1, min(limit, _LIMIT)), max(0, offset)))
    return await _complete(found)


async def find_people(keys: Iterable[str]) -> dict[str, Person]:
    """Active accounts by what they are called, as given: id, e-mail address, or a name that only one of them has.

    Unknown, closed and ambiguous ones are left out.
    """
    asked = set(keys)
    ids = {key: key for key in asked if is_id(key)}
    addresses = {key: normalised(key) for key in asked if "@" in key}
    spoken = {key: sort_key(" ".join(key.split())) for key in asked - ids.keys() - addresses.keys()}
    found: dict[str, Person] = {}
    for column, by_key in (("id", ids), ("email", addresses), ("name_sort", spoken)):
        people = await _people(column, sorted(set(by_key.values())))
        found |= {key: people[value] for key, value in by_key.items() if value in people}
    return found


async def _people(column: str, values: Sequence[str]) -> dict[str, Person]:
    """Active accounts by one of their columns; a value that two of them share names neither."""
    if not values:
        return {}
    kind = "uuid" if column == "id" else "text"
    sql = (
        f"SELECT {column} AS called, id, name, team, language, zone FROM tw_identity_user"
        f" WHERE active AND {database.dialect().in_list(column, kind)}"
    )
    found: dict[str, list[Person]] = defaultdict(list)
    for row in await database.fetch_all(sql, (values,)):
        person = Person(
            id=str(row["id"]),
            name=str(row["name"]),
            team=cast("str | None", row["team"]),
            language=str(row["language"]),
            zone=str(row["zone"]),
        )
        found[str(row["called"])].append(person)
    return {value: people[0] for value, people in found.items() if len(people) == 1}


def _beginnings(q: str) -> list[str]:
    """LIKE patterns: the name, a later part of it, the address. Text that is not ASCII stands after \\x01 in the key."""
    folded = normalised(q)
    escaped = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    name = f"{escaped}%" if folded.isascii() else f"%\x01{escaped}%"
    return [name, f"% {escaped}%", f"{escaped}%"]


async def count_users() -> int:
    """How many accounts there are, closed ones too."""
    return cast("int", await database.fetch_value("SELECT COUNT(*) FROM tw_identity_user"))


async def names(ids: Iterable[str]) -> dict[str, str]:
    """Names of accounts by id; unknown ids are left out. Remembered for half a minute."""
    wanted = {found for found in ids if is_id(found)}
    now = clock.monotonic()
    known = {i: _names[i][1] for i in wanted if i in _names and 0 <= now - _names[i][0] < _REMEMBERED}
    if SYSTEM_ID in wanted:
        known[SYSTEM_ID] = SYSTEM.name
    missing = sorted(wanted - known.keys())
    if missing:
        condition = database.dialect().in_list("id")
        sql = f"SELECT id, name FROM tw_identity_user WHERE {condition}"
        for found, name in await database.fetch_tuples(sql, (missing,)):
            known[str(found)] = str(name)
            _names[str(found)] = (now, str(name))
    while len(_names) > _MOST_REMEMBERED:
        _names.popitem(last=False)
    return known


def forget_names() -> None:
    """Ask the database again."""
    _names.clear()


async def _complete(rows: Sequence[Row]) -> list[User]:
    """The accounts of full rows, with roles and territories read in two statements for all of them."""
    ids = [str(row["id"]) for row in rows]
    roles = await _lists("SELECT user_id, role FROM tw_identity_user_role", ids)
    territories = await _lists("SELECT user_id, territory_id FROM tw_identity_user_territory", ids)
    return [_user(row, roles[str(row["id"])], territories[str(row["id"])]) for row in rows]


async def _lists(select: str, ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if ids:
        sql = f"{select} WHERE {database.dialect().in_list('user_id')} ORDER BY 1, 2"
        for user_id, value in await database.fetch_tuples(sql, (ids,)):
            found[str(user_id)].append(str(value))
    return found


def formats_of(row: Row) -> Formats:
    """The formats that a row with number_format, date_format and first_day asks for."""
    return Formats(str(row["number_format"]), str(row["date_format"]), cast("int | None", row["first_day"]))


def _user(row: Row, roles: list[str], territories: list[str]) -> User:
    return User(
        id=str(row["id"]),
        email=str(row["email"]),
        name=str(row["name"]),
        language=str(row["language"]),
        zone=str(row["zone"]),
        theme=str(row["theme"]),
        density=str(row["density"]),
        formats=formats_of(row),
        team=cast("str | None", row["team"]),
        manager=cast("str | None", row["manager"]),
        roles=tuple(roles),
        territories=tuple(territories),
        active=bool(row["active"]),
        created_at=cast("datetime", row["created_at"]),
    )
