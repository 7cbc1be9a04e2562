"""Who looks after people, and the shape of the company: what is refused, and that nothing half is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platform_core import audit, database, identity
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound
from platform_core.identity import SYSTEM, Actor, User, UserChanges
from tests.identity.conftest import PASSWORD, Time

HERE = "198.51.100.7"


@pytest.fixture
def keepers() -> Iterator[None]:
    """The role "office" manages people, and may give "sales"."""
    identity.use_rights(lambda who: "office" in who.roles, lambda _who, role: role in ("sales", "office"))
    yield
    identity.use_rights(lambda _who: False, lambda _who, _role: False)


@pytest.fixture
async def olga(db: str, keepers: None) -> Actor:
    made = await identity.create_user(
        email="olga@demo.example", name="Olga", password=PASSWORD, roles=["office"], actor=SYSTEM
    )
    return await identity.actor_of(made.id, "screen")


async def test_who_manages_people_opens_and_changes_accounts(olga: Actor, lina: User) -> None:
    made = await identity.create_user(email="new@demo.example", name="New", roles=["sales"], actor=olga)
    await identity.change_user(made.id, UserChanges(name="Newer", language="zh"), actor=olga)
    await identity.deactivate(lina.id, actor=olga)
    assert (await identity.user(made.id)).name == "Newer"


async def test_who_manages_people_does_not_become_an_admin(olga: Actor, admin: User, lina: User) -> None:
    with pytest.raises(Invalid, match="allows more"):
        await identity.create_user(email="x@demo.example", name="X", roles=["admin"], actor=olga)
    with pytest.raises(Invalid, match="allows more"):
        await identity.set_roles(lina.id, ["finance"], actor=olga)
    with pytest.raises(Invalid, match="your own roles"):
        await identity.set_roles(olga.user_id, ["office", "sales"], actor=olga)
    for attempt in (
        identity.set_password(admin.id, "a new one, long", actor=olga),
        identity.make_link(admin.id, "reset", actor=olga),
        identity.edit_user(admin.id, email="olga2@demo.example", actor=olga),
        identity.deactivate(admin.id, actor=olga),
        identity.reset_second_factor(admin.id, actor=olga),
        identity.unlock(admin.id, actor=olga),
    ):
        with pytest.raises(Forbidden) as refusal:
            await attempt
        assert refusal.value.code == "account_of_admin"


async def test_a_change_is_made_whole_or_not_at_all(admin: User, lina: User) -> None:
    before = await identity.user(lina.id)
    with pytest.raises(Invalid) as refusal:
        await identity.change_user(
            lina.id, UserChanges(name="Somebody", roles=("marketing",), team="not there"), actor=SYSTEM
        )
    assert refusal.value.errors[0].pointer == "/team"
    assert await identity.user(lina.id) == before


async def test_an_address_that_is_taken_is_refused_on_changing_too(admin: User, lina: User) -> None:
    with pytest.raises(Invalid) as refusal:
        await identity.change_user(lina.id, UserChanges(email="ADA@demo.example"), actor=SYSTEM)
    assert [(p.pointer, p.code) for p in refusal.value.errors] == [("/email", "taken")]


async def test_nothing_is_noted_where_nothing_changes(lina: User) -> None:
    count = await database.fetch_value("SELECT COUNT(*) FROM tw_audit_entry")
    await identity.change_user(
        lina.id, UserChanges(name=lina.name, roles=lina.roles, team=None), actor=SYSTEM
    )
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_audit_entry") == count


async def test_managers_make_no_circle(admin: User, lina: User) -> None:
    await identity.place_user(lina.id, team=None, manager=admin.id, territories=(), actor=SYSTEM)
    for manager, code in ((admin.id, "own_manager"), (lina.id, "circle"), ("nobody", "unknown")):
        with pytest.raises(Invalid) as refusal:
            await identity.place_user(admin.id, team=None, manager=manager, territories=(), actor=SYSTEM)
        assert refusal.value.errors[0].code == code


async def test_a_team_moves_with_all_below_it_and_makes_no_circle(db: str) -> None:
    top = await identity.create_team("Top", actor=SYSTEM)
    mid = await identity.create_team("Mid", parent=top.id, actor=SYSTEM)
    low = await identity.create_team("Low", parent=mid.id, actor=SYSTEM)
    other = await identity.create_team("Other", actor=SYSTEM)
    await identity.change_team(mid.id, name="Middle", parent=other.id, actor=SYSTEM)
    paths = {team.name: team.path for team in await identity.teams()}
    assert paths["Low"] == f"/{other.id}/{mid.id}/{low.id}/"
    with pytest.raises(Invalid, match="below itself"):
        await identity.change_team(other.id, name="Else", parent=low.id, actor=SYSTEM)
    assert "Other" in {team.name for team in await identity.teams()}
    with pytest.raises(Invalid, match="taken"):
        await identity.rename_team(low.id, "Top", actor=SYSTEM)


async def test_a_team_in_use_stays(lina: User) -> None:
    top = await identity.create_team("Top", actor=SYSTEM)
    low = await identity.create_team("Low", parent=top.id, actor=SYSTEM)
    await identity.place_user(lina.id, team=low.id, manager=None, territories=(), actor=SYSTEM)
    for team in (top, low):
        with pytest.raises(Conflict) as refusal:
            await identity.remove_team(team.id, actor=SYSTEM)
        assert refusal.value.code == "in_use"
    await identity.place_user(lina.id, team=None, manager=None, territories=(), actor=SYSTEM)
    await identity.remove_team(low.id, actor=SYSTEM)
    await identity.remove_team(top.id, actor=SYSTEM)
    with pytest.raises(NotFound):
        await identity.remove_team("no id", actor=SYSTEM)


async def test_a_territory_is_said_anew_and_taken_away(lina: User) -> None:
    world = await identity.create_territory("World", actor=SYSTEM)
    north = await identity.create_territory("North", countries=["SE"], actor=SYSTEM)
    await identity.edit_territory(
        north.id, name="Nordics", parent=world.id, countries=["SE", "NO"], languages=["sv"],
        zones=["Europe/Oslo"], actor=SYSTEM,
    )  # fmt: skip
    found = next(one for one in await identity.territories() if one.id == north.id)
    assert (found.name, found.parent, found.countries, found.zones) == (
        "Nordics", world.id, ("SE", "NO"), ("Europe/Oslo",),
    )  # fmt: skip
    await identity.place_user(lina.id, team=None, manager=None, territories=[north.id], actor=SYSTEM)
    await identity.remove_territory(north.id, actor=SYSTEM)
    assert (await identity.user(lina.id)).territories == ()


async def test_every_wrong_part_of_a_territory_is_told(db: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await identity.create_territory(
            "North", countries=["SE", "XX"], languages=["qq"], zones=["Mars/Base"], actor=SYSTEM
        )
    assert [p.pointer for p in refusal.value.errors] == ["/countries", "/languages", "/zones"]


async def test_one_sees_and_ends_ones_own_sessions_and_a_keeper_everybodys(
    lina: User, admin: User, time: Time
) -> None:
    first = await identity.sign_in(lina.email, PASSWORD, ip=HERE, agent="Firefox")
    time.pass_(minutes=1)
    second = await identity.sign_in(lina.email, PASSWORD, ip="203.0.113.9")
    found = await identity.session_by_token(second.token)
    assert found is not None
    who, boss = found[0], await identity.actor_of(admin.id)
    listed = await identity.sessions_of(lina.id, actor=who)
    assert [(one.id, one.current) for one in listed] == [(second.id, True), (first.id, False)]
    other = await identity.sign_in(admin.email, PASSWORD, ip=HERE)
    with pytest.raises(NotFound):
        await identity.end_session(other.id, actor=who)
    with pytest.raises(Forbidden):
        await identity.sessions_of(admin.id, actor=who)
    await identity.end_other_sessions(actor=who)
    assert await identity.session_by_token(first.token) is None
    assert await identity.session_by_token(second.token) is not None
    await identity.end_session(second.id, actor=boss)
    assert await identity.session_by_token(second.token) is None


async def test_a_session_ended_in_another_process_is_over_within_two_seconds(lina: User, time: Time) -> None:
    session = await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    assert await identity.session_by_token(session.token) is not None
    await database.execute("DELETE FROM tw_identity_session WHERE id = ?", (session.id,))
    time.pass_(seconds=2)
    assert await identity.session_by_token(session.token) is None


async def test_formats_are_kept_and_wrong_ones_refused(lina: User) -> None:
    who = await identity.actor_of(lina.id, "screen")
    saved = await identity.set_preferences(who, number_format="1.234,56", date_format="dots", first_day=7)
    assert (saved.formats.numbers, saved.formats.dates, saved.formats.first_day) == ("1.234,56", "dots", 7)
    saved = await identity.set_preferences(who, number_format="", first_day=0)
    assert (saved.formats.numbers, saved.formats.dates, saved.formats.first_day) == ("", "dots", None)
    with pytest.raises(Invalid) as refusal:
        await identity.set_preferences(who, number_format="1'234", date_format="x", first_day=9)
    assert {p.pointer for p in refusal.value.errors} == {"/number_format", "/date_format", "/first_day"}


async def test_closing_an_account_is_one_line_that_tells_what_it_ended(lina: User, admin: User) -> None:
    await identity.create_key("Shop", role="sales", actor=await identity.actor_of(lina.id))
    await identity.deactivate(lina.id, actor=await identity.actor_of(admin.id))
    [line] = [one for one in await audit.read(audit.AuditQuery()) if one.action == "user.deactivate"]
    assert line.detail == {"keys_revoked": 1}
