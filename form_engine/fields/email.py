"""`email`: one mail address, checked for its form and normalised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from form_engine.definition import IndexedField
from form_engine.fields.base import TEXT_OPERATORS, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import shortened
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_

_ORDINARY = re.compile(
    r"([a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@((?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,61}(?<!-)\.)+[a-z]{2,63})",
    re.IGNORECASE | re.ASCII,
)
"""Addresses as nearly everybody has them: nothing in them needs the rules of the standards, which take a while."""
_LONGEST_LOCAL, _LONGEST = 64, 254
_SPECIAL = frozenset({"alt", "arpa", "internal", "invalid", "local", "localhost", "onion", "test"})
"""Top-level domains that lead nowhere on the internet (RFC 6761)."""
_IN_BRACKETS = re.compile(r"^[^<>]*<\s*([^<>]+?)\s*>$")


class EmailField(IndexedField, frozen=True, kw_only=True, tag="email"):
    """A mail address."""

    search: bool = False


@dataclass(frozen=True, slots=True)
class EmailCodec:
    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context)
        if text is None:
            return None
        if context.textual:
            text = text.removeprefix("mailto:").strip(" ,;")
            if named := _IN_BRACKETS.match(text):
                text = named[1]
        return _address(text)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def _address(text: str) -> str:
    """The normalised address: the domain in small letters. Raises FieldProblem."""
    ordinary = _ORDINARY.fullmatch(text) if len(text) <= _LONGEST else None
    if ordinary is not None and len(ordinary[1]) <= _LONGEST_LOCAL:
        domain = ordinary[2].lower()
        # "INFO@" is "info@": some mailboxes have one name however they are written (RFC 2142).
        if domain.rpartition(".")[2] not in _SPECIAL and (ordinary[1].islower() or "." in ordinary[1]):
            return f"{ordinary[1]}@{domain}"
    return _by_the_standards(text)


def _by_the_standards(text: str) -> str:
    # Imported here: it costs 40 ms and some processes never read an address.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as refusal:
        raise FieldProblem(
            "email",
            N_("'{text}' is not a mail address."),
            remedy=N_("Write it as name@example.com."),
            text=shortened(text),
        ) from refusal
    return found.normalized


class EmailType(FieldType[EmailField]):
    name = "email"
    definition = EmailField
    label = N_("Mail address")
    encryptable = True
    plain = True
    operators = TEXT_OPERATORS
    widgets = ("email",)

    def columns(self, field: EmailField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: EmailField, names: Names) -> FieldCodec:
        return EmailCodec()

    def expression_type(self, field: EmailField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: EmailField) -> Schema:
        return {"type": "string", "format": "email", "maxLength": 254}

    def demo(self, field: EmailField, names: Names, random: Random) -> object:
        return f"{random.choice(('anna', 'li.na', 'carlos', 'omar'))}{random.randint(1, 99)}@demo.example"
