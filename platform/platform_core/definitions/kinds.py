"""What a kind of definition must answer, and the kinds that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from platform_core import i18n
from platform_core.definitions.errors import KindExists, UnknownKind
from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.model import Definition, Key, PlanItem, Raw, Reference, Revision, Steps
from platform_core.errors import Problem

if TYPE_CHECKING:
    from platform_core.definitions.world import World

Lift = Callable[[Raw], Raw]
"""A pure function from one schema version of a definition to the next."""

D = TypeVar("D", bound=msgspec.Struct)


class DefinitionKind(Protocol):
    """One kind of definition. Easiest made by subclassing `Kind`, which has an answer for everything but the struct.

    The struct forbids unknown fields and has the members `kind`, `schema` and `name`. Everything but `plan` and
    `steps` is pure; those two may read the database, and `steps` must answer the same when asked twice.
    """

    @property
    def name(self) -> str:
        """ "form"."""

    @property
    def schema(self) -> int:
        """The schema version that this code reads and writes."""

    @property
    def struct(self) -> type[msgspec.Struct]:
        """What a definition is decoded to. May be built at run time, once all plugins have spoken."""

    @property
    def lifts(self) -> Mapping[int, Lift]:
        """By the version they start from: `lifts[1]` makes schema 2 of schema 1."""

    @property
    def labels(self) -> Mapping[str, tuple[str, str]]:
        """One and many, per language: {"en": ("form", "forms"), "zh": ("表单", "表单")}."""

    @property
    def icon(self) -> str:
        """A name of the icon sprite, for lists of kinds."""

    def json_schema(self) -> Raw | None:
        """The JSON Schema of a definition where the struct cannot tell all; None generates it from the struct."""

    def decode(self, raw: Raw) -> Definition:
        """The struct of a definition that fits the schema; `msgspec.ValidationError` where it does not."""

    def check(self, definition: Definition, world: World) -> list[Problem]:
        """Everything the JSON Schema cannot know, except broken references: those are checked for every kind."""

    def references(self, definition: Definition) -> list[Reference]:
        """What the definition uses."""

    def parts(self, definition: Definition) -> Iterable[str] | None:
        """The parts that others may refer to; None where parts are not checked."""

    async def plan(self, old: Revision | None, new: Definition | None, world: World) -> list[PlanItem]:
        """What publishing would do to live data. `old` is None for a new definition, `new` for a retired one.

        Not asked where `old` can no longer be decoded."""

    async def steps(self, old: Revision | None, new: Definition | None, world: World) -> Steps:
        """The steps from `old` to `new`. `old` is the newest revision, also where that one has been retired; its
        `meta` tells what was done, its `definition` may be None (no longer to be decoded)."""

    def compile(
        self, definition: Definition, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> object:
        """What the rest of the program works with."""


class Kind(Generic[D]):
    """A kind that only keeps definitions: the base to override where there is more to say."""

    name: str
    struct: type[msgspec.Struct]
    schema: int = 1
    lifts: Mapping[int, Lift] = {}
    labels: Mapping[str, tuple[str, str]] = {}
    icon: str = "layers"

    def json_schema(self) -> Raw | None:
        return None

    def decode(self, raw: Raw) -> Definition:
        return msgspec.convert(raw, self.struct)

    def check(self, definition: D, world: World) -> list[Problem]:
        return []

    def references(self, definition: D) -> list[Reference]:
        return []

    def parts(self, definition: D) -> Iterable[str] | None:
        return None

    async def plan(self, old: Revision | None, new: D | None, world: World) -> list[PlanItem]:
        return []

    async def steps(self, old: Revision | None, new: D | None, world: World) -> Steps:
        return Steps(meta=old.meta if old else {})

    def compile(
        self, definition: D, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> object:
        return definition


_kinds: dict[str, DefinitionKind] = {}


def register_kind(kind: DefinitionKind) -> None:
    """Adds a kind. The same object twice is no mistake (a program assembled again); another of that name is."""
    standing = _kinds.get(kind.name)
    if standing is not None and type(standing) is not type(kind):
        raise KindExists(kind.name)
    _kinds[kind.name] = kind


def forget_kind(name: str) -> None:
    """Takes a kind away: a plugin was switched off, a test is over."""
    _kinds.pop(name, None)


def kinds() -> tuple[DefinitionKind, ...]:
    """All kinds, in the order they came."""
    return tuple(_kinds.values())


def known(name: str) -> bool:
    return name in _kinds


def kind_named(name: str) -> DefinitionKind:
    """The kind of that name; `UnknownKind` with the nearest name where there is none."""
    found = _kinds.get(name)
    if found is None:
        raise UnknownKind(name, *did_you_mean(name, _kinds))
    return found


def kind_label(name: str, count: int = 1) -> str:
    """ "report" or "reports", in the language of the reader."""
    kind = _kinds.get(name)
    labels = kind.labels if kind else {}
    pair = labels.get(i18n.current().language) or labels.get("en") or (name, plural(name))
    return pair[0] if count == 1 else pair[1]


def plural(name: str) -> str:
    """The folder of a kind in a package, and its plural where it brings no labels: "dictionary" → "dictionaries"."""
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + "s"
