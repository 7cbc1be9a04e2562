"""Notices as their reader may see them now: titles are looked up with the reader's rights, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from platform_core import entities, records
from platform_core.database import Row
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.notifications.model import Notice
from platform_core.notifications.topics import topic_of

Titles = Mapping[tuple[str, str], Mapping[str, object]]


async def present(rows: Sequence[Row], actor: Actor) -> list[Notice]:
    """Rows of tw_notification for their reader, in the language of the present context."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["form"] is not None and row["record"] is not None:
            wanted[str(row["form"])].add(str(row["record"]))
    titles = await records.readable(wanted, actor=actor) if wanted else {}
    return [_notice(row, titles) for row in rows]


def is_about_hidden(row: Row, titles: Titles) -> bool:
    """Whether the notice is about a record that its reader may not see any more."""
    return row["form"] is not None and (str(row["form"]), str(row["record"])) not in titles


def record_link(form: str, record: str) -> str:
    """The path of a record."""
    return f"/r/{quote(_form_name(form))}/{quote(record)}"


def _notice(row: Row, titles: Titles) -> Notice:
    link = str(row["link"]) if row["link"] else None
    params = dict(_params(row))
    if row["form"] is not None:
        form, record = str(row["form"]), str(row["record"])
        wire = titles.get((form, record))
        params["record"] = str(wire["title"]) if wire else _("a record that you may not see")
        if wire is None or wire.get("archived"):
            link = None
        elif link is None:
            link = record_link(form, record)
    topic = topic_of(str(row["topic"]))
    return Notice(
        id=str(row["id"]),
        topic=topic.name,
        topic_label=_(topic.label),
        text=_(str(row["msgid"]), **params),
        link=link,
        created_at=row["created_at"],  # type: ignore[arg-type]  # the column is an instant
        read_at=row["read_at"],  # type: ignore[arg-type]  # the column is an instant
    )


def _params(row: Row) -> Mapping[str, object]:
    raw = row["params"]
    return raw if isinstance(raw, dict) else {}


def _form_name(form: str) -> str:
    entity = entities.find(form)
    if entity is None:
        return form
    try:
        found = entities.find(entity.name)
    except entities.AmbiguousEntity:
        return entity.key
    return entity.name if found is not None and found.key == entity.key else entity.key


COLUMNS = "id, user_id, topic, msgid, params, form, record, link, created_at, read_at"
