"""One's own notices: how many are new, what they say, marking them read."""

from __future__ import annotations

from platform_core import clock, database
from platform_core.database import is_id
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.notifications.model import Notice, NoticePage
from platform_core.notifications.presenting import COLUMNS, present
from platform_core.notifications.waking import wake

_MOST = 100
_MOST_KNOWN = 10_000
_known: dict[str, int] = {}


async def count_unread(user_id: str) -> int:
    """How many notices somebody has not read, at most 100 (screens say "99+")."""
    found = await database.fetch_value(
        "SELECT COUNT(*) FROM (SELECT 1 FROM tw_notification WHERE user_id = ? AND shown AND read_at IS NULL LIMIT 100) t",
        (user_id,),
    )
    unread = int(str(found))
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[user_id] = unread
    return unread


def known_unread(user_id: str) -> int:
    """What `count_unread` last said in this process, 0 where nobody has asked: for the frame of a page, which the
    browser brings up to date."""
    return _known.get(user_id, 0)


async def inbox_of(
    actor: Actor,
    *,
    unread: bool = False,
    topic: str | None = None,
    before: str | None = None,
    limit: int = 30,
) -> NoticePage:
    """The actor's notices, the newest first, in the language of the present context."""
    conditions, params = ["user_id = ?", "shown"], list[object]([actor.user_id])
    if unread:
        conditions.append("read_at IS NULL")
    if topic:
        conditions.append("topic = ?")
        params.append(topic)
    if before and is_id(before):
        conditions.append("id < ?")
        params.append(before)
    size = max(1, min(limit, _MOST))
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_notification WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?",
        (*params, size + 1),
    )
    items = await present(rows[:size], actor)
    more = items[-1].id if len(rows) > size else None
    return NoticePage(items=items, unread=await count_unread(actor.user_id), next_before=more)


async def find(notice_id: str, actor: Actor) -> Notice:
    """One of the actor's own notices. Raises NotFound, also for somebody else's."""
    rows = []
    if is_id(notice_id):
        rows = await database.fetch_all(
            f"SELECT {COLUMNS} FROM tw_notification WHERE id = ? AND user_id = ? AND shown",
            (notice_id, actor.user_id),
        )
    if not rows:
        raise NotFound()
    return (await present(rows, actor))[0]


async def mark_read(notice_id: str, actor: Actor, *, read: bool = True) -> None:
    """Marks one of the actor's own notices as read, or as new again. Raises NotFound."""
    now = clock.now() if read else None
    async with database.transaction():
        changed = 0
        if is_id(notice_id):
            changed = await database.execute(
                "UPDATE tw_notification SET read_at = ? WHERE id = ? AND user_id = ? AND shown",
                (now, notice_id, actor.user_id),
            )
        if not changed:
            raise NotFound()
        await wake([actor.user_id])


async def mark_all_read(actor: Actor, *, until: str | None = None) -> int:
    """Marks all of the actor's notices as read; with `until` (an id) none that came after that one. Returns how many."""
    tail = " AND id <= ?" if until and is_id(until) else ""
    async with database.transaction():
        changed = await database.execute(
            f"UPDATE tw_notification SET read_at = ? WHERE user_id = ? AND shown AND read_at IS NULL{tail}",
            (clock.now(), actor.user_id, *([until] if tail else [])),
        )
        if changed:
            await wake([actor.user_id])
    return changed


async def remove(notice_id: str, actor: Actor) -> None:
    """Forgets one of the actor's own notices. Raises NotFound."""
    async with database.transaction():
        changed = 0
        if is_id(notice_id):
            changed = await database.execute(
                "DELETE FROM tw_notification WHERE id = ? AND user_id = ?", (notice_id, actor.user_id)
            )
        if not changed:
            raise NotFound()
        await wake([actor.user_id])
