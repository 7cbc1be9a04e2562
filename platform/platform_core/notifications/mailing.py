"""Mail as jobs: written with the change that causes it, sent after the commit, tried again while the server is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from platform_core import clock, database, identity, jobs
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.notifications.composing import Letter, addresses_of, check_letter, compose
from platform_core.notifications.errors import MailNotSetUp
from platform_core.notifications.letters import letter_of_notice, test_letter
from platform_core.notifications.notifying import MAIL
from platform_core.notifications.sending_set_up import mail_is_set_up, mail_server


class MailState(msgspec.Struct, frozen=True, kw_only=True):
    """How mail stands. `last_error` is what the server said to the last mail that was given up or waits to be tried
    again; `waiting` and `dead` count mails."""

    set_up: bool
    server: str = ""
    user: str = ""
    sender: str = ""
    waiting: int = 0
    dead: int = 0
    last_sent_at: datetime | None = None
    last_error: str = ""


class Tried(msgspec.Struct, frozen=True):
    """How a test mail went: `reason` is empty where the server took it."""

    to: str
    outcome: Literal["sent", "failed"]
    reason: str = ""


async def send_mail(
    to: Sequence[str], *, subject: str, text: str, key: str, html: str | None = None, language: str = "en"
) -> str:
    """Adds a mail to at most 50 addresses, in the caller's transaction; all of them see each other. Returns the job's id.

    `key` stands for this mail: a second one with the same key is not sent, and every attempt carries the same
    Message-ID. Raises BadMail. Where no server is set up the job dies and says so; an admin can retry it.
    """
    letter = Letter(to=addresses_of(to), subject=subject, text=text, html=html, key=key, language=language)
    check_letter(letter)
    return await jobs.add(MAIL, {"letter": msgspec.to_builtins(letter)}, idem_key=f"{MAIL}:{key}")


async def mail_job(job: jobs.Job) -> Mapping[str, object] | None:
    """The job MAIL: sends a letter, or the mail of a notice as its reader may see it now.

    Raises GiveUp for what trying again cannot help; what the server refuses for now is tried again.
    """
    # Late: a program that sends no mail does not pay for it.
    from platform_core.notifications.smtp import MailFailed, hand_over

    if not mail_is_set_up():
        raise jobs.GiveUp(MailNotSetUp().text)
    letter = await _letter(job)
    if letter is None:
        return {"sent": 0}
    server = mail_server()
    try:
        handed = await hand_over(compose(letter, server), letter.to, server)
    except MailFailed as exc:
        if exc.final:
            raise jobs.GiveUp(str(exc)) from exc
        raise
    if handed.later:
        # The others have it: only these are tried again, as a mail of their own.
        again = msgspec.structs.replace(letter, to=tuple(handed.later))
        async with job.commit() as result:
            await jobs.add(MAIL, {"letter": msgspec.to_builtins(again)}, idem_key=f"{MAIL}:{job.id}:later")
            result |= _result(letter, handed.refused, handed.later)
        return None
    return _result(letter, handed.refused, {})


async def _letter(job: jobs.Job) -> Letter | None:
    if "letter" in job.payload:
        return msgspec.convert(job.payload["letter"], Letter)
    return await letter_of_notice(str(job.payload["notice"]))


def _result(letter: Letter, refused: Mapping[str, str], later: Mapping[str, str]) -> dict[str, object]:
    """Counts and the server's words; no address, for the result outlives the mail."""
    result: dict[str, object] = {"sent": len(letter.to) - len(refused) - len(later)}
    if refused:
        result |= {"refused": len(refused), "reason": next(iter(refused.values()))}
    if later:
        result["later"] = len(later)
    return result


async def send_test(actor: Actor) -> Tried:
    """Sends a test mail to the actor now, not as a job, and tells how it went. Raises MailNotSetUp, NotFound."""
    from platform_core.notifications.smtp import MailFailed, hand_over

    server = mail_server()
    user = await identity.user(actor.user_id)
    if not user.email:
        raise NotFound(N_("Your account has no e-mail address."))
    letter = test_letter(user, key=f"test:{actor.user_id}:{clock.now().isoformat()}")
    check_letter(letter)
    try:
        handed = await hand_over(compose(letter, server), letter.to, server, seconds=10.0)
    except MailFailed as exc:
        return Tried(user.email, "failed", exc.text)
    if handed.refused or handed.later:
        return Tried(user.email, "failed", next(iter({**handed.refused, **handed.later}.values())))
    return Tried(user.email, "sent")


async def mail_state() -> MailState:
    """What the screen of mail shows."""
    if not mail_is_set_up():
        return MailState(set_up=False)
    server = mail_server()
    counts = (await jobs.counts()).get(MAIL, {})
    sent = await database.fetch_one(
        "SELECT finished_at FROM tw_job WHERE kind = ? AND state = 'done' ORDER BY id DESC LIMIT 1", (MAIL,)
    )
    failed = await database.fetch_one(
        "SELECT last_error FROM tw_job WHERE kind = ? AND state IN ('dead', 'ready') AND last_error IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (MAIL,),
    )
    return MailState(
        set_up=True,
        server=server.shown,
        user=server.user,
        sender=server.sender,
        waiting=counts.get("ready", 0) + counts.get("leased", 0),
        dead=counts.get("dead", 0),
        last_sent_at=sent["finished_at"] if sent else None,  # type: ignore[arg-type]  # the column is an instant
        last_error=str(failed["last_error"]) if failed else "",
    )
