"""The second factor: one-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes for a lost phone.

Thirty seconds a step, six digits, SHA-1, as every app does it; the step before and the one after count too. The newest
step that was used is kept, and only a newer one opens anything: a code that was read over a shoulder is worth nothing.
"""

from __future__ import annotations

import os
import secrets as random
from datetime import datetime
from typing import cast
from urllib.parse import quote

import msgspec
import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from platform_core import clock, database, secrets, settings
from platform_core.database import Row
from platform_core.errors import Conflict, Invalid, NotFound, TradewindError
from platform_core.i18n import N_
from platform_core.identity import account_rows as rows
from platform_core.identity import policy, sessions
from platform_core.identity.directory import user
from platform_core.identity.model import Actor
from platform_core.identity.rights import guard, require_in_person, require_manager

_STEP = 30
_WINDOW = 1
_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
_NONCE = 12


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app is told: `secret` to type, `uri` (otpauth://) to scan."""

    secret: str
    uri: str


class SecondFactor(msgspec.Struct, frozen=True):
    """Whether an account has a second factor, since when, and how many recovery codes are left."""

    on: bool
    since: datetime | None = None
    codes_left: int = 0
    demanded: bool = False


async def second_factor_of(user_id: str) -> SecondFactor:
    """What an account has. `demanded`: one of its roles does not let it go without."""
    row = await _row(user_id)
    left = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_identity_recovery WHERE user_id = ?", (user_id,)
    )
    demanded = await policy.needs_second_factor((await user(user_id)).roles)
    if row is None or not row["confirmed"]:
        return SecondFactor(on=False, demanded=demanded)
    return SecondFactor(True, cast("datetime", row["created_at"]), cast("int", left), demanded)


async def has_second_factor(user_id: str) -> bool:
    """Whether a code is asked for at sign-in."""
    row = await _row(user_id)
    return row is not None and bool(row["confirmed"])


async def begin_enrolment(actor: Actor) -> Enrolment:
    """What to scan or type; asked again before it is confirmed, it stays the same. Raises Conflict where one is on."""
    require_in_person(actor)
    async with database.transaction():
        await user(actor.user_id, lock=True)
        row = await _row(actor.user_id)
        if row is not None and row["confirmed"]:
            raise Conflict(N_("There is a second factor already."), code="second_factor_on")
        secret = _begun(actor.user_id, row) if row is not None else ""
        if not secret:
            secret = pyotp.random_base32()
            await _store(actor.user_id, secret)
    company = settings.current().company
    uri = (
        f"otpauth://totp/{quote(company)}:{quote(actor.email)}?secret={secret}&issuer={quote(company)}"
        f"&algorithm=SHA1&digits=6&period={_STEP}"
    )
    return Enrolment(secret, uri)


async def confirm_enrolment(code: str, *, actor: Actor) -> list[str]:
    """Switch the second factor on with a first code; the recovery codes, seen this once. Raises Invalid, NotFound."""
    require_in_person(actor)
    async with database.transaction():
        await user(actor.user_id, lock=True)
        row = await _row(actor.user_id)
        if row is None or row["confirmed"]:
            raise NotFound(N_("Nothing is being set up."))
        step = _matching_step(_opened(actor.user_id, row), code)
        if step is None:
            raise Invalid.one(
                "/code",
                "wrong",
                N_("This is not the code that the app shows now."),
                remedy=N_("Look at the clock of the phone: it must be right."),
            )
        await database.execute(
            "UPDATE tw_identity_totp SET confirmed = ?, last_step = ?, created_at = ? WHERE user_id = ?",
            (True, step, clock.now(), actor.user_id),
        )
        codes = await _new_codes(actor.user_id)
        await rows.note("user.second_factor", actor.user_id, actor, on=True)
        database.after_commit(lambda: sessions.forget(actor.user_id))
    return codes


async def renew_recovery_codes(password: str, *, actor: Actor) -> list[str]:
    """New recovery codes; the old ones are worth nothing. Asks for the password. Raises Invalid, NotFound."""
    await _require_password(password, actor)
    if not await has_second_factor(actor.user_id):
        raise NotFound(N_("There is no second factor."))
    async with database.transaction():
        codes = await _new_codes(actor.user_id)
        await rows.note("user.recovery_codes", actor.user_id, actor)
    return codes


async def switch_off(password: str, *, actor: Actor) -> None:
    """Go without a second factor again. Asks for the password; refused where a role demands one."""
    await _require_password(password, actor)
    if await policy.needs_second_factor(actor.roles):
        raise Conflict(N_("Your role demands a second factor."), code="second_factor_demanded")
    await _remove(actor.user_id, actor)


