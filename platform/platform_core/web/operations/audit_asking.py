"""What the filters of the audit's pages ask, from an address to a query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from platform_core import database, identity
from platform_core.audit import AccessQuery, AuditQuery

PAGE = 50


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The filters as they stand in the address; `who` is an id. Days are those of the reader's zone."""

    who: str = ""
    subject: str = ""
    action: str = ""
    kind: str = ""
    form: str = ""
    record: str = ""
    everywhere: str = ""
    from_: str = ""
    to: str = ""
    before: str = ""

    @property
    def used(self) -> list[str]:
        """The names of the filters that are set, for the audit of reading it."""
        return [
            name.rstrip("_")
            for name, value in msgspec.structs.asdict(self).items()
            if value and name != "before"
        ]

    def address(self, path: str, **changes: str) -> str:
        """An address with these filters, and some of them changed."""
        given = {**msgspec.structs.asdict(self), **changes}
        named = {name.rstrip("_"): value for name, value in given.items() if value}
        return f"{path}?{urlencode(named)}" if named else path


async def asked_of(query: Mapping[str, str]) -> Asked:
    """The filters of an address. A person may also be given as mail address (without JavaScript)."""

    def text(name: str) -> str:
        return query.get(name, "").strip()[:200]

    who = text("who")
    if not who and (written := text("who.code")):
        found = await identity.user_by_email(written) if "@" in written else None
        who = found.id if found else "-"
    return Asked(
        who=who,
        subject=text("subject"),
        action=text("action"),
        kind=text("kind"),
        form=text("form"),
        record=text("record"),
        everywhere=text("everywhere"),
        from_=text("from"),
        to=text("to"),
        before=text("before"),
    )


def audit_query(asked: Asked, zone: str) -> AuditQuery:
    """For the lines. A person that does not exist finds nothing."""
    return AuditQuery(
        user_id=_person(asked.who),
        subject=asked.subject or None,
        kind=asked.kind or None,
        action=asked.action or None,
        since=_day(asked.from_, zone),
        until=_day(asked.to, zone, after=True),
        before=_id(asked.before),
        limit=PAGE,
    )


def access_query(asked: Asked, zone: str) -> AccessQuery:
    """For the looks at personal data."""
    return AccessQuery(
        user_id=_person(asked.who),
        form=asked.form or None,
        record=_id(asked.record),
        everywhere=bool(asked.everywhere),
        action=asked.action or None,
        since=_day(asked.from_, zone),
        until=_day(asked.to, zone, after=True),
        before=_id(asked.before),
        limit=PAGE,
    )


def _person(text: str) -> str | None:
    if not text:
        return None
    return text if database.is_id(text) else identity.NOBODY_ID


def _id(text: str) -> str | None:
    return text if database.is_id(text) else None


def _day(text: str, zone: str, *, after: bool = False) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    return day + timedelta(days=1) if after else day
