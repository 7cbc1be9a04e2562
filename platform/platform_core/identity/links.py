"""One-time links: to choose a first password, to choose a new one, and the second step of a sign-in.

A token is 32 random bytes and is seen once; the database keeps its SHA-256. It is over when it is used, when its time
is, when its account is closed, and when the password or the address of the account changes.
"""

from __future__ import annotations

import hashlib
import secrets as random
from datetime import timedelta
from typing import Literal

from platform_core import clock, database
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.identity import account_rows as rows
from platform_core.identity.directory import user, user_by_email
from platform_core.identity.model import Actor, User
from platform_core.identity.rights import guard, require_in_person, require_manager

LinkPurpose = Literal["invite", "reset"]

_LASTS = {"invite": timedelta(days=7), "reset": timedelta(hours=1), "second_step": timedelta(minutes=5)}


async def make_link(user_id: str, purpose: LinkPurpose, *, actor: Actor) -> str:
    """The token of a one-time link for an account, to hand over; earlier ones of it end. Needs who manages people."""
    require_manager(actor)
    require_in_person(actor)
    async with database.transaction():
        account = await user(user_id, lock=True)
        guard(actor, account)
        if not account.active:
            raise NotFound(N_("There is no such active account."))
        token = await _issue(user_id, purpose)
        await rows.note("user.link", user_id, actor, purpose=purpose)
    return token


async def make_reset_link(email: str, *, actor: Actor) -> tuple[User, str] | None:
    """As `make_link`, for whoever asked for it with an address; None where there is no such active account.

    For the job that writes the mail: who asks must not learn from the answer or its time which addresses exist.
    """
    account = await user_by_email(email)
    if account is None or not account.active:
        return None
    async with database.transaction():
        token = await _issue(account.id, "reset")
        await rows.note("user.link", account.id, actor, purpose="reset")
    return account, token


async def owner_of(token: str) -> tuple[LinkPurpose, User]:
    """What a link is for, and for whom. Raises NotFound where it is used, over or unknown."""
    row = await database.fetch_one(
        "SELECT l.purpose, l.user_id FROM tw_identity_link l JOIN tw_identity_user u ON u.id = l.user_id"
        " WHERE l.token_hash = ? AND l.expires_at > ? AND u.active AND l.purpose <> 'second_step'",
        (_hash(token), clock.now()),
    )
    if row is None:
        raise _over()
    purpose: LinkPurpose = "invite" if row["purpose"] == "invite" else "reset"
    return purpose, await user(str(row["user_id"]))


async def use_up(token: str) -> None:
    """Take the link away, within the caller's transaction. Raises NotFound where somebody was quicker."""
    if not await database.execute("DELETE FROM tw_identity_link WHERE token_hash = ?", (_hash(token),)):
        raise _over()


async def forget_links_of(user_id: str) -> None:
    """All links of an account are worth nothing from now on."""
    await database.execute("DELETE FROM tw_identity_link WHERE user_id = ?", (user_id,))


async def begin_second_step(user_id: str) -> str:
    """The token with which somebody who knew the password may try codes for five minutes."""
    async with database.transaction():
        return await _issue(user_id, "second_step")


async def second_step_of(token: str) -> str | None:
    """The account of a second step under way, None where it is over."""
    found = await database.fetch_value(
        "SELECT user_id FROM tw_identity_link WHERE token_hash = ? AND purpose = 'second_step' AND expires_at > ?",
        (_hash(token), clock.now()),
    )
    return str(found) if found is not None else None


async def forget_old_links() -> None:
    """Drop what is over."""
    await database.execute("DELETE FROM tw_identity_link WHERE expires_at <= ?", (clock.now(),))


async def _issue(user_id: str, purpose: str) -> str:
    token = random.token_urlsafe(32)
    if purpose != "second_step":
        await database.execute(
            "DELETE FROM tw_identity_link WHERE user_id = ? AND purpose = ?", (user_id, purpose)
        )
    await database.execute(
        "INSERT INTO tw_identity_link (token_hash, purpose, user_id, expires_at) VALUES (?, ?, ?, ?)",
        (_hash(token), purpose, user_id, clock.now() + _LASTS[purpose]),
    )
    return token


def _over() -> NotFound:
    return NotFound(
        N_("This link has been used, or its time is over."), code="link_over", remedy=N_("Ask for a new one.")
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
