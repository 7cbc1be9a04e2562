"""What is told, and how it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Delivery = Literal["off", "now", "daily"]
"""Whether a topic is mailed: not, at once, or once a day with everything else that waits."""


class Message(msgspec.Struct, frozen=True):
    """A sentence for whoever reads it: a message id, and plain values for its `{name}` places.

    `{record}` is filled by itself: with the title of the record a notice is about, as its reader may see it.
    """

    msgid: str
    params: dict[str, str | int] = msgspec.field(default_factory=dict)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One notice as its reader sees it now: `text` is a sentence in their language, `link` a path of ours or None."""

    id: str
    topic: str
    topic_label: str
    text: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """Notices, the newest first. `next_before` is the id to go on from, None at the end."""

    items: list[Notice]
    unread: int
    next_before: str | None = None
