"""What our own mails say: of one notice, of a day's notices, and the test mail."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from platform_core import database, i18n, identity, records, settings
from platform_core.errors import NotFound
from platform_core.i18n import _, ngettext
from platform_core.identity import User
from platform_core.notifications.composing import Letter
from platform_core.notifications.model import Notice
from platform_core.notifications.presenting import COLUMNS, is_about_hidden, present

_LINE = 300
_PAGE = Markup(
    '<!doctype html><html lang="{tag}" dir="{direction}"><head><meta charset="utf-8"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#f4f6f8;color:#1c2733;font:16px/1.5 system-ui,sans-serif">'
    '<div style="max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px">{body}'
    '<p style="margin:24px 0 0;color:#5b6b7b;font-size:13px">{footer}</p></div></body></html>'
)
_ITEM = Markup('<p style="margin:0 0 12px">{text}</p>')
_LINKED = Markup('<p style="margin:0 0 12px"><a href="{url}" style="color:#0b5cad">{text}</a></p>')


async def letter_of_notice(notice_id: str) -> Letter | None:
    """The mail of a notice; None where it is gone, read meanwhile, or its reader may not know it any more."""
    row = await database.fetch_one(
        f"SELECT {COLUMNS} FROM tw_notification WHERE id = ? AND read_at IS NULL", (notice_id,)
    )
    if row is None:
        return None
    reader = await _reader(str(row["user_id"]))
    if reader is None:
        return None
    user, actor = reader
    if row["form"] is not None:
        form, record = str(row["form"]), str(row["record"])
        if is_about_hidden(row, await records.readable({form: [record]}, actor=actor)):
            return None
    with i18n.speaking(user.language, user.zone):
        (notice,) = await present([row], actor)
        return _letter(user, notice.text, [notice], key=f"notice:{notice.id}")


async def letter_of_day(user_id: str, notice_ids: Sequence[str], key: str) -> Letter | None:
    """The mail of a day: those of the notices that are still new and may still be known."""
    reader = await _reader(user_id)
    if reader is None:
        return None
    user, actor = reader
    condition = database.dialect().in_list("id")
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_notification WHERE user_id = ? AND read_at IS NULL AND {condition} ORDER BY id",
        (user_id, sorted(notice_ids)),
    )
    wanted: dict[str, set[str]] = {}
    for row in rows:
        if row["form"] is not None:
            wanted.setdefault(str(row["form"]), set()).add(str(row["record"]))
    titles = await records.readable(wanted, actor=actor)
    with i18n.speaking(user.language, user.zone):
        notices = await present([row for row in rows if not is_about_hidden(row, titles)], actor)
        if not notices:
            return None
        subject = ngettext("{n} new notice", "{n} new notices", len(notices))
        return _letter(user, f"{settings.current().company}: {subject}", notices, key=key)


def test_letter(user: User, key: str) -> Letter:
    """What an admin gets who tries the mail server."""
    with i18n.speaking(user.language, user.zone):
        text = _("This is a test. If you can read it, Tradewind can send mail.")
        notice = Notice(
            id="",
            topic="",
            topic_label="",
            text=text,
            link="/admin/mail",
            created_at=user.created_at,
            read_at=None,
        )
        return _letter(
            user, _("Test mail of {company}", company=settings.current().company), [notice], key=key
        )


async def _reader(user_id: str) -> tuple[User, identity.Actor] | None:
    try:
        user = await identity.user(user_id)
        actor = await identity.actor_of(user_id)
    except NotFound:
        return None
    return (user, actor) if user.email else None


def _letter(user: User, subject: str, notices: Sequence[Notice], key: str) -> Letter:
    footer = _("You can choose what is mailed to you: {url}", url=address("/notifications/preferences"))
    plain = [f"{notice.text}\n{address(notice.link)}" if notice.link else notice.text for notice in notices]
    body = Markup("").join(
        _LINKED.format(url=address(notice.link), text=notice.text)
        if notice.link
        else _ITEM.format(text=notice.text)
        for notice in notices
    )
    line = " ".join(subject.split())[:_LINE]
    language = i18n.known(user.language)
    return Letter(
        to=(user.email,),
        subject=line if len(line) <= 250 else line[:249] + "…",
        text="\n\n".join([*plain, "--", footer]) + "\n",
        html=str(
            _PAGE.format(
                tag=language.tag,
                direction=i18n.direction(user.language),
                subject=line,
                body=body,
                footer=footer,
            )
        ),
        key=key,
        language=user.language,
    )


def address(path: str) -> str:
    """The whole address of a path of ours, as people type it."""
    current = settings.current()
    base = current.public_url or f"http://{current.host}:{current.port}"
    return base.rstrip("/") + path
