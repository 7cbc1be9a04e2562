"""Accounts: who may open, change and close them, and what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from platform_core import audit, identity
from platform_core.database import new_id
from platform_core.errors import Forbidden, Invalid, NotFound, TooManyRequests
from platform_core.identity import SYSTEM, Actor, User
from platform_core.identity.passwords import problems
from tests.identity.conftest import PASSWORD


async def test_an_account_starts_with_what_it_was_given(db: str) -> None:
    team = await identity.create_team("Europe", actor=SYSTEM)
    territory = await identity.create_territory("Nordics", countries=["SE", "NO"], actor=SYSTEM)
    made = await identity.create_user(
        email=" Lina@Demo.Example ",
        name=" Lina Berg ",
        password=PASSWORD,
        roles=["trade_crm.sales", "marketing"],
        team=team.id,
        territories=[territory.id],
        language="zh",
        zone="Asia/Shanghai",
        actor=SYSTEM,
    )
    assert (made.email, made.name, made.language, made.zone) == (
        "lina@demo.example",
        "Lina Berg",
        "zh",
        "Asia/Shanghai",
    )
    assert made.roles == ("marketing", "trade_crm.sales")
    assert (made.team, made.territories, made.active) == (team.id, (territory.id,), True)
    assert (made.theme, made.density) == ("auto", "regular")


async def test_every_problem_of_a_new_account_is_listed_at_once(db: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await identity.create_user(
            email="not an address", name=" ", password="short", language="xx", zone="Mars/Base", actor=SYSTEM
        )
    assert {problem.pointer for problem in refusal.value.errors} == {
        "/email",
        "/name",
        "/password",
        "/language",
        "/zone",
    }


async def test_one_address_has_one_account(lina: User) -> None:
    with pytest.raises(Invalid) as refusal:
        await identity.create_user(email="LINA@demo.example", name="Another", actor=SYSTEM)
    assert [(p.pointer, p.code) for p in refusal.value.errors] == [("/email", "taken")]


COMMANDS: dict[str, Callable[[str, Actor], Awaitable[object]]] = {
    "create_user": lambda _id, actor: identity.create_user(email="x@demo.example", name="X", actor=actor),
    "set_roles": lambda id, actor: identity.set_roles(id, ["admin"], actor=actor),
    "set_password": lambda id, actor: identity.set_password(id, PASSWORD, actor=actor),
    "deactivate": lambda id, actor: identity.deactivate(id, actor=actor),
    "reactivate": lambda id, actor: identity.reactivate(id, actor=actor),
    "place_user": lambda id, actor: identity.place_user(
        id, team=None, manager=None, territories=(), actor=actor
    ),
    "create_team": lambda _id, actor: identity.create_team("New", actor=actor),
    "create_territory": lambda _id, actor: identity.create_territory("New", actor=actor),
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_admin_may_change_accounts_and_nobody_else(command: str, admin: User, lina: User) -> None:
    seller = await identity.actor_of(lina.id)
    with pytest.raises(Forbidden):
        await COMMANDS[command](admin.id, seller)
    await COMMANDS[command](lina.id, await identity.actor_of(admin.id))


async def test_people_change_their_own_password_knowing_the_present_one(lina: User) -> None:
    actor = await identity.actor_of(lina.id)
    with pytest.raises(Invalid) as refusal:
        await identity.change_password("a guess", "a new wind from the south", actor=actor)
    assert [(p.pointer, p.code) for p in refusal.value.errors] == [("/current", "wrong")]
    with pytest.raises(Invalid) as refusal:
        await identity.change_password(PASSWORD, "short", actor=actor)
    assert [(p.pointer, p.code) for p in refusal.value.errors] == [("/new", "too_short")]
    await identity.change_password(PASSWORD, "a new wind from the south", actor=actor)
    session = await identity.sign_in("lina@demo.example", "a new wind from the south", ip="")
    assert session.user_id == lina.id


async def test_guessing_at_the_present_password_is_throttled_like_signing_in(lina: User) -> None:
    actor = await identity.actor_of(lina.id)
    for _ in range(10):
        with pytest.raises(Invalid):
            await identity.change_password("a guess", "a new wind from the south", actor=actor)
    with pytest.raises(TooManyRequests):
        await identity.change_password(PASSWORD, "a new wind from the south", actor=actor)


async def test_the_last_admin_stays(admin: User, lina: User) -> None:
    for leaving in (
        identity.set_roles(admin.id, ["sales"], actor=SYSTEM),
        identity.deactivate(admin.id, actor=SYSTEM),
    ):
        with pytest.raises(Invalid) as refusal:
            await leaving
        assert refusal.value.errors[0].code == "last_admin"
    await identity.set_roles(lina.id, ["admin"], actor=SYSTEM)
    await identity.deactivate(admin.id, actor=SYSTEM)


async def test_a_closed_account_keeps_its_name_and_acts_no_more(lina: User) -> None:
    await identity.deactivate(lina.id, actor=SYSTEM)
    assert await identity.names([lina.id]) == {lina.id: "Lina"}
    with pytest.raises(NotFound):
        await identity.actor_of(lina.id)


async def test_preferences_are_everybodys_own(lina: User) -> None:
    actor = await identity.actor_of(lina.id)
    changed = await identity.set_preferences(
        actor, language="ar", theme="dark", density="compact", name="Lina B."
    )
    assert (changed.language, changed.theme, changed.density, changed.name) == (
        "ar",
        "dark",
        "compact",
        "Lina B.",
    )
    with pytest.raises(Invalid) as refusal:
        await identity.set_preferences(actor, language="tlh", zone="Nowhere")
    assert {problem.pointer for problem in refusal.value.errors} == {"/language", "/zone"}


async def test_people_are_found_by_the_beginning_of_any_part_of_their_name(lina: User, admin: User) -> None:
    await identity.create_user(email="wei@demo.example", name="王伟", actor=SYSTEM)
    assert [u.name for u in await identity.users()] == ["Ada", "Lina", "王伟"]
    assert [u.name for u in await identity.users(q="LI")] == ["Lina"]
    assert [u.name for u in await identity.users(q="王")] == ["王伟"]
    assert [u.name for u in await identity.users(q="ada@")] == ["Ada"]
    assert [u.name for u in await identity.users(role="sales")] == ["Lina"]
    assert await identity.users(q="%") == []


async def test_names_are_remembered_until_they_change(lina: User) -> None:
    unknown = new_id()
    assert await identity.names([lina.id, unknown, "no id"]) == {lina.id: "Lina"}
    await identity.set_preferences(await identity.actor_of(lina.id), name="Lina Berg")
    assert await identity.names([lina.id]) == {lina.id: "Lina Berg"}
    assert await identity.names([identity.SYSTEM_ID]) == {identity.SYSTEM_ID: "Tradewind"}


async def test_every_change_of_an_account_is_audited_without_its_values(admin: User, lina: User) -> None:
    ada = await identity.actor_of(admin.id)
    await identity.set_roles(lina.id, ["finance"], actor=ada)
    await identity.set_password(lina.id, "a new wind from the south", actor=ada)
    await identity.deactivate(lina.id, actor=ada)
    lines = await audit.read(audit.AuditQuery(subject=f"user/{lina.id}"))
    assert [line.action for line in lines] == [
        "user.deactivate",
        "user.password",
        "user.roles",
        "user.create",
    ]
    assert lines[2].detail == {"given": ["finance"], "taken": ["sales"]}
    assert "wind" not in str(lines)
    assert "lina@" not in str(lines)


async def test_rows_below_a_team_are_seen_from_above(lina: User) -> None:
    world = await identity.create_team("World", actor=SYSTEM)
    europe = await identity.create_team("Europe", parent=world.id, actor=SYSTEM)
    north = await identity.create_team("North", parent=europe.id, actor=SYSTEM)
    asia = await identity.create_team("Asia", parent=world.id, actor=SYSTEM)
    await identity.place_user(lina.id, team=europe.id, manager=None, territories=(), actor=SYSTEM)
    assert set((await identity.actor_of(lina.id)).teams) == {europe.id, north.id}
    await identity.move_team(asia.id, europe.id, actor=SYSTEM)
    assert set((await identity.actor_of(lina.id)).teams) == {europe.id, north.id, asia.id}
    with pytest.raises(Invalid) as refusal:
        await identity.move_team(world.id, north.id, actor=SYSTEM)
    assert refusal.value.errors[0].code == "circle"
    assert next(team.name for team in await identity.teams()) == "World"


async def test_a_territory_covers_those_below_it(lina: User) -> None:
    europe = await identity.create_territory("Europe", zones=["Europe/Berlin"], actor=SYSTEM)
    spain = await identity.create_territory(
        "Spain", parent=europe.id, countries=["ES"], languages=["es"], actor=SYSTEM
    )
    await identity.place_user(lina.id, team=None, manager=None, territories=[europe.id], actor=SYSTEM)
    assert set((await identity.actor_of(lina.id)).territories) == {europe.id, spain.id}
    assert [(t.name, t.countries) for t in await identity.territories()] == [
        ("Europe", ()),
        ("Spain", ("ES",)),
    ]
    with pytest.raises(Invalid):
        await identity.create_territory("Spain", actor=SYSTEM)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too_short"),
        ("x" * 257, "too_long"),
        ("password123", "guessable"),
        ("aaaaaaaaaaaa", "guessable"),
        ("12345678", "guessable"),
        ("qwertyuiop", "guessable"),
        ("lina2026!", "guessable"),
        ("Nordic Trade 1", "guessable"),
        ("tradewind!!", "guessable"),
        ("harbour lights at dawn", ""),
        ("信风每年都从同一个方向吹来", ""),
        ("lina loves long walks", ""),
    ],
)
def test_a_password_is_long_and_not_the_first_that_would_be_tried(password: str, code: str) -> None:
    found = problems(password, email="lina@demo.example", name="Lina Berg")
    assert [problem.code for problem in found] == ([code] if code else [])
