"""The stored form of a dictionary."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from form_engine.definition import LabelMap, Name, TextMap

COLORS = ("gray", "blue", "green", "amber", "red", "purple", "teal", "pink")

ValueKey = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]


class ValueDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value. `key` is what records store and never changes; `aliases` is what outside systems call it."""

    key: ValueKey
    label: LabelMap
    color: Literal["gray", "blue", "green", "amber", "red", "purple", "teal", "pink"] | None = None
    order: int = 0
    active: bool = True
    """An inactive value stays on the records that have it and is offered no more."""
    parent: ValueKey | None = None
    merged_into: ValueKey | None = None
    """The value that took this one over: records that held this one hold that one, and whoever says this one means
    that one. Taken out again, the records come back."""
    aliases: dict[Name, Annotated[str, Meta(max_length=200)]] = {}


class DictionaryDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice list."""

    name: Name
    label: LabelMap
    values: tuple[ValueDef, ...]
    kind: Literal["dictionary"] = "dictionary"
    schema: Literal[1] = 1
    help: TextMap = {}
