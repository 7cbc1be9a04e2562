"""What people may want to be told of, or not."""

from __future__ import annotations

import re

import msgspec

from platform_core.i18n import N_
from platform_core.notifications.model import Delivery

_NAME = re.compile(r"[a-z][a-z0-9_.]{0,59}")


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One line of everybody's preferences. `label` and `text` are message ids; `icon` a name of the sprite.

    `mail` is what counts for whoever has chosen nothing.
    """

    name: str
    label: str
    text: str = ""
    icon: str = "bell"
    mail: Delivery = "off"


_topics: dict[str, Topic] = {}


def add_topic(topic: Topic) -> None:
    """Makes a topic known. ValueError for a name that is none, or that another topic has."""
    if not _NAME.fullmatch(topic.name):
        raise ValueError(f"{topic.name!r} is not the name of a topic")
    if _topics.setdefault(topic.name, topic) != topic:
        raise ValueError(f"two topics want the name {topic.name}")


def topics() -> tuple[Topic, ...]:
    """Every topic, in the order they were added."""
    return tuple(_topics.values())


def topic_of(name: str) -> Topic:
    """A topic by name; one that nobody has added is shown as a message of the program."""
    return _topics.get(name) or Topic(name=name, label=SYSTEM.label, text=SYSTEM.text, icon=SYSTEM.icon)


MENTION = Topic(
    name="mention",
    label=N_("Somebody mentions me"),
    text=N_("A comment names you with an @"),
    icon="chat",
    mail="now",
)
OWNER = Topic(
    name="owner",
    label=N_("A record becomes mine"),
    text=N_("Somebody makes you the owner of a record"),
    icon="user",
)
COMMENT = Topic(
    name="comment",
    label=N_("Comments on my records"),
    text=N_("Somebody comments on a record that you own"),
    icon="chat",
)
SYSTEM = Topic(
    name="system",
    label=N_("Messages of the program"),
    text=N_("Work that has ended, or that needs you"),
    icon="info",
)
