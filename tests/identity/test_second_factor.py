"""The second factor: set up, asked for, used once, lost, demanded."""

from __future__ import annotations

import asyncio
from typing import cast

import msgspec
import pyotp
import pytest

from platform_core import database, identity, settings
from platform_core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    TradewindError,
    Unauthorized,
)
from platform_core.identity import Actor, SecondFactorRequired, User
from tests.identity.conftest import PASSWORD, Time

HERE = "198.51.100.7"


def code(secret: str, time: Time) -> str:
    return pyotp.TOTP(secret).at(time.now)


async def switched_on(user: User, time: Time) -> tuple[str, list[str], Actor]:
    """The secret, the recovery codes and the actor of somebody who has just set it up; a step has passed since."""
    who = await identity.actor_of(user.id, "screen")
    made = await identity.begin_enrolment(who)
    codes = await identity.confirm_enrolment(code(made.secret, time), actor=who)
    time.pass_(seconds=30)
    return made.secret, codes, who


async def test_a_password_alone_no_longer_opens_the_account(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    with pytest.raises(SecondFactorRequired) as asked:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    assert (asked.value.code, asked.value.status) == ("totp_required", 401)
    session = await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=code(secret, time))
    assert await identity.session_by_token(session.token) is not None


async def test_the_second_step_at_a_screen_asks_for_the_code_alone(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    with pytest.raises(SecondFactorRequired) as asked:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, via="screen")
    with pytest.raises(Unauthorized) as wrong:
        await identity.sign_in_second(asked.value.step, "000000", ip=HERE)
    assert wrong.value.code == "totp_refused"
    session = await identity.sign_in_second(asked.value.step, code(secret, time), ip=HERE)
    assert session.user_id == lina.id
    time.pass_(seconds=30)
    with pytest.raises(Unauthorized) as again:
        await identity.sign_in_second(asked.value.step, code(secret, time), ip=HERE)
    assert again.value.code == "step_over"


async def test_the_second_step_is_over_after_five_minutes(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    with pytest.raises(SecondFactorRequired) as asked:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, via="screen")
    time.pass_(minutes=5, seconds=1)
    with pytest.raises(Unauthorized) as over:
        await identity.sign_in_second(asked.value.step, code(secret, time), ip=HERE)
    assert over.value.code == "step_over"


async def test_a_step_token_sets_no_password(lina: User, time: Time) -> None:
    await switched_on(lina, time)
    with pytest.raises(SecondFactorRequired) as asked:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, via="screen")
    with pytest.raises(NotFound):
        await identity.set_password_by_link(asked.value.step, "another long one", actor=identity.nobody())


async def test_a_code_is_worth_nothing_the_second_time(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    seen = code(secret, time)
    await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=seen)
    with pytest.raises(Unauthorized) as replay:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=seen)
    assert replay.value.code == "totp_refused"


async def test_an_older_code_is_a_replay_too(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    older = code(secret, time)
    time.pass_(seconds=30)
    await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=code(secret, time))
    with pytest.raises(Unauthorized):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=older)


async def test_of_eight_that_bring_the_same_code_at_once_one_is_let_in(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    same = code(secret, time)

    async def try_it(number: int) -> bool:
        try:
            await identity.sign_in(lina.email, PASSWORD, ip=f"198.51.100.{number}", code=same)
        except (Unauthorized, TooManyRequests):
            return False
        return True

    assert sum(await asyncio.gather(*(try_it(number) for number in range(8)))) == 1


async def test_the_neighbouring_steps_count_and_no_others(lina: User, time: Time) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    time.pass_(minutes=5)
    totp = pyotp.TOTP(secret)
    now = time.now.timestamp()
    for offset in (-60, 60):
        with pytest.raises(Unauthorized):
            await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=totp.at(int(now) + offset))
    for offset in (-30, 0, 30):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=totp.at(int(now) + offset))


async def test_wrong_codes_shut_the_door_and_the_right_password_does_not_open_it_again(
    lina: User, time: Time
) -> None:
    secret, _codes, _who = await switched_on(lina, time)
    for _ in range(10):
        with pytest.raises(SecondFactorRequired):
            await identity.sign_in(lina.email, PASSWORD, ip=HERE)
        with pytest.raises(Unauthorized):
            await identity.sign_in(lina.email, PASSWORD, ip=HERE, code="000000")
    with pytest.raises(TooManyRequests):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=code(secret, time))


