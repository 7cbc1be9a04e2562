"""A leak has one place to happen, and this is where it would be seen: every door of the application is asked, as
every person, for rows and fields that this person must not see.

The doors are taken from the router; one without an expectation fails. What people may see is said again in `oracle`,
without asking the product.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platform_core import audit, database
from platform_host import assemble
from tests.architecture.doors.company import PEOPLE
from tests.architecture.doors.every_door import EVERY_DOOR, SAFE, routes_of
from tests.architecture.doors.oracle import sight
from tests.architecture.doors.visit import Door, Pair, Route, Visit, outline, slips
from tests.architecture.doors.world import World

OTHERS = [person for person in PEOPLE if person != "admin"]


def _spelt(visit: Visit) -> str:
    return f"{visit.method} {visit.url} {visit.json or visit.form or ''}"


def _doors(*kinds: str) -> Iterator[tuple[Route, Door]]:
    return ((route, door) for route, door in EVERY_DOOR.items() if door.who in kinds)


def test_every_route_has_an_expectation_and_every_expectation_a_route() -> None:
    routes = set(routes_of(assemble()))
    assert routes - EVERY_DOOR.keys() == set(), "say in doors_*.py what is expected of these routes"
    assert EVERY_DOOR.keys() - routes == set()


async def test_nobody_gets_past_a_door_without_a_session(world: World) -> None:
    """Programs get 401 in one shape, browsers are sent to sign in; and no answer tells anything."""
    wrong = []
    for (method, path), door in _doors("person", "definer", "keeper"):
        answer = await door.sample(world).make(world, "nobody")
        if path.startswith("/api/"):
            shape = answer.json()
            fine = answer.status_code == 401 and shape["code"] == "unauthorized" and shape["status"] == 401
            fine = fine and answer.headers["content-type"] == "application/problem+json"
        else:
            fine = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        if not fine or slips(door.sample(world), answer, world.secrets_from("nobody")):
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


async def test_a_change_without_the_sessions_token_is_refused_and_noted(world: World) -> None:
    lina = await world.client("lina")
    wrong = []
    for (method, path), door in _doors("person", "definer", "keeper"):
        if method in SAFE:
            continue
        audit.forget_refusals()
        before = await _refusals(lina.user_id)
        answer = await door.sample(world).make(world, "lina", token=False)
        if answer.status_code != 403 or await _refusals(lina.user_id) != before + 1:
            wrong.append(f"{method} {path}: {answer.status_code}")
        if path.startswith("/api/") and answer.json()["code"] != "csrf":
            wrong.append(f"{method} {path}: {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


async def _refusals(user: str) -> int:
    sql = "SELECT count(*) FROM tw_audit_entry WHERE kind = 'access' AND user_id = ?"
    return int(str(await database.fetch_value(sql, (user,))))


async def test_only_who_may_define_enters_the_workshop(world: World) -> None:
    wrong = []
    for (method, path), door in _doors("definer", "keeper"):
        for person in OTHERS:
            answer = await door.sample(world).make(world, person)
            if answer.status_code not in (403, 404) or slips(
                door.sample(world), answer, world.secrets_from(person)
            ):
                wrong.append(f"{person}: {method} {path}: {answer.status_code}")
        if method == "GET":
            answer = await door.sample(world).make(world, "admin")
            if answer.status_code not in (200, 303):
                wrong.append(f"admin: {method} {path}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.timeout(400)
async def test_no_door_shows_what_a_person_must_not_see(world: World) -> None:
    before = await _state()
    wrong: list[str] = []
    for person in PEOPLE:
        secrets = world.secrets_from(person)
        for visit in _visits(world, person):
            answer = await visit.make(world, person)
            found = slips(visit, answer, secrets)
            if found or answer.status_code >= 500 or answer.status_code == 429:
                wrong.append(f"{person}: {_spelt(visit)}: {answer.status_code} tells {found}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert await _state() == before, "a door let through a change that somebody may not make"


def _visits(world: World, person: str) -> Iterator[Visit]:
    for _route, door in _doors("open", "person"):
        yield from (*door.reads(world, person), *door.tries(world, person))


@pytest.mark.timeout(400)
async def test_what_may_not_be_known_is_answered_like_what_does_not_exist(world: World) -> None:
    before = await _state()
    wrong: list[str] = []
    for person in OTHERS:
        pairs = [pair for _route, door in _doors("open", "person") for pair in door.pairs(world, person)]
        for pair in pairs:
            wrong += [f"{person}: {found}" for found in await _differences(world, person, pair)]
        assert 50 < len(pairs) < 600, f"{person}: {len(pairs)} pairs; a session may ask 1,200 times a minute"
    assert not wrong, "\n" + "\n".join(wrong)
    assert await _state() == before


async def _differences(world: World, person: str, pair: Pair) -> list[str]:
    about, beside = await pair.about.make(world, person), await pair.beside.make(world, person)
    one, other = outline(about, pair.secret), outline(beside, pair.nonsense)
    if one == other and about.status_code != 429:
        return []
    if one[:3] == other[:3]:
        return [f"{_spelt(pair.about)}: {_first_difference(str(one[3]), str(other[3]))}"]
    return [f"{_spelt(pair.about)}: {one[:3]} {str(one[3])[:200]} / {other[:3]} {str(other[3])[:200]}"]


def _first_difference(one: str, other: str) -> str:
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"…{one[max(0, at - 60) : at + 80]}… / …{other[max(0, at - 60) : at + 80]}…"


async def _state() -> tuple[object, ...]:
    """What a change would change: versions and bins of the rows, comments, history."""
    rows = await database.fetch_tuples(
        "SELECT id, version, archived_at IS NULL FROM r_local__dossier ORDER BY id"
    )
    accounts = await database.fetch_tuples("SELECT id, version FROM r_trade_crm__account ORDER BY id")
    counts = [
        await database.fetch_value(f"SELECT count(*) FROM {t}")
        for t in ("tw_record_comment", "tw_record_history")
    ]
    return tuple(map(tuple, rows)), tuple(map(tuple, accounts)), *counts


async def test_totals_and_counts_are_those_of_the_visible_rows(world: World) -> None:
    wrong = []
    for person in PEOPLE:
        client = await world.client(person)
        for form in ("dossier", "cover", "account", "contact", "note", "lead", "product"):
            seen = len(world.open_rows(form, person)) if sight(form, person).rows else None
            page = await client.request("GET", f"/api/v1/records/{form}?total=1&limit=1")
            groups = await client.request("GET", f"/api/v1/records/{form}/aggregate")
            if page.status_code == 404 and groups.status_code == 404:
                found: object = None
            else:
                found = page.json()["total"]
                if found != groups.json()["items"][0]["count()"]:
                    wrong.append(f"{person} {form}: {groups.text}")
            if found != seen and not (seen is None and found == 0):
                wrong.append(f"{person} {form}: {found} instead of {seen}")
    assert not wrong, "\n" + "\n".join(wrong)
