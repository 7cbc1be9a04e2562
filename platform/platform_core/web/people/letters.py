"""Mails about an account: the invitation, and the link to choose a new password."""

from __future__ import annotations

import hashlib

from platform_core import i18n, identity, jobs, notifications, settings
from platform_core.i18n import _
from platform_core.identity import Actor, User
from platform_core.web.context import HasScope, visit

RESET = "identity.reset_mail"
"""The job that writes the mail to set a new password: who asks must not learn from the time which addresses exist."""


def mail_works() -> bool:
    """Whether this installation can send mail; where it cannot, links are handed over by people."""
    return settings.current().smtp_url is not None


def one_time_url(request: HasScope, token: str) -> str:
    """The address to choose a password at. The token stands in the query, which no log keeps."""
    return _url(settings.current().public_url or visit(request).origin, token)


async def send_invitation(user: User, token: str, *, request: HasScope, actor: Actor) -> None:
    """Mail somebody the way to their first password, in their language."""
    with i18n.speaking(user.language, user.zone):
        subject = _("Your account at {company}", company=settings.current().company)
        text = _(
            "Hello {name},\n\n{by} has opened an account for you. Choose your password here, within seven days:\n\n{url}\n\n"
            "You sign in with {email}.\n",
            name=user.name,
            by=actor.name,
            url=one_time_url(request, token),
            email=user.email,
        )
    await notifications.send_mail(
        [user.email], subject=subject, text=text, key=_key("invite", token), language=user.language
    )


async def ask_for_reset(email: str, *, request: HasScope) -> None:
    """Have a mail written to this address, if it is somebody's; costs the same where it is nobody's."""
    origin = settings.current().public_url or visit(request).origin
    await jobs.add(RESET, {"email": email[:320], "origin": origin})


async def write_reset_mail(job: jobs.Job) -> None:
    """The job RESET: a link and a mail, or nothing. Run twice, it ends the first link and sends another."""
    made = await identity.make_reset_link(str(job.payload["email"]), actor=identity.SYSTEM)
    if made is None:
        return
    user, token = made
    with i18n.speaking(user.language, user.zone):
        subject = _("A new password for {company}", company=settings.current().company)
        text = _(
            "Hello {name},\n\nsomebody, probably you, wants to choose a new password. It is done here, within an hour:\n\n"
            "{url}\n\nIf it was not you, there is nothing to do: your password stays.\n",
            name=user.name,
            url=_url(str(job.payload["origin"]), token),
        )
    await notifications.send_mail(
        [user.email], subject=subject, text=text, key=_key("reset", token), language=user.language
    )


def _url(origin: str, token: str) -> str:
    return f"{origin.rstrip('/')}/password/new?token={token}"


def _key(purpose: str, token: str) -> str:
    """What makes the mail one mail, without telling the token."""
    return f"{purpose}:{hashlib.sha256(token.encode()).hexdigest()[:32]}"
