"""One-time links: invited, forgotten, used once, over."""

from __future__ import annotations

import asyncio

import pytest

from platform_core import database, identity
from platform_core.errors import Forbidden, Invalid, NotFound, TooManyRequests
from platform_core.identity import SYSTEM, User
from tests.identity.conftest import PASSWORD, Time

HERE = "198.51.100.7"
NEW = "a lighthouse in the fog"


async def test_who_is_invited_chooses_the_first_password(admin: User) -> None:
    made = await identity.create_user(email="new@demo.example", name="New", actor=SYSTEM)
    token = await identity.make_link(made.id, "invite", actor=await identity.actor_of(admin.id))
    assert (await identity.owner_of(token))[0] == "invite"
    await identity.set_password_by_link(token, NEW, actor=identity.nobody())
    assert (await identity.sign_in("new@demo.example", NEW, ip=HERE)).user_id == made.id


async def test_a_link_works_once_also_for_two_at_the_same_moment(lina: User) -> None:
    token = await identity.make_link(lina.id, "reset", actor=SYSTEM)

    async def use(password: str) -> bool:
        try:
            await identity.set_password_by_link(token, password, actor=identity.nobody())
        except NotFound:
            return False
        return True

    assert sorted(await asyncio.gather(use(NEW), use("another one, long"))) == [False, True]


async def test_a_refused_password_leaves_the_link(lina: User) -> None:
    token = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    with pytest.raises(Invalid):
        await identity.set_password_by_link(token, "short", actor=identity.nobody())
    await identity.set_password_by_link(token, NEW, actor=identity.nobody())


async def test_a_link_ends_with_its_time_and_a_newer_one(lina: User, time: Time) -> None:
    first = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    second = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    with pytest.raises(NotFound):
        await identity.owner_of(first)
    time.pass_(minutes=61)
    with pytest.raises(NotFound):
        await identity.owner_of(second)


@pytest.mark.parametrize("what", ["closed", "new password", "new address"])
async def test_a_link_ends_when_the_account_changes(lina: User, what: str) -> None:
    token = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    if what == "closed":
        await identity.deactivate(lina.id, actor=SYSTEM)
        await identity.reactivate(lina.id, actor=SYSTEM)
    elif what == "new password":
        await identity.set_password(lina.id, NEW, actor=SYSTEM)
    else:
        await identity.edit_user(lina.id, email="lina.berg@demo.example", actor=SYSTEM)
    with pytest.raises(NotFound):
        await identity.owner_of(token)


async def test_a_new_password_ends_sessions_and_the_shut_door(lina: User) -> None:
    session = await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    for _ in range(10):
        with pytest.raises(Exception, match="not right"):
            await identity.sign_in(lina.email, "wrong password", ip=HERE)
    token = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    await identity.set_password_by_link(token, NEW, actor=identity.nobody())
    assert await identity.session_by_token(session.token) is None
    await identity.sign_in(lina.email, NEW, ip="203.0.113.9")


async def test_the_database_keeps_no_token(lina: User) -> None:
    token = await identity.make_link(lina.id, "reset", actor=SYSTEM)
    row = await database.fetch_one("SELECT * FROM tw_identity_link")
    assert row is not None
    assert token not in str(dict(row))


async def test_only_who_manages_people_makes_links(lina: User, admin: User) -> None:
    with pytest.raises(Forbidden):
        await identity.make_link(admin.id, "reset", actor=await identity.actor_of(lina.id))


async def test_wishes_for_mail_are_counted_alike_for_known_and_unknown_addresses(lina: User) -> None:
    for email in ("lina@demo.example", "nobody@demo.example"):
        assert [await identity.count_wish(email, HERE) for _ in range(5)] == [True, True, True, True, False]
    with pytest.raises(TooManyRequests):
        for number in range(30):
            await identity.count_wish(f"someone{number}@demo.example", HERE)


async def test_no_link_is_made_for_who_is_not_there(lina: User) -> None:
    assert await identity.make_reset_link("nobody@demo.example", actor=SYSTEM) is None
    await identity.deactivate(lina.id, actor=SYSTEM)
    assert await identity.make_reset_link("lina@demo.example", actor=SYSTEM) is None


async def test_an_admin_lets_somebody_in_again(lina: User, admin: User) -> None:
    boss = await identity.actor_of(admin.id)
    for _ in range(10):
        with pytest.raises(Exception, match="not right"):
            await identity.sign_in(lina.email, "wrong password", ip=HERE)
    assert await identity.blocked_until(lina.id, actor=boss) is not None
    with pytest.raises(TooManyRequests):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    await identity.unlock(lina.id, actor=boss)
    assert await identity.blocked_until(lina.id, actor=boss) is None
    await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    with pytest.raises(Forbidden):
        await identity.unlock(admin.id, actor=await identity.actor_of(lina.id))
