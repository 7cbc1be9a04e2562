"""What the templates ask about values of the richer field types."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from form_engine.definition import FieldDef
from form_engine.fields.address import AddressType
from form_engine.fields.in_use import types_in_use
from form_engine.fields.json import pretty
from form_engine.fields.rich_text import washed
from form_engine.fields.social import PLATFORMS, address_of, platform_name
from form_engine.fields.tree_choice import path_to
from form_engine.kind.names import NO_NAMES
from form_engine.screens.choices import dictionary_of
from platform_core import i18n
from platform_core.entities import EntityField
from platform_core.web import Option

TYPED = frozenset(
    ("tags", "rating", "tree_choice", "time", "duration", "rich_text", "address", "geo", "social", "image", "signature",
     "consent", "barcode", "json")
)  # fmt: skip
"""Field types whose control and value stand in `_typed.html`."""
GROUPED = frozenset(("rating", "address", "social", "image", "signature", "consent"))
"""Those of them that are several inputs."""


def typed_text(field: EntityField, value: object) -> str:
    """A wire value as its one input has it, to be read back; text that was typed stays as it is."""
    if value is None or value in ("", [], ()):
        return ""
    stored = not isinstance(value, str) or (field.type == "duration" and value.lstrip("-").startswith("P"))
    if not stored or not isinstance(field.definition, FieldDef):
        return str(value)
    return str(types_in_use().of(field.definition).cell(field.definition, NO_NAMES, value, i18n.current()))


def tree_path(field: EntityField, wire: object) -> str:
    """The labels from the root to the value, in the reader's language."""
    return path_to(dictionary_of(field), str(wire), None)


def rich(wire: object) -> Markup:
    """Formatted text for a page: washed once more, whatever wrote it."""
    return Markup(washed(str(wire)))


def address_on_envelope(wire: object) -> tuple[str, ...]:
    """The lines of an address, the country in the reader's language."""
    return AddressType().lines(wire, i18n.current())


def social_url(wire: object) -> str:
    """Where an account is; "" where that has no address."""
    return address_of(wire) if isinstance(wire, Mapping) else ""


def platforms() -> tuple[Option, ...]:
    """The networks that an account may be on."""
    return tuple(Option(key, platform_name(key) if key != "other" else i18n._("Other")) for key in PLATFORMS)


def pretty_json(value: object) -> str:
    """JSON with line breaks."""
    return "" if value is None else pretty(value)
