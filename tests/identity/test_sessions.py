"""Sessions: how long they live, when they end, and what other processes notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core import audit, clock, database, identity
from platform_core.identity import SYSTEM, Session, User
from tests.identity.conftest import PASSWORD, Time

HERE = "198.51.100.7"


@pytest.fixture
async def session(lina: User, time: Time) -> Session:
    return await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)


async def is_open(session: Session) -> bool:
    return await identity.session_by_token(session.token) is not None


async def test_a_made_up_token_opens_nothing(session: Session) -> None:
    assert await identity.session_by_token(session.token + "x") is None
    assert await identity.session_by_token("") is None


async def test_signing_out_ends_the_session_at_once(session: Session) -> None:
    found = await identity.session_by_token(session.token)
    assert found is not None
    await identity.sign_out(session.id, actor=found[0])
    assert not await is_open(session)
    (line,) = await audit.read(audit.AuditQuery(action="session.end"))
    assert line.session_id == session.id


async def test_an_unused_session_ends_after_twelve_hours(session: Session, time: Time) -> None:
    time.pass_(hours=11, minutes=59)
    assert await is_open(session)
    time.pass_(hours=12, seconds=1)
    assert not await is_open(session)


async def test_use_keeps_a_session_alive_but_not_for_more_than_two_weeks(
    session: Session, time: Time
) -> None:
    for _ in range(14 * 24 // 6 - 1):
        time.pass_(hours=6)
        assert await is_open(session)
    time.pass_(hours=7)
    assert not await is_open(session)


async def test_use_within_a_minute_writes_nothing(session: Session, time: Time) -> None:
    time.pass_(seconds=50)
    assert await is_open(session)
    seen = await database.fetch_value("SELECT seen_at FROM tw_identity_session")
    assert seen == clock.now() - timedelta(seconds=50)


async def test_a_session_is_remembered_for_two_seconds_and_no_longer(session: Session, time: Time) -> None:
    assert await is_open(session)
    # as another process would do it: this one is not told
    await database.execute("DELETE FROM tw_identity_session")
    time.pass_(seconds=1.9)
    assert await is_open(session)
    time.pass_(seconds=0.2)
    assert not await is_open(session)


async def test_a_change_of_roles_is_noticed_at_once_here(session: Session, lina: User) -> None:
    assert await is_open(session)
    await identity.set_roles(lina.id, ["finance"], actor=SYSTEM)
    found = await identity.session_by_token(session.token)
    assert found is not None
    assert found[0].roles == ("finance",)


async def test_closing_an_account_ends_its_sessions(session: Session, lina: User) -> None:
    await identity.deactivate(lina.id, actor=SYSTEM)
    assert not await is_open(session)
    await identity.reactivate(lina.id, actor=SYSTEM)
    assert not await is_open(session)


async def test_a_new_password_ends_all_other_sessions(session: Session, lina: User) -> None:
    other = await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    found = await identity.session_by_token(session.token)
    assert found is not None
    await identity.change_password(PASSWORD, "a new wind from the south", actor=found[0])
    assert await is_open(session)
    assert not await is_open(other)


async def test_a_password_set_by_an_admin_ends_every_session(
    session: Session, lina: User, admin: User
) -> None:
    await identity.set_password(lina.id, "a new wind from the south", actor=await identity.actor_of(admin.id))
    assert not await is_open(session)


async def test_ended_sessions_and_old_attempts_are_swept(session: Session, time: Time) -> None:
    time.pass_(hours=13)
    await identity.forget_ended()
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_identity_session") == 0
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_identity_attempt") == 0


async def test_each_session_has_its_own_csrf_token(session: Session) -> None:
    other = await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    assert session.csrf_token != other.csrf_token
    assert session.token != other.token
