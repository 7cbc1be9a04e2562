"""What a search answers."""

from __future__ import annotations

import msgspec

from platform_core.entities import Entity
from platform_core.search.marking import Piece


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was found. `pieces` is its title cut at what was looked for.

    Where title and number do not say why, `field` names the field that does and `excerpt` holds its text in pieces.
    """

    form: str
    id: str
    title: str
    code: str | None = None
    pieces: tuple[Piece, ...] = ()
    field: str = ""
    excerpt: tuple[Piece, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one form, the best first. `more` tells that there are others."""

    entity: Entity
    hits: tuple[Hit, ...]
    more: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `too_short` where the query holds nothing to look for; `cut_off` where it took too long."""

    query: str
    groups: tuple[Group, ...] = ()
    too_short: bool = False
    cut_off: bool = False
