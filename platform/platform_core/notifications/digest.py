"""The mail of the day: what somebody wants to be told of once a day, in the morning of their own zone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from platform_core import clock, database, jobs
from platform_core.i18n import N_
from platform_core.notifications.composing import check_letter
from platform_core.notifications.letters import letter_of_day
from platform_core.notifications.notifying import MAIL

DIGEST = "notifications.digest"
DIGESTING = jobs.Schedule(
    DIGEST, every=timedelta(hours=1), title=N_("Mail what people want to be told once a day")
)
_MORNING = 7
_MOST = 200


async def digest_job(job: jobs.Job) -> dict[str, object]:
    """The job DIGEST: adds a mail for everybody whose morning has come since their oldest waiting notice."""
    waiting: dict[str, list[str]] = defaultdict(list)
    since: dict[str, datetime] = {}
    zones: dict[str, str] = {}
    rows = await database.fetch_all(
        "SELECT n.id, n.user_id, n.created_at, u.zone FROM tw_notification n"
        " JOIN tw_identity_user u ON u.id = n.user_id WHERE n.digest ORDER BY n.id"
    )
    for row in rows:
        person = str(row["user_id"])
        waiting[person].append(str(row["id"]))
        since.setdefault(person, row["created_at"])  # type: ignore[arg-type]  # the column is an instant
        zones[person] = str(row["zone"])
    now = clock.now()
    due = [person for person in waiting if since[person] < last_morning(now, zones[person])]
    return {"mails": sum([await _mail(person, waiting[person]) for person in due])}


def last_morning(now: datetime, zone: str) -> datetime:
    """The last 7 o'clock of a zone that is not after `now`."""
    local = now.astimezone(ZoneInfo(zone))
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    return morning if morning <= local else morning - timedelta(days=1)


async def _mail(person: str, notices: list[str]) -> int:
    """Adds the mail and ends the waiting of its notices, both or neither."""
    letter = await letter_of_day(person, notices[-_MOST:], key=f"digest:{person}:{notices[-1]}")
    async with database.transaction():
        condition = database.dialect().in_list("id")
        await database.execute(
            f"UPDATE tw_notification SET digest = FALSE WHERE {condition}", (sorted(notices),)
        )
        if letter is None:
            return 0
        check_letter(letter)
        await jobs.add(MAIL, {"letter": msgspec.to_builtins(letter)}, idem_key=f"{MAIL}:{letter.key}")
    return 1
