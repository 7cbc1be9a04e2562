"""What plugins contribute that no lower subject keeps: connectors, document filters, code lists, and their types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar, get_args

from msgspec import Struct

ConnectorKind = Literal[
    "lead_source", "mailbox", "message_channel", "telephony", "erp", "rates", "calendar", "storage", "sign_in"
]
CONNECTOR_KINDS: tuple[str, ...] = get_args(ConnectorKind)


class Connector(Struct, frozen=True, kw_only=True):
    """A way to an outside system. `open` makes the object that talks to it from the connector's settings.

    What that object can do is the Protocol of the subject that uses the kind; `settings` is the JSON Schema of what
    one configured connection needs (`writeOnly` properties are kept as secrets).
    """

    kind: ConnectorKind
    name: str
    label: Mapping[str, str]
    open: Callable[[Mapping[str, object]], object]
    settings: Mapping[str, object] = {}


DocumentFilter = Callable[..., object]
"""A filter of document and message templates: `{{ value | name(argument) }}`. Pure, quick, without the database."""


class CodeList(Protocol):
    """A list of codes that is too long, or too official, to be a definition: customs numbers, ports, banks."""

    @property
    def name(self) -> str:
        """Its name, unique in the installation: "hs_codes"."""

    @property
    def label(self) -> Mapping[str, str]:
        """What people call it, per language."""

    def text(self, code: str, language: str) -> str | None:
        """What a code means, in the language where known; None for a code that is not in the list."""

    def search(self, text: str, language: str, limit: int) -> Sequence[tuple[str, str]]:
        """(code, text) of what people mean by `text`: the beginning of a code, or words; best first."""


T = TypeVar("T")


class Shelf(dict[str, T]):
    """Contributions of one sort by name; a second one of a name is refused by `put`."""

    def put(self, name: str, value: T) -> Callable[[], None]:
        """Keep it. ValueError where the name is taken. Returns what takes it out again."""
        if name in self:
            raise ValueError(f"the name '{name}' is taken")
        self[name] = value
        return lambda: self.drop(name, value)

    def drop(self, name: str, value: T) -> None:
        """Take it out, if it is still this one."""
        if self.get(name) is value:
            del self[name]


_connectors: Shelf[Connector] = Shelf()
_filters: Shelf[DocumentFilter] = Shelf()
_code_lists: Shelf[CodeList] = Shelf()


def put_connector(connector: Connector) -> Callable[[], None]:
    """Keep a connector; ValueError for an unknown kind or a taken name."""
    if connector.kind not in CONNECTOR_KINDS:
        raise ValueError(f"there is no kind of connector '{connector.kind}': {', '.join(CONNECTOR_KINDS)}")
    return _connectors.put(f"{connector.kind}.{connector.name}", connector)


def put_filter(name: str, function: DocumentFilter) -> Callable[[], None]:
    """Keep a document filter; ValueError where the name is no identifier or taken."""
    if not (name.isidentifier() and name.isascii()):
        raise ValueError(f"'{name}' cannot be written in a template")
    return _filters.put(name, function)


def put_code_list(codes: CodeList) -> Callable[[], None]:
    """Keep a code list; ValueError where the name is taken."""
    return _code_lists.put(codes.name, codes)


def connectors(kind: str | None = None) -> tuple[Connector, ...]:
    """The connectors that plugins bring, of one kind or all."""
    return tuple(one for one in _connectors.values() if kind in (None, one.kind))


def document_filters() -> Mapping[str, DocumentFilter]:
    """The template filters that plugins bring, by name."""
    return dict(_filters)


def code_list(name: str) -> CodeList | None:
    """A code list that a plugin brings; None where there is none of that name (now)."""
    return _code_lists.get(name)


def code_lists() -> tuple[CodeList, ...]:
    """All code lists, by name."""
    return tuple(_code_lists[name] for name in sorted(_code_lists))
