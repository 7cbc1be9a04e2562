"""`url`: a web address, normalised so that one address has one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from msgspec import Meta

from form_engine.definition import IndexedField
from form_engine.fields.base import INDEXED_TEXT, TEXT_OPERATORS, FieldType, Names, Schema, problem, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import shortened, too_long
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_

_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*:(?!\d+(?:/|$))", re.IGNORECASE)
_HOST = re.compile(
    r"^(?:[^\s.:/?#@\[\]<>\"'%]{1,63}\.)+[^\s.:/?#@\[\]<>\"'%\d][^\s.:/?#@\[\]<>\"'%]{0,62}$|^localhost$"
)
_ADDRESS = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_PORTS = {"http": 80, "https": 443}


class UrlField(IndexedField, frozen=True, kw_only=True, tag="url"):
    """A web address (http or https)."""

    max_length: Annotated[int, Meta(ge=20, le=2000)] = 500
    search: bool = False


@dataclass(frozen=True, slots=True)
class UrlCodec:
    max_length: int

    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context)
        if text is None:
            return None
        found = normalised(text)
        if len(found) > self.max_length:
            raise too_long(self.max_length, len(found))
        return found

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def normalised(text: str) -> str:
    """The address with a scheme, a lower-case host, no default port and no bare slash behind the host.

    Only http and https are web addresses: a `javascript:` one would run where somebody clicks it.
    """
    whole = text if _SCHEME.match(text) else "https://" + text.removeprefix("//")
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        raise _refused(text) from None
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.scheme not in _PORTS
        or not (_HOST.match(host) or _ADDRESS.match(host))
        or re.search(r"\s", whole)
    ):
        raise _refused(text)
    return _joined(parts, host, port)


def _joined(parts: SplitResult, host: str, port: int | None) -> str:
    if parts.username is not None:
        raise FieldProblem("url_password", N_("A web address must not hold a user name or password."))
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = "" if parts.path == "/" and not parts.query and not parts.fragment else parts.path
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{place}{path}{query}{fragment}"


def _refused(text: str) -> FieldProblem:
    return FieldProblem(
        "url",
        N_("'{text}' is not a web address."),
        remedy=N_("Write it as https://example.com."),
        text=shortened(text),
    )


class UrlType(FieldType[UrlField]):
    name = "url"
    definition = UrlField
    label = N_("Web address")
    encryptable = True
    plain = True
    operators = TEXT_OPERATORS
    widgets = ("url",)

    def columns(self, field: UrlField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: UrlField, names: Names) -> FieldCodec:
        return UrlCodec(field.max_length)

    def expression_type(self, field: UrlField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: UrlField) -> Schema:
        return {"type": "string", "format": "uri", "maxLength": field.max_length}

    def check(self, field: UrlField) -> Iterator[Problem]:
        if (field.unique or field.index) and field.max_length > INDEXED_TEXT:
            yield problem(
                "/max_length",
                "index_length",
                N_("Indexed or unique text holds at most {limit} characters."),
                remedy=N_("Lower max_length, or take 'index' and 'unique' away."),
                limit=INDEXED_TEXT,
            )

    def demo(self, field: UrlField, names: Names, random: Random) -> object:
        return f"https://{random.choice(('nordic', 'pacific', 'orion'))}{random.randint(1, 99)}.example"
