"""What this room tells the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from platform_core.identity import Actor

SaveAction = Literal["create", "update", "archive", "restore", "purge"]
ChangeAction = Literal["create", "update", "archive", "restore", "purge", "comment"]


class RecordSaved(msgspec.Struct, frozen=True, kw_only=True):
    """A record was written; published inside the transaction, so a listener that raises undoes the save.

    `before` and `after` are canonical values by field, None where there is none. `changed` names the fields that
    differ. `quiet` asks to start nothing but assignment (an import).
    """

    form: str
    id: str
    version: int
    action: SaveAction
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    changed: tuple[str, ...]
    actor: Actor
    quiet: bool = False


class RecordChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The same after the commit, with nothing in it that anybody may not see."""

    form: str
    id: str
    version: int
    action: ChangeAction


class RecordCommented(msgspec.Struct, frozen=True, kw_only=True):
    """A comment was added to a record; published inside the transaction."""

    form: str
    id: str
    comment: str
    text: str
    actor: Actor


class FormsLeft(msgspec.Struct, frozen=True, kw_only=True):
    """An app is taken out with all its forms; published inside the transaction, so that every room forgets its part.

    `forms` fits the keys of its forms in `LIKE ? ESCAPE '!'`.
    """

    app: str
    forms: str
