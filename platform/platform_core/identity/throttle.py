"""How often a sign-in may fail, counted in the database so that every process counts together.

An attempt is counted as a failure before the password is looked at, so a hundred at once count as a hundred; a success
takes it back. The attempt that reaches the limit closes the door for 30 s; then one more is let in, and closes it for
60 s, … at most 15 minutes. A success clears the account; of the address it takes back this attempt only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec

from platform_core import clock, database, secrets
from platform_core.errors import TooManyRequests
from platform_core.i18n import N_

_WINDOW = timedelta(minutes=15)
_LIMITS = {"account": 10, "address": 50, "wish": 4, "asking": 20}
"""Failures in the window before the door closes. "wish" and "asking" count mails to set a password, asked for one
account and from one address."""
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)


class _Count(msgspec.Struct, frozen=True):
    """One subject's failures since `began_at`."""

    failures: int
    began_at: datetime
    blocked_until: datetime | None


def subject(kind: Literal["account", "address", "wish", "asking"], text: str) -> str:
    """The key under which an e-mail address or an IP address is counted; it does not tell the address."""
    return f"{kind}:{secrets.keyed_hash('sign-in attempts v1', text.encode()).hex()[:32]}"


async def count_attempt(account: str, address: str) -> None:
    """Count one attempt of both subjects. Raises TooManyRequests where one of them must wait."""
    now = clock.now()
    async with database.transaction():
        # Always in this order, so that two sign-ins never wait for each other.
        waits = [await _count(account, now), await _count(address, now)]
    longest = max(waits)
    if longest > timedelta(0):
        seconds = max(1, round(longest.total_seconds()))
        raise TooManyRequests(
            seconds,
            N_("Too many failed sign-ins. Try again in {seconds} seconds."),
            code="sign_in_throttled",
        )


async def forgive(account: str, address: str) -> None:
    """The attempt was right: clear the account, and take the attempt back from the address."""
    async with database.transaction():
        await database.execute("DELETE FROM tw_identity_attempt WHERE subject = ?", (account,))
        await database.execute(
            "UPDATE tw_identity_attempt SET failures = failures - 1, blocked_until = NULL"
            " WHERE subject = ? AND failures > 0",
            (address,),
        )


async def take_back(account: str, address: str) -> None:
    """The attempt was no failure, but nothing is proved yet: as if it had not been made."""
    async with database.transaction():
        for key in (account, address):
            await database.execute(
                "UPDATE tw_identity_attempt SET failures = failures - 1, blocked_until = NULL"
                " WHERE subject = ? AND failures > 0",
                (key,),
            )


async def blocked_until(email: str) -> datetime | None:
    """Until when sign-ins to an account have to wait, None where they do not."""
    found = await database.fetch_value(
        "SELECT blocked_until FROM tw_identity_attempt WHERE subject = ? AND blocked_until > ?",
        (subject("account", email), clock.now()),
    )
    return cast("datetime | None", found)


async def is_blocked(key: str) -> bool:
    """Whether attempts of this subject have to wait now."""
    sql = "SELECT 1 FROM tw_identity_attempt WHERE subject = ? AND blocked_until > ?"
    return await database.fetch_value(sql, (key, clock.now())) is not None


async def unlock(email: str) -> bool:
    """Forget the failures of an account; whether there were some."""
    sql = "DELETE FROM tw_identity_attempt WHERE subject = ?"
    return bool(await database.execute(sql, (subject("account", email),)))


async def forget_old() -> None:
    """Drop counts that no longer matter."""
    await database.execute(
        "DELETE FROM tw_identity_attempt WHERE began_at < ?", (clock.now() - _WINDOW - _LONGEST_PAUSE,)
    )


async def _count(key: str, now: datetime) -> timedelta:
    """Count one attempt of one subject; how long it has to wait (zero: not at all)."""
    before = await _locked(key, now)
    if before.blocked_until is not None and before.blocked_until > now:
        return before.blocked_until - now
    fresh = now - before.began_at >= _WINDOW
    failures = 1 if fresh else before.failures + 1
    over = failures - _LIMITS[key.partition(":")[0]]
    pause = min(_FIRST_PAUSE * 2 ** min(over, 10), _LONGEST_PAUSE) if over >= 0 else None
    await database.execute(
        "UPDATE tw_identity_attempt SET failures = ?, began_at = ?, blocked_until = ? WHERE subject = ?",
        (failures, now if fresh else before.began_at, now + pause if pause else None, key),
    )
    return timedelta(0)


async def _locked(key: str, now: datetime) -> _Count:
    await database.execute(
        "INSERT INTO tw_identity_attempt (subject, failures, began_at) VALUES (?, 0, ?)"
        " ON CONFLICT (subject) DO NOTHING",
        (key, now),
    )
    row = await database.fetch_one(
        "SELECT failures, began_at, blocked_until FROM tw_identity_attempt WHERE subject = ?"
        + database.dialect().for_update,
        (key,),
    )
    if row is None:  # deleted by `forgive` between the two statements: it starts anew
        return _Count(0, now, None)
    return _Count(
        cast("int", row["failures"]),
        cast("datetime", row["began_at"]),
        cast("datetime | None", row["blocked_until"]),
    )
