"""One line of the audit: who did what to what, when, through which door; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

REFUSAL = "access"
"""The kind of a line that tells of something refused."""


class Who(Protocol):
    """What the audit needs of an actor; `identity.Actor` has it."""

    @property
    def user_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def via(self) -> str: ...
    @property
    def request_id(self) -> str: ...
    @property
    def ip(self) -> str: ...
    @property
    def session_id(self) -> str | None: ...


def who_answers(actor: Who) -> str:
    """The id of who answers for what is done: who looks with somebody else's eyes still looks themselves."""
    return str(getattr(actor, "viewer", None) or actor.user_id)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A line to be written.

    `action` is a dotted verb ("record.update"), `kind` what it is about ("record", "definition", "session",
    "user", "access" for a refusal, …), `subject` "<form key>/<id>" or "<kind>/<name>". `fields` are names only, `digest` the keyed digest of the changed values (`audit.digest`), `detail` facts without
    personal or business values (counts, codes, names of definitions).
    """

    action: str
    actor: Who
    kind: str = "record"
    subject: str = ""
    fields: tuple[str, ...] = ()
    digest: bytes | None = None
    detail: Mapping[str, object] = {}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read back. `sealed` tells whether the hash chain already holds it."""

    id: str
    at: datetime
    action: str
    kind: str
    subject: str
    user_id: str
    via: str
    ip: str
    request_id: str
    session_id: str | None
    fields: tuple[str, ...]
    digest: bytes | None
    detail: Mapping[str, object]
    sealed: bool