async def test_a_recovery_code_opens_once(lina: User, time: Time) -> None:
    _secret, codes, _who = await switched_on(lina, time)
    assert len(set(codes)) == 10
    await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=codes[3].upper())
    with pytest.raises(Unauthorized):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=codes[3])
    await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=codes[4].replace("-", " "))
    assert (await identity.second_factor_of(lina.id)).codes_left == 8


async def test_new_recovery_codes_need_the_password_and_end_the_old_ones(lina: User, time: Time) -> None:
    _secret, codes, who = await switched_on(lina, time)
    with pytest.raises(Invalid):
        await identity.renew_recovery_codes("wrong password", actor=who)
    fresh = await identity.renew_recovery_codes(PASSWORD, actor=who)
    with pytest.raises(Unauthorized):
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=codes[0])
    await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=fresh[0])


async def test_neither_secret_nor_codes_stand_in_the_database(lina: User, time: Time) -> None:
    secret, codes, _who = await switched_on(lina, time)
    row = await database.fetch_one("SELECT secret FROM tw_identity_totp")
    assert row is not None
    assert secret.encode() not in bytes(cast("bytes", row["secret"]))
    hashes = {
        str(found)
        for (found,) in await database.fetch_tuples("SELECT code_hash FROM tw_identity_recovery", ())
    }
    assert hashes.isdisjoint({one.replace("-", "") for one in codes})


async def test_a_row_of_somebody_else_opens_nothing(lina: User, admin: User, time: Time) -> None:
    await switched_on(lina, time)
    await switched_on(admin, time)
    stolen = await database.fetch_value("SELECT secret FROM tw_identity_totp WHERE user_id = ?", (admin.id,))
    await database.execute("UPDATE tw_identity_totp SET secret = ? WHERE user_id = ?", (stolen, lina.id))
    with pytest.raises(TradewindError) as told:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code="123456")
    assert told.value.code == "secret_key_changed"


async def test_another_secret_key_is_told_clearly(lina: User, time: Time) -> None:
    await switched_on(lina, time)
    settings.use(msgspec.structs.replace(settings.current(), secret_key=b"x" * 32))
    with pytest.raises(TradewindError) as told:
        await identity.sign_in(lina.email, PASSWORD, ip=HERE, code="123456")
    assert "secret.key" in told.value.remedy


async def test_a_wrong_first_code_switches_nothing_on(lina: User, time: Time) -> None:
    who = await identity.actor_of(lina.id, "screen")
    made = await identity.begin_enrolment(who)
    assert (await identity.begin_enrolment(who)).secret == made.secret
    with pytest.raises(Invalid):
        await identity.confirm_enrolment("000000", actor=who)
    await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    await identity.confirm_enrolment(code(made.secret, time), actor=who)
    with pytest.raises(Conflict):
        await identity.begin_enrolment(who)


async def test_whose_phone_is_lost_is_helped_by_an_admin(lina: User, admin: User, time: Time) -> None:
    secret, _codes, who = await switched_on(lina, time)
    session = await identity.sign_in(lina.email, PASSWORD, ip=HERE, code=code(secret, time))
    with pytest.raises(Forbidden):
        await identity.reset_second_factor(lina.id, actor=who)
    await identity.reset_second_factor(lina.id, actor=await identity.actor_of(admin.id))
    assert await identity.session_by_token(session.token) is None
    await identity.sign_in(lina.email, PASSWORD, ip=HERE)


async def test_a_role_that_demands_it_leads_there_and_holds_it(lina: User, admin: User, time: Time) -> None:
    boss = await identity.actor_of(admin.id)
    session = await identity.sign_in(lina.email, PASSWORD, ip=HERE)
    await identity.require_second_factor(["sales"], actor=boss)
    time.pass_(seconds=3)
    found = await identity.session_by_token(session.token)
    assert found is not None
    assert found[1].must_enrol
    made = await identity.begin_enrolment(found[0])
    await identity.confirm_enrolment(code(made.secret, time), actor=found[0])
    found = await identity.session_by_token(session.token)
    assert found is not None
    assert not found[1].must_enrol
    with pytest.raises(Conflict):
        await identity.switch_off(PASSWORD, actor=found[0])
    await identity.require_second_factor([], actor=boss)
    await identity.switch_off(PASSWORD, actor=found[0])


async def test_only_an_admin_demands_it(lina: User) -> None:
    with pytest.raises(Forbidden):
        await identity.require_second_factor(["sales"], actor=await identity.actor_of(lina.id))
