"""Signing in: a password, and a code where the account has a second factor; or the word of another service."""

from __future__ import annotations

from typing import cast

import msgspec

from platform_core import audit, database
from platform_core.database import Row
from platform_core.errors import Invalid, TooManyRequests, Unauthorized
from platform_core.i18n import N_
from platform_core.identity import links, passwords, second_factor, sessions, throttle
from platform_core.identity.actors import actor_from, nobody
from platform_core.identity.email import normalised
from platform_core.identity.loopback import is_too_far
from platform_core.identity.model import Actor, Session, Via


class SecondFactorRequired(Unauthorized):
    """The password was right, and a code is wanted too. At a screen `step` lets the next form send the code alone."""

    code = "totp_required"
    default_message = "Give the code of your authenticator app too."

    def __init__(self, step: str = "") -> None:
        self.step = step
        super().__init__(
            N_("Give the code of your authenticator app too."),
            remedy=N_("Send it as totp, with the e-mail address and the password."),
        )


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody signs in: address, browser, request and door."""

    ip: str
    agent: str = ""
    request_id: str = ""
    via: Via = "api"

    @property
    def visitor(self) -> Actor:
        """Nobody yet, for the audit."""
        return nobody(ip=self.ip, request_id=self.request_id, via=self.via)


async def sign_in(
    email: str,
    password: str,
    *,
    ip: str,
    code: str | None = None,
    agent: str = "",
    request_id: str = "",
    via: Via = "api",
) -> Session:
    """Open a session. Raises Unauthorized (the same for an unknown account, a closed one and a wrong password),
    SecondFactorRequired where a code is wanted and none was given, or TooManyRequests."""
    caller = Caller(ip=ip, agent=agent, request_id=request_id, via=via)
    account = normalised(email)
    keys = throttle.subject("account", account), throttle.subject("address", ip)
    await _count(caller, *keys)
    row = await database.fetch_one("SELECT * FROM tw_identity_user WHERE email = ?", (account,))
    usable = row is not None and row["active"] and not is_too_far(account, ip)
    encoded = cast("str | None", row["password_hash"]) if row is not None and usable else None
    if not await passwords.matches(password, encoded) or row is None or encoded is None:
        await audit.refused("session.refused", actor=caller.visitor, subject=keys[0])
        raise Unauthorized(N_("The e-mail address or the password is not right."), code="sign_in_refused")
    how = await _second_factor(row, code, caller, *keys)
    renewed = await passwords.hashed(password) if passwords.is_outdated(encoded) else None
    async with database.transaction():
        await throttle.forgive(*keys)
        if renewed is not None:
            await database.execute(
                "UPDATE tw_identity_user SET password_hash = ? WHERE id = ?", (renewed, row["id"])
            )
        return await _open(row, how, caller)


async def sign_in_second(
    step: str, code: str, *, ip: str, agent: str = "", request_id: str = "", via: Via = "screen"
) -> Session:
    """The second step at a screen: the code, for who has just given the right password. Raises Unauthorized
    ("totp_refused" for a wrong code, "step_over" where one has to begin again) or TooManyRequests."""
    caller = Caller(ip=ip, agent=agent, request_id=request_id, via=via)
    user_id = await links.second_step_of(step)
    row = await _active(user_id) if user_id is not None else None
    if row is None:
        raise Unauthorized(N_("That took too long. Sign in again."), code="step_over")
    keys = throttle.subject("account", str(row["email"])), throttle.subject("address", ip)
    await _count(caller, *keys)
    if not await second_factor.is_code_right(str(row["id"]), code):
        await audit.refused("session.refused", actor=caller.visitor, subject=keys[0], detail={"step": "code"})
        raise _wrong_code()
    async with database.transaction():
        await links.use_up(step)
        await throttle.forgive(*keys)
        return await _open(row, "totp", caller)


async def sign_in_outside(user_id: str, provider: str, caller: Caller) -> Session:
    """Open a session for somebody whom another service has vouched for. Raises Unauthorized for a closed account."""
    row = await _active(user_id)
    if row is None or is_too_far(str(row["email"]), caller.ip):
        raise Unauthorized(N_("There is no active account for you here."), code="no_account")
    async with database.transaction():
        return await _open(row, f"oidc:{provider}", caller)


async def _count(caller: Caller, account: str, address: str) -> None:
    try:
        await throttle.count_attempt(account, address)
    except TooManyRequests:
        await audit.refused("session.throttled", actor=caller.visitor, subject=account)
        raise


async def _second_factor(row: Row, code: str | None, caller: Caller, account: str, address: str) -> str:
    """How the session was opened; raises where the code is missing or wrong."""
    user_id = str(row["id"])
    if not await second_factor.has_second_factor(user_id):
        if code:
            raise Invalid.one("/totp", "no_second_factor", N_("This account has no second factor."))
        return "password"
    if not code:
        # Not a failure: the password was right. Wrong codes are counted, and nothing is forgiven yet.
        await throttle.take_back(account, address)
        raise SecondFactorRequired(await links.begin_second_step(user_id) if caller.via == "screen" else "")
    if not await second_factor.is_code_right(user_id, code):
        await audit.refused("session.refused", actor=caller.visitor, subject=account, detail={"step": "code"})
        raise _wrong_code()
    return "totp"


def _wrong_code() -> Unauthorized:
    return Unauthorized(
        N_("This code is not right, or it has been used already."),
        code="totp_refused",
        remedy=N_("Wait for the next one."),
    )


async def _active(user_id: str) -> Row | None:
    return await database.fetch_one("SELECT * FROM tw_identity_user WHERE id = ? AND active", (user_id,))


async def _open(row: Row, how: str, caller: Caller) -> Session:
    actor = msgspec.structs.replace(
        await actor_from(row, caller.via), ip=caller.ip, request_id=caller.request_id
    )
    return await sessions.open_session(actor, row, how=how, agent=caller.agent)
