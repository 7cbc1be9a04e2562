"""What there is to choose from when a form begins: apps, roles, field types."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from form_engine.builders.starting.making import GRANT_WORDS, Begun
from form_engine.fields.in_use import types_in_use
from platform_core import definitions, i18n
from platform_core.definitions import LOCAL
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web import Option

SIMPLE = (
    "text", "long_text", "integer", "decimal", "percent", "money", "boolean", "choice", "choices", "date", "datetime",
    "email", "phone", "url", "country", "currency", "language", "link", "user", "file", "files",
)  # fmt: skip
"""The types that need nothing but a label, or a list of values, or a form."""


async def apps_for(actor: Actor, *, menus: bool = False) -> list[Option]:
    """The apps a form may belong to; with `menus` those that have a menu, by key."""
    lines = await definitions.listing("app", actor=actor)
    standing = [line for line in lines if line.state in ("published", "changed")]
    found = [
        Option(line.key.full_name if menus else line.key.app, i18n.label(line.label) or line.key.name)
        for line in standing
    ]
    if menus:
        return found
    return [Option(LOCAL, _("Our own (local)")), *(one for one in found if one.value != LOCAL)]


async def roles_for(actor: Actor) -> list[Option]:
    """The published roles."""
    lines = await definitions.listing("role", actor=actor)
    return [
        Option(line.key.full_name, i18n.label(line.label) or line.key.name)
        for line in lines
        if line.state in ("published", "changed")
    ]


def grants_for() -> list[Option]:
    """What a role may do with the new form."""
    return [Option(word, _(text)) for word, text in GRANT_WORDS.items()]


def field_types(names: Sequence[str] = SIMPLE) -> list[Option]:
    """Field types by name, in this order."""
    types = types_in_use()
    return [Option(name, _(types.named(name).label)) for name in names if name in types.names()]


def designed_url(begun: Begun) -> str:
    """Where the new form is worked on."""
    return f"/admin/design/form/{quote(begun.full_name)}"
