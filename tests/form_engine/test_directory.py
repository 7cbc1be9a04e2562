"""Colleagues are known by name and team to everybody who is signed in, and by address to who manages people."""

from __future__ import annotations

from typing import cast

from platform_core import identity
from platform_core.identity import SYSTEM
from tests.fixtures_crm import PASSWORD, Client, Crm

CUSTOMER = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"],
}  # fmt: skip


async def _found(person: Client, q: str) -> list[dict[str, str]]:
    answer = await person.request("GET", "/choices/users", params={"q": q})
    assert answer.status_code == 200, answer.text
    return cast("list[dict[str, str]]", answer.json()["items"])


async def _without_roles(crm: Crm) -> Client:
    await identity.create_user(email="new@demo.example", name="Newcomer", password=PASSWORD, actor=SYSTEM)
    return await crm.login("new")


async def test_everybody_who_is_signed_in_finds_colleagues_by_name_with_their_team(crm: Crm) -> None:
    for person in (await crm.login("lina"), await crm.login("marketing"), await _without_roles(crm)):
        names = [one["title"] for one in await _found(person, "")]
        assert len(names) >= 6
        (carlos,) = await _found(person, "carl")
        assert carlos.keys() == {"id", "title", "note"}
        assert carlos["note"] in {team.name for team in await identity.teams()}


async def test_no_address_is_given_or_found_by_its_beginning_to_who_manages_nobody(crm: Crm) -> None:
    lina, newcomer, admin = await crm.login("lina"), await _without_roles(crm), await crm.login("admin")
    people = await identity.users(limit=200)
    for person in (lina, newcomer):
        assert "@" not in str(await _found(person, ""))
        for q in ("finance@", "finance@demo.example", "carlos@d", "%@demo"):
            assert await _found(person, q) == []
    assert {one["note"] for one in await _found(admin, "")} <= {one.email for one in people}
    assert len(await _found(admin, "finance@d")) == 1


async def test_a_closed_account_is_not_offered_but_still_named(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await identity.user_by_email("carlos@demo.example")
    assert carlos is not None
    values = {**CUSTOMER, "co_owners": [carlos.id]}
    made = await lina.api("POST", "/records/account", values, expect=201)
    await identity.deactivate(carlos.id, actor=SYSTEM)
    assert await _found(lina, "carl") == []
    seen = await lina.api("GET", f"/records/account/{made['id']}")
    assert seen["co_owners"] == [{"id": carlos.id, "title": carlos.name}]


async def test_records_screens_and_history_name_people_without_their_address(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await identity.user_by_email("carlos@demo.example")
    assert carlos is not None
    made = await lina.api("POST", "/records/account", {**CUSTOMER, "co_owners": [carlos.id]}, expect=201)
    url = f"/records/account/{made['id']}"
    told = [str(await lina.api("GET", f"{url}{more}")) for more in ("", "/history", "/timeline", "/why")]
    told += [await lina.page(f"/r/account/{made['id']}{more}") for more in ("", "/edit", "/history")]
    told.append(await lina.page(f"/r/account/new?co_owners={carlos.id}"))
    assert not [text for text in told if carlos.email in text]


async def test_a_whole_address_that_somebody_knows_names_its_owner(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await identity.user_by_email("carlos@demo.example")
    assert carlos is not None
    made = await lina.api(
        "POST", "/records/account", {**CUSTOMER, "co_owners": [{"code": carlos.email}]}, expect=201
    )
    assert made["co_owners"] == [{"id": carlos.id, "title": carlos.name}]


async def test_nobody_who_is_not_signed_in_learns_a_name(crm: Crm) -> None:
    stranger = crm.visitor()
    for path in ("/choices/users", "/choices/teams"):
        answer = await stranger.request("GET", path)
        assert answer.status_code in (303, 401)
        assert "Carlos" not in answer.text
