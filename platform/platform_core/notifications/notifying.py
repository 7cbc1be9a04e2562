"""Writing notices, in the transaction of what they tell of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from platform_core import clock, database, identity, jobs, records
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.notifications.model import Message
from platform_core.notifications.preferring import Preference, chosen_by, default_of
from platform_core.notifications.sending_set_up import mail_is_set_up
from platform_core.notifications.waking import wake

MAIL = "notifications.mail"
PURGE = "notifications.purge"
PURGING = jobs.Schedule(PURGE, cron="50 1 * * *", title=N_("Forget notices that are old"))
_KEEP_READ = timedelta(days=90)
_KEEP_UNREAD = timedelta(days=365)
_LINK = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,1000}")
_INSERT = """INSERT INTO tw_notification (id, user_id, topic, msgid, params, form, record, link, key, shown, digest, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, key) DO NOTHING"""

Subject = tuple[str, str]
"""A record: its form's key, and its id."""


async def notify(
    user_ids: Sequence[str],
    *,
    topic: str,
    text: Message,
    link: str | None = None,
    mail: bool = False,
    key: str | None = None,
    about: Subject | None = None,
) -> int:
    """Tells people something, in the caller's transaction. Returns how many were told.

    `link` is a path of ours. `about` names a record: only who may see it is told, the notice leads there, and
    `{record}` in the text becomes its title. `mail` asks to mail it to whoever has chosen nothing else for the topic.
    With `key` the same thing is told to the same person once. Closed and unknown accounts are left out.
    """
    if link is not None and not _LINK.fullmatch(link):
        raise ValueError(f"a notice links to a path of ours, not to {link!r}")
    told: list[str] = []
    async with database.transaction():
        people = await _who_may_know(dict.fromkeys(user_ids), about)
        chosen = await chosen_by(people) if people else {}
        for person in people:
            how = chosen.get(person, {}).get(topic) or default_of(topic, mail=mail)
            if await _tell(person, how, topic, text, link, key, about):
                told.append(person)
        if told:
            await wake(told)
    return len(told)


async def _who_may_know(user_ids: dict[str, None], about: Subject | None) -> list[str]:
    """Active people, in id order; with `about` those who may see that record."""
    active = sorted(await identity.find_people(user_ids))
    if about is None:
        return active
    form, record = about
    may: list[str] = []
    for person in active:
        try:
            actor = await identity.actor_of(person)
        except NotFound:
            continue  # closed in this moment
        if (form, record) in await records.readable({form: [record]}, actor=actor):
            may.append(person)
    return may


async def _tell(
    person: str,
    how: Preference,
    topic: str,
    text: Message,
    link: str | None,
    key: str | None,
    about: Subject | None,
) -> bool:
    mailed = how.mail if mail_is_set_up() else "off"
    if not how.in_app and mailed == "off":
        return False
    form, record = about or (None, None)
    notice = database.new_id()
    values = (
        *(notice, person, topic, text.msgid, dict(text.params), form, record, link, key),
        *(how.in_app, mailed == "daily", clock.now()),
    )
    if not await database.execute(_INSERT, values):
        return False
    if mailed == "now":
        await jobs.add(MAIL, {"notice": notice}, idem_key=f"{MAIL}:{notice}", subject=f"user/{person}")
    return True


async def purge_job(job: jobs.Job) -> dict[str, object]:
    """The job PURGE: read notices go after 90 days, all others after a year."""
    now = clock.now()
    removed = await database.execute(
        "DELETE FROM tw_notification WHERE created_at < ? OR (read_at IS NOT NULL AND created_at < ?)",
        (now - _KEEP_UNREAD, now - _KEEP_READ),
    )
    return {"removed": removed}
