"""Signing in: what opens a session, what does not, and that the refusals tell nothing."""

from __future__ import annotations

import asyncio
import statistics
from time import process_time

import msgspec
import pytest

from platform_core import audit, database, identity, settings
from platform_core.errors import TooManyRequests, Unauthorized
from platform_core.identity import SYSTEM, User
from tests.identity.conftest import PASSWORD, Time

HERE = "198.51.100.7"
ELSEWHERE = "203.0.113.9"


async def fail(email: str, times: int, ip: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Unauthorized):
            await identity.sign_in(email, "wrong password", ip=ip)


async def test_the_right_password_opens_a_session(lina: User) -> None:
    session = await identity.sign_in(" LINA@demo.example", PASSWORD, ip=HERE, agent="Firefox")
    found = await identity.session_by_token(session.token)
    assert found is not None
    who, known = found
    assert (who.user_id, who.name, who.roles, who.session_id) == (lina.id, "Lina", ("sales",), session.id)
    assert known.csrf_token == session.csrf_token
    assert known.token == ""


@pytest.mark.parametrize(
    "case", ["wrong password", "unknown account", "closed account", "no password", "empty"]
)
async def test_every_refusal_sounds_the_same(case: str, lina: User, admin: User) -> None:
    email, password = {
        "wrong password": ("lina@demo.example", "wrong password"),
        "unknown account": ("nobody@demo.example", PASSWORD),
        "closed account": ("lina@demo.example", PASSWORD),
        "no password": ("quiet@demo.example", ""),
        "empty": ("", ""),
    }[case]
    if case == "closed account":
        await identity.deactivate(lina.id, actor=SYSTEM)
    await identity.create_user(email="quiet@demo.example", name="Quiet", actor=SYSTEM)
    with pytest.raises(Unauthorized) as refusal:
        await identity.sign_in(email, password, ip=HERE)
    assert refusal.value.code == "sign_in_refused"
    assert refusal.value.text == "The e-mail address or the password is not right."


async def test_an_unknown_account_costs_as_much_as_a_known_one(lina: User) -> None:
    settings.use(msgspec.structs.replace(settings.current(), argon2_profile="standard"))
    await identity.set_password(lina.id, PASSWORD, actor=SYSTEM)

    async def once(email: str) -> float:
        began = process_time()
        with pytest.raises(Unauthorized):
            await identity.sign_in(email, "wrong password", ip=HERE)
        return process_time() - began

    await once("warm.up@demo.example")
    pairs = [(await once("lina@demo.example"), await once(f"nobody{n}@demo.example")) for n in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.4 < known / unknown < 2.5  # processor time, so that a busy machine does not matter


async def test_the_token_is_not_in_the_database(lina: User) -> None:
    session = await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    row = await database.fetch_one("SELECT * FROM tw_identity_session")
    assert row is not None
    assert session.token not in str(row)
    assert session.csrf_token not in str(row)


async def test_after_ten_failures_an_account_has_to_wait_even_with_the_right_password(
    lina: User, time: Time
) -> None:
    await fail("lina@demo.example", 10)
    with pytest.raises(TooManyRequests) as refusal:
        await identity.sign_in("lina@demo.example", PASSWORD, ip=ELSEWHERE)
    assert refusal.value.retry_after == 30
    with pytest.raises(TooManyRequests):
        await identity.sign_in("lina@demo.example", PASSWORD, ip=ELSEWHERE)
    time.pass_(seconds=31)
    assert (await identity.sign_in("lina@demo.example", PASSWORD, ip=ELSEWHERE)).user_id == lina.id


async def test_an_unknown_account_has_to_wait_just_the_same(db: str, time: Time) -> None:
    await fail("nobody@demo.example", 10)
    with pytest.raises(TooManyRequests):
        await identity.sign_in("nobody@demo.example", PASSWORD, ip=HERE)


async def test_the_wait_doubles_up_to_fifteen_minutes(lina: User, time: Time) -> None:
    await fail("lina@demo.example", 10)
    waits = []
    for _ in range(5):
        with pytest.raises(TooManyRequests) as refusal:
            await identity.sign_in("lina@demo.example", "wrong password", ip=HERE)
        waits.append(refusal.value.retry_after)
        time.pass_(seconds=refusal.value.retry_after)
        await fail("lina@demo.example", 1)
    assert waits == [30, 60, 120, 240, 480]


async def test_a_success_forgives_the_account(lina: User, time: Time) -> None:
    await fail("lina@demo.example", 9)
    await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    await fail("lina@demo.example", 9)
    await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)


async def test_one_address_may_not_try_many_accounts(lina: User, time: Time) -> None:
    for number in range(50):
        await fail(f"guess{number}@demo.example", 1)
    with pytest.raises(TooManyRequests):
        await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    assert (await identity.sign_in("lina@demo.example", PASSWORD, ip=ELSEWHERE)).user_id == lina.id


async def test_many_right_sign_ins_from_one_office_are_no_attack(lina: User, time: Time) -> None:
    for _ in range(60):
        await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)


async def test_a_hundred_guesses_at_once_count_as_a_hundred(lina: User) -> None:
    async def guess(number: int) -> type[Exception]:
        try:
            await identity.sign_in("lina@demo.example", f"guess number {number}", ip=HERE)
        except (Unauthorized, TooManyRequests) as refusal:
            return type(refusal)
        raise AssertionError("a guess was right")

    outcomes = await asyncio.gather(*(guess(number) for number in range(100)))
    assert outcomes.count(Unauthorized) == 10
    assert outcomes.count(TooManyRequests) == 90


async def test_attempts_do_not_tell_what_was_typed(db: str) -> None:
    await fail("my secret password typed into the wrong box", 1)
    rows = await database.fetch_all("SELECT * FROM tw_identity_attempt")
    assert rows
    assert "secret" not in str(rows)
    assert HERE not in str(rows)


async def test_a_password_of_an_older_profile_is_hashed_anew_at_sign_in(lina: User) -> None:
    settings.use(msgspec.structs.replace(settings.current(), argon2_profile="standard"))
    await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    encoded = str(
        await database.fetch_value("SELECT password_hash FROM tw_identity_user WHERE id = ?", (lina.id,))
    )
    assert "m=19456,t=2,p=1" in encoded
    assert (await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)).user_id == lina.id


async def test_sign_ins_and_their_refusals_are_audited(lina: User) -> None:
    await fail("lina@demo.example", 1)
    session = await identity.sign_in("lina@demo.example", PASSWORD, ip=HERE)
    start, refusal = (await audit.read(audit.AuditQuery(limit=2)))[:2]
    assert (start.action, start.user_id, start.session_id, start.ip) == (
        "session.start",
        lina.id,
        session.id,
        HERE,
    )
    assert (refusal.action, refusal.user_id, refusal.ip) == ("session.refused", identity.NOBODY_ID, HERE)
    assert "lina" not in str(refusal)


async def test_an_account_of_a_demo_signs_in_on_this_machine_only(db: str) -> None:
    identity.keep_on_loopback("demo.example")
    await identity.create_user(
        email="guide@demo.example", name="Guide", password="harbour-lantern-42", actor=identity.SYSTEM
    )
    session = await identity.sign_in("guide@demo.example", "harbour-lantern-42", ip="127.0.0.1")
    assert session.token
    with pytest.raises(Unauthorized):
        await identity.sign_in("guide@demo.example", "harbour-lantern-42", ip="192.0.2.7")