async def reset_second_factor(user_id: str, *, actor: Actor) -> None:
    """Take the second factor from an account whose phone is lost, as somebody who manages people; its sessions end."""
    require_manager(actor)
    require_in_person(actor)
    guard(actor, await user(user_id))
    await _remove(user_id, actor, end_sessions=True)


async def is_code_right(user_id: str, code: str) -> bool:
    """Whether this code, or this recovery code, opens the account now; either is used up by being right.

    Of two that bring the same code at once, one is let in.
    """
    compact = "".join(code.split()).lower()
    if len(compact) == 6 and compact.isdecimal() and compact.isascii():
        return await _uses_step(user_id, compact)
    return await _uses_recovery(user_id, compact)


async def _uses_step(user_id: str, code: str) -> bool:
    row = await _row(user_id)
    if row is None or not row["confirmed"]:
        return False
    step = _matching_step(_opened(user_id, row), code)
    if step is None:
        return False
    used = await database.execute(
        "UPDATE tw_identity_totp SET last_step = ? WHERE user_id = ? AND last_step < ?", (step, user_id, step)
    )
    return used == 1


async def _uses_recovery(user_id: str, code: str) -> bool:
    used = await database.execute(
        "DELETE FROM tw_identity_recovery WHERE user_id = ? AND code_hash = ?",
        (user_id, _recovery_hash(code)),
    )
    return used == 1


def _matching_step(secret: str, code: str) -> int | None:
    """The 30-second step that the code belongs to, of the present one and its neighbours."""
    compact, now = "".join(code.split()), int(clock.now().timestamp())
    totp = pyotp.TOTP(secret)
    found = None
    for offset in range(-_WINDOW, _WINDOW + 1):
        moment = now + offset * _STEP
        if totp.verify(compact, for_time=moment, valid_window=0):
            found = moment // _STEP
    return found


async def _require_password(password: str, actor: Actor) -> None:
    require_in_person(actor)
    if not await sessions.is_password_of(actor.email, password, ip=actor.ip):
        raise Invalid.one("/password", "wrong", N_("This is not your present password."))


async def _remove(user_id: str, actor: Actor, *, end_sessions: bool = False) -> None:
    async with database.transaction():
        await database.execute("DELETE FROM tw_identity_recovery WHERE user_id = ?", (user_id,))
        gone = await database.execute("DELETE FROM tw_identity_totp WHERE user_id = ?", (user_id,))
        if not gone:
            raise NotFound(N_("There is no second factor."))
        if end_sessions:
            await sessions.end_sessions_of(user_id)
        await rows.note("user.second_factor", user_id, actor, on=False)
        database.after_commit(lambda: sessions.forget(user_id))


async def _new_codes(user_id: str) -> list[str]:
    codes = ["".join(random.choice(_LETTERS) for _ in range(10)) for _ in range(_CODES)]
    await database.execute("DELETE FROM tw_identity_recovery WHERE user_id = ?", (user_id,))
    await database.execute_many(
        "INSERT INTO tw_identity_recovery (user_id, code_hash) VALUES (?, ?)",
        [(user_id, _recovery_hash(code)) for code in codes],
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _recovery_hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return secrets.keyed_hash("recovery codes v1", plain.encode()).hex()


async def _row(user_id: str) -> Row | None:
    return await database.fetch_one("SELECT * FROM tw_identity_totp WHERE user_id = ?", (user_id,))


async def _store(user_id: str, secret: str) -> None:
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), user_id.encode())
    await database.execute("DELETE FROM tw_identity_totp WHERE user_id = ?", (user_id,))
    await database.execute(
        "INSERT INTO tw_identity_totp (user_id, secret, confirmed, last_step, created_at) VALUES (?, ?, ?, ?, ?)",
        (user_id, sealed, False, 0, clock.now()),
    )


def _opened(user_id: str, row: Row) -> str:
    """The secret in clear. Another account's row, or another installation's key, opens nothing."""
    sealed = bytes(cast("bytes", row["secret"]))
    try:
        return AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], user_id.encode()).decode()
    except InvalidTag as exc:
        raise TradewindError(
            N_("The second factor cannot be read: the secret key of this installation is another one."),
            code="secret_key_changed",
            status=503,
            remedy=N_("Put back the secret.key that belongs to the database, or reset the second factor."),
        ) from exc


def _begun(user_id: str, row: Row) -> str:
    """The secret of a set-up under way; "" where it cannot be read any more, so that it begins anew."""
    try:
        return _opened(user_id, row)
    except TradewindError:
        return ""


def _key() -> bytes:
    return secrets.derive_key("second factor v1")
