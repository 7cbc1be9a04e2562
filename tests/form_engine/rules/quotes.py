"""A form of offers that carries rules of every kind, and how tests ask it."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import records
from platform_core.errors import Invalid
from platform_core.identity import Actor
from tests.form_engine.publishing import Raw, form, publish, text

GRADE: Raw = {
    "kind": "dictionary",
    "schema": 1,
    "name": "term",
    "label": {"en": "Term"},
    "values": [{"key": key, "label": {"en": key.upper()}} for key in ("fob", "cif", "fca", "exw")],
}
CLIENT = form("client", text("name"), text("country"), {"type": "decimal", "name": "limit"})
TALK = form("talk", text("subject"), text("result"), {"type": "link", "name": "quote", "form": "quote"})
FIELDS: tuple[Raw, ...] = (
    text("name"),
    text("kind"),
    {"type": "decimal", "name": "amount", "scale": 2},
    {"type": "decimal", "name": "discount", "scale": 2},
    {"type": "choice", "name": "term", "dictionary": "term"},
    text("approver"),
    text("courier"),
    text("note"),
    text("site"),
    text("vat"),
    {"type": "link", "name": "client", "form": "client"},
    {
        "type": "table",
        "name": "lines",
        "fields": [
            text("item", required=True),
            {"type": "integer", "name": "qty"},
            {"type": "decimal", "name": "price", "scale": 2},
            {"type": "decimal", "name": "total", "scale": 2},
            text("reason"),
        ],
    },
    {"type": "children", "name": "talks", "form": "talk", "by": "quote"},
)


async def publish_quote(actor: Actor, *rules: Mapping[str, object], **rest: object) -> None:
    """The form `quote` with these rules."""
    await publish(actor, GRADE, CLIENT, form("quote", *FIELDS, rules=list(rules), **rest), TALK)


async def refused(actor: Actor, record: str | None = None, /, **values: object) -> dict[str, str]:
    """The codes of a save by pointer; empty where it went through."""
    try:
        if record is None:
            await records.create("quote", values, actor=actor)
        else:
            await records.update("quote", record, values, actor=actor, version=None)
    except Invalid as error:
        return {each.pointer: each.code for each in error.errors}
    return {}


async def made(actor: Actor, **values: object) -> records.Record:
    return await records.create("quote", values, actor=actor)
