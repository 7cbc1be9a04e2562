"""API keys: made, used, and every way in which they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core import audit, database, identity
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound
from platform_core.identity import SYSTEM, User
from tests.identity.conftest import PASSWORD, Time


async def test_a_key_acts_for_its_person_with_one_role(admin: User, lina: User) -> None:
    await identity.set_roles(lina.id, ["sales", "marketing"], actor=SYSTEM)
    made, text = await identity.create_key("Web shop", role="sales", actor=await identity.actor_of(lina.id))
    who = await identity.actor_by_key(text, ip="203.0.113.5")
    assert who is not None
    assert (who.user_id, who.roles, who.via, who.by_key, who.session_id) == (
        lina.id,
        ("sales",),
        "api",
        True,
        made.id,
    )
    [kept] = await identity.keys_of(lina.id)
    assert kept.used_at is not None
    assert kept.used_from == "203.0.113.5"


async def test_the_text_of_a_key_is_nowhere(lina: User) -> None:
    made, text = await identity.create_key("Shop", role="sales", actor=await identity.actor_of(lina.id))
    row = await database.fetch_one("SELECT * FROM tw_identity_key")
    assert row is not None
    assert text not in str(dict(row))
    assert text.startswith(made.start)
    assert len(made.start) < 12
    lines = await audit.read(audit.AuditQuery())
    assert text not in str(lines)


@pytest.mark.parametrize(
    "text", ["", "tw_", "tw_short", "xx_" + "a" * 43, "tw_" + "a" * 43, "tw_" + "ä" * 43]
)
async def test_what_is_no_key_is_nobody(lina: User, text: str) -> None:
    assert await identity.actor_by_key(text) is None


async def test_a_key_never_has_more_than_its_person(lina: User, time: Time) -> None:
    who = await identity.actor_of(lina.id)
    for role in ("admin", "finance", ""):
        with pytest.raises(Invalid) as refusal:
            await identity.create_key("More", role=role, actor=who)
        assert [problem.pointer for problem in refusal.value.errors] == ["/role"]
    _made, text = await identity.create_key("Shop", role="sales", actor=who)
    await identity.set_roles(lina.id, ["marketing"], actor=SYSTEM)
    time.pass_(seconds=3)
    assert await identity.actor_by_key(text) is None
    await identity.set_roles(lina.id, ["sales"], actor=SYSTEM)
    assert await identity.actor_by_key(text) is not None


async def test_an_admin_may_make_a_key_that_is_less(admin: User) -> None:
    _made, text = await identity.create_key(
        "Reports", role="finance", actor=await identity.actor_of(admin.id)
    )
    who = await identity.actor_by_key(text)
    assert who is not None
    assert not who.is_admin


async def test_a_key_ends_at_its_time_also_when_it_is_remembered(lina: User, time: Time) -> None:
    who = await identity.actor_of(lina.id)
    with pytest.raises(Invalid):
        await identity.create_key("Past", role="sales", expires_at=time.now, actor=who)
    ends = time.now + timedelta(seconds=1)
    _made, text = await identity.create_key("Short", role="sales", expires_at=ends, actor=who)
    assert await identity.actor_by_key(text) is not None
    time.pass_(seconds=1)
    assert await identity.actor_by_key(text) is None


async def test_revoking_ends_a_key_at_once_and_elsewhere_within_two_seconds(lina: User, time: Time) -> None:
    who = await identity.actor_of(lina.id)
    made, text = await identity.create_key("Shop", role="sales", actor=who)
    assert await identity.actor_by_key(text) is not None
    await database.execute(
        "UPDATE tw_identity_key SET revoked_at = ? WHERE id = ?", (time.now, made.id)
    )  # another process
    time.pass_(seconds=2)
    assert await identity.actor_by_key(text) is None
    made, text = await identity.create_key("Shop", role="sales", actor=who)
    assert await identity.actor_by_key(text) is not None
    await identity.revoke_key(made.id, actor=who)
    assert await identity.actor_by_key(text) is None
    assert await identity.key_names([made.id]) == {made.id: "Shop"}


async def test_a_closed_account_has_no_keys_and_gets_none_back(lina: User, admin: User) -> None:
    _made, text = await identity.create_key("Shop", role="sales", actor=await identity.actor_of(lina.id))
    boss = await identity.actor_of(admin.id)
    await identity.deactivate(lina.id, actor=boss)
    assert await identity.actor_by_key(text) is None
    await identity.reactivate(lina.id, actor=boss)
    assert await identity.actor_by_key(text) is None


async def test_nobody_ends_the_key_of_somebody_else_but_who_manages_people(lina: User, admin: User) -> None:
    made, text = await identity.create_key("Robot", role="admin", actor=await identity.actor_of(admin.id))
    with pytest.raises(NotFound):
        await identity.revoke_key(made.id, actor=await identity.actor_of(lina.id))
    assert await identity.actor_by_key(text) is not None
    own, _text = await identity.create_key("Shop", role="sales", actor=await identity.actor_of(lina.id))
    await identity.revoke_key(own.id, actor=await identity.actor_of(admin.id))
    assert [key.works for key in await identity.keys_of(lina.id)] == [False]


async def test_a_key_changes_no_key_password_or_second_factor(admin: User, lina: User) -> None:
    _made, text = await identity.create_key("Robot", role="admin", actor=await identity.actor_of(admin.id))
    robot = await identity.actor_by_key(text)
    assert robot is not None
    attempts = (
        lambda: identity.create_key("Another", role="admin", actor=robot),
        lambda: identity.set_password(lina.id, "a new one, long", actor=robot),
        lambda: identity.change_password(PASSWORD, "a new one, long", actor=robot),
        lambda: identity.make_link(lina.id, "reset", actor=robot),
        lambda: identity.begin_enrolment(robot),
        lambda: identity.reset_second_factor(lina.id, actor=robot),
        lambda: identity.require_second_factor([], actor=robot),
        lambda: identity.edit_user(lina.id, email="robot@demo.example", actor=robot),
        lambda: identity.end_other_sessions(actor=robot),
    )
    for attempt in attempts:
        with pytest.raises(Forbidden) as refusal:
            await attempt()
        assert refusal.value.code == "key_not_enough"
    await identity.edit_user(lina.id, name="Lina Berg", actor=robot)


async def test_somebody_has_fifty_keys_at_most(lina: User) -> None:
    who = await identity.actor_of(lina.id)
    for number in range(50):
        await identity.create_key(f"Key {number}", role="sales", actor=who)
    with pytest.raises(Conflict):
        await identity.create_key("One more", role="sales", actor=who)
