"""Telling open screens that something has come: in this process by an event, in others by a signal."""

from __future__ import annotations

import msgspec

from platform_core import database, events

CHANNEL = "tw_notice"
_MOST_NAMED = 150
"""User ids in one signal: PostgreSQL takes 7,999 bytes."""


class Arrived(msgspec.Struct, frozen=True):
    """These people have notices that they have not seen, or have read some; published after the commit."""

    user_ids: tuple[str, ...]


async def wake(user_ids: list[str]) -> None:
    """Tells everybody's screens, after the caller's commit. Only saves time: who hears nothing finds it on the next page."""
    people = tuple(dict.fromkeys(user_ids))
    for start in range(0, len(people), _MOST_NAMED):
        await database.notify(CHANNEL, ",".join(people[start : start + _MOST_NAMED]))
    database.after_commit_with(_tell, people)


async def _tell(groups: list[tuple[str, ...]]) -> None:
    people = dict.fromkeys(person for group in groups for person in group)
    await events.publish(Arrived(tuple(people)))
