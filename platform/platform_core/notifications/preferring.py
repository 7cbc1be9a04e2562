"""What somebody wants to be told of, and how."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args

import msgspec

from platform_core import database
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.notifications.model import Delivery
from platform_core.notifications.topics import Topic, topic_of, topics


class Preference(msgspec.Struct, frozen=True, kw_only=True):
    """How one person is told of one topic. `chosen` False: what counts for everybody."""

    topic: Topic
    in_app: bool
    mail: Delivery
    chosen: bool


async def preferences(actor: Actor) -> list[Preference]:
    """Every topic with what counts for this person."""
    chosen = (await chosen_by([actor.user_id])).get(actor.user_id, {})
    return [chosen.get(topic.name) or default_of(topic.name) for topic in topics()]


async def prefer(topic: str, *, in_app: bool, mail: Delivery, actor: Actor) -> None:
    """Sets how this person is told of a topic. Raises Invalid for a topic or way that there is not."""
    if topic not in {known.name for known in topics()}:
        raise Invalid.one("/topic", "unknown_topic", N_("There is no such topic."))
    if mail not in get_args(Delivery):
        raise Invalid.one("/mail", "choice", N_("Mail is off, now or daily."))
    await database.execute(
        "INSERT INTO tw_notification_preference (user_id, topic, in_app, mail) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (user_id, topic) DO UPDATE SET in_app = excluded.in_app, mail = excluded.mail",
        (actor.user_id, topic, in_app, mail),
    )


async def chosen_by(user_ids: Collection[str]) -> Mapping[str, Mapping[str, Preference]]:
    """What people have chosen themselves, by person and topic."""
    condition = database.dialect().in_list("user_id")
    rows = await database.fetch_all(
        f"SELECT user_id, topic, in_app, mail FROM tw_notification_preference WHERE {condition}",
        (sorted(user_ids),),
    )
    found: dict[str, dict[str, Preference]] = {}
    for row in rows:
        topic = str(row["topic"])
        found.setdefault(str(row["user_id"]), {})[topic] = Preference(
            topic=topic_of(topic),
            in_app=bool(row["in_app"]),
            mail=msgspec.convert(row["mail"], Delivery),
            chosen=True,
        )
    return found


def default_of(topic: str, *, mail: bool = False) -> Preference:
    """What counts for whoever has chosen nothing; `mail` True: the message itself asks to be mailed."""
    known = topic_of(topic)
    return Preference(topic=known, in_app=True, mail="now" if mail else known.mail, chosen=False)
