"""Letting somebody in again whom too many failures have shut out, and counting who asks for mails."""

from __future__ import annotations

from datetime import datetime

from platform_core import database
from platform_core.errors import TooManyRequests
from platform_core.identity import account_rows as rows
from platform_core.identity import throttle
from platform_core.identity.directory import user
from platform_core.identity.email import normalised
from platform_core.identity.model import Actor
from platform_core.identity.rights import guard, require_manager


async def blocked_until(user_id: str, *, actor: Actor) -> datetime | None:
    """Until when an account's sign-ins have to wait after failures; None where they do not. For who manages people."""
    require_manager(actor)
    return await throttle.blocked_until((await user(user_id)).email)


async def unlock(user_id: str, *, actor: Actor) -> None:
    """Forget the failed sign-ins of an account, so that its person may try again at once."""
    require_manager(actor)
    account = await user(user_id)
    guard(actor, account)
    async with database.transaction():
        if await throttle.unlock(account.email):
            await rows.note("user.unlock", user_id, actor)


async def count_wish(email: str, ip: str) -> bool:
    """Count one wish for a mail to set a password. False where this account was asked for too often already: the
    answer stays the same, no mail goes out. Raises TooManyRequests where the address asks too often."""
    wish, asking = throttle.subject("wish", normalised(email)), throttle.subject("asking", ip)
    try:
        await throttle.count_attempt(wish, asking)
    except TooManyRequests:
        if await throttle.is_blocked(asking):
            raise
        return False
    return True
