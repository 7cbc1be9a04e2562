"""What people are told of by themselves: a comment that names them, a record that becomes theirs."""

from __future__ import annotations

import re
from collections.abc import Callable

from platform_core import database, events, identity, records
from platform_core.i18n import N_
from platform_core.notifications.model import Message
from platform_core.notifications.notifying import notify
from platform_core.notifications.topics import COMMENT, MENTION, OWNER, SYSTEM, add_topic
from platform_core.records import FormsLeft, RecordCommented, RecordSaved

_MOST_MENTIONS = 20
_ADDRESS = re.compile(r"(?<![\w@])@([^\s@<>,;:()]+@[^\s@<>,;:()]+\.\w+)")
_NAMED = re.compile(r"(?<![\w@.])@([^\s@][^@\n]{0,59})")
_MOST_WORDS = 4
_leave: list[Callable[[], None]] = []


def enter() -> None:
    """Listens to records, and makes the topics of these notices known. Called again, it listens once."""
    while _leave:
        _leave.pop()()
    for topic in (MENTION, OWNER, COMMENT, SYSTEM):
        add_topic(topic)
    _leave.append(events.subscribe(RecordCommented, tell_of_comment))
    _leave.append(events.subscribe(RecordSaved, tell_new_owner))
    _leave.append(events.subscribe(FormsLeft, forget_forms))


async def forget_forms(event: FormsLeft) -> None:
    """Nobody is told of records that are no more."""
    await database.execute("DELETE FROM tw_notification WHERE form LIKE ? ESCAPE '!'", (event.forms,))


async def tell_of_comment(event: RecordCommented) -> None:
    """Whoever a comment names is told, and the record's owner; never its author, nobody twice, nobody who may not see
    the record."""
    author = event.actor
    named = [person for person in await mentioned(event.text) if person != author.user_id]
    about = (event.form, event.id)
    await notify(
        named,
        topic=MENTION.name,
        text=Message(N_("{by} mentions you at {record}"), {"by": author.name}),
        key=f"comment:{event.comment}",
        about=about,
    )
    owner = await _owner_of(event.form, event.id)
    if owner and owner != author.user_id and owner not in named:
        await notify(
            [owner],
            topic=COMMENT.name,
            text=Message(N_("{by} comments on {record}"), {"by": author.name}),
            key=f"comment:{event.comment}",
            about=about,
        )


async def tell_new_owner(event: RecordSaved) -> None:
    """Whoever becomes the owner by somebody else's hand is told; an import tells nobody."""
    if event.quiet or "owner" not in event.changed or event.action not in ("create", "update"):
        return
    owner = (event.after or {}).get("owner")
    if not isinstance(owner, str) or owner == event.actor.user_id:
        return
    await notify(
        [owner],
        topic=OWNER.name,
        text=Message(N_("{by} makes you the owner of {record}"), {"by": event.actor.name}),
        key=f"owner:{event.form}/{event.id}/{event.version}",
        about=(event.form, event.id),
    )


async def mentioned(text: str) -> list[str]:
    """Ids of the active people whom a text names: `@Lina Wang`, `@王丽娜`, `@lina@nordic-tools.example`."""
    candidates: list[list[str]] = [[found.group(1)] for found in _ADDRESS.finditer(text)]
    candidates += [_beginnings(found.group(1)) for found in _NAMED.finditer(text)]
    candidates = candidates[:_MOST_MENTIONS]
    if not candidates:
        return []
    people = await identity.find_people({name for names in candidates for name in names})
    found_ids = [next((people[name].id for name in names if name in people), None) for names in candidates]
    return list(dict.fromkeys(found for found in found_ids if found))


def _beginnings(text: str) -> list[str]:
    """What the name after an @ may be, the longest first: up to four words, or a few characters of Chinese."""
    words = text.split()[:_MOST_WORDS]
    tries = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    bare = [attempt.rstrip(".,;:!?，。；：！？、)）]】'\"") for attempt in tries]
    first = words[0] if words else ""
    chinese = [first[:count] for count in range(min(6, len(first)), 1, -1)] if _is_cjk(first) else []
    return list(dict.fromkeys(name for name in (*tries, *bare, *chinese) if len(name) > 1))


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in text[:6])


async def _owner_of(form: str, record: str) -> str | None:
    """The owner of a record, seen with the system's eyes."""
    found = await records.get(form, record, actor=identity.SYSTEM, fields=("owner",), bin=True)
    owner = found.values.get("owner")
    return str(owner["id"]) if isinstance(owner, dict) and owner.get("id") else None
