"""The values of this room: what a definition is called, what a publish would do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

from platform_core.database import Step
from platform_core.errors import Problem

LOCAL = "local"
"""The app of a definition that a company made for itself."""

NAME_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
"""What a definition or an app may be called."""

Raw = dict[str, object]
"""A definition as JSON, before it is decoded."""

Definition: TypeAlias = Any
"""A decoded definition: the struct of its kind. Only the kind itself knows which one that is."""

Severity = Literal["info", "advice", "warning", "danger"]


class Key(msgspec.Struct, frozen=True, order=True):
    """The natural key of a definition; the same in every installation."""

    kind: str
    app: str
    name: str

    @property
    def text(self) -> str:
        """ "trade_crm/form/account"."""
        return f"{self.app}/{self.kind}/{self.name}"

    @property
    def full_name(self) -> str:
        """ "trade_crm.account": what the definition is called where its bare name is not unique."""
        return f"{self.app}.{self.name}"


class ChangeItem(msgspec.Struct, frozen=True, kw_only=True):
    """One definition of a change set, as JSON."""

    kind: str
    name: str
    definition: Raw
    app: str = LOCAL

    @property
    def key(self) -> Key:
        return Key(self.kind, self.app, self.name)


class Reference(msgspec.Struct, frozen=True):
    """What a definition uses: another definition, or one `part` of it (a field of a form, a value of a dictionary).

    `name` is a bare name or "app.name"; a bare one means the own app first, then the only one of that name.
    `pointer` is the place in the referring definition. A reference that is not `required` may point nowhere.
    """

    kind: str
    name: str
    part: str | None = None
    pointer: str = ""
    required: bool = True


class AskedValue(msgspec.Struct, frozen=True):
    """One distinct value that stands in `count` rows, and what becomes of it without an answer (None: it is lost).

    `value` is as on the wire, `text` as people read it.
    """

    value: object
    text: str
    count: int
    becomes: object = None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan item lets people decide, answered in `answers` under the item's id.

    `mapping`: {"map": [[old, new], …]} says where each of `values` goes; `options` are (value, label) to choose from,
    empty where anything may be typed. `fill`: {"fill": value} is written into the rows that lack one.
    """

    what: Literal["mapping", "fill"]
    values: tuple[AskedValue, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    more: int = 0
    """Distinct values beyond those listed."""


Answers = Mapping[str, object]
"""What was said to plan items, by their ids."""


class PlanItem(msgspec.Struct, frozen=True, kw_only=True):
    """One consequence of a publish.

    `id` stays the same as long as the consequence does ("field.incoterm.required"); a `destructive` one is done only
    when its id is accepted. `message` is a message id with places for `params`; `count` of `total` live rows are
    touched.
    """

    id: str
    code: str
    message: str
    params: dict[str, object] = {}
    count: int | None = None
    total: int | None = None
    destructive: bool = False
    severity: Severity = "info"
    pointer: str = ""
    asks: Ask | None = None
    """What else may be said to this item in `answers`."""

    @property
    def text(self) -> str:
        """The English sentence with its parameters."""
        return Problem(pointer="", code=self.code, message=self.message, params=self.params).text


class DataStep(msgspec.Struct, frozen=True):
    """A step that moves data, done by the function registered under `handler` inside the publishing transaction.

    On a big table a handler that works in portions does it in the background instead. A `check` changes nothing: it
    raises where the publish cannot be.
    """

    handler: str
    params: Mapping[str, object] = {}
    check: bool = False


class Steps(msgspec.Struct, frozen=True):
    """What has to be done to the database, in order, and what to remember with the revision.

    `meta` is JSON: what the next revision must know and the definition does not say (a form's field-to-column map).
    """

    steps: tuple[Step | DataStep, ...] = ()
    meta: Mapping[str, object] = {}
    rows: int = 0
    """How many rows those steps go through that cannot be done at once (copying, indexes); counting may stop at the
    bound from which on that is done in the background."""


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One published state of a definition; never changed again.

    `definition` is decoded by today's code, None where that can no longer read it (work from `raw` and `meta` then);
    `raw` is what was published. `author` is a user id.
    """

    key: Key
    number: int
    hash: str
    definition: Definition
    raw: Raw
    meta: Mapping[str, object]
    note: str
    author: str
    at: datetime


class RevisionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the revision list. `change_set` is shared by what was published together."""

    number: int
    hash: str
    note: str
    author: str
    author_name: str
    at: datetime
    change_set: str
    current: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is being worked on. `rev` grows with every change, also when somebody publishes past the draft.

    Without a draft `definition` is the published one, or empty, and `exists` is False. `base` is the revision that the
    draft was started from (0: none).
    """

    key: Key
    rev: int
    definition: Raw
    exists: bool = True
    base: int = 0
    updated_by: str = ""
    updated_by_name: str = ""
    updated_at: datetime | None = None


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything wrong with a change set, and what publishing it would do.

    `by_item` lists the problems of each item with pointers into its definition. `problems` is all of them; with more
    than one item their pointers start with "/items/<n>/definition". Plan ids of several items start with the item's
    key ("trade_crm/form/account:field.fax.removed").
    """

    by_item: tuple[tuple[Problem, ...], ...]
    problems: tuple[Problem, ...]
    plan: tuple[PlanItem, ...]
    unchanged: tuple[Key, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


class Published(msgspec.Struct, frozen=True):
    """A revision that a publish made."""

    key: Key
    revision: int
    hash: str


class PublishResult(msgspec.Struct, frozen=True, kw_only=True):
    """`revisions` are the new ones; `unchanged` already stood so and got none. `job` is the id of the background job
    that finishes the work, or None where everything is done. `version` is the catalog's."""

    revisions: tuple[Published, ...]
    unchanged: tuple[Key, ...] = ()
    version: int = 0
    job: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of definitions."""

    key: Key
    label: Mapping[str, str]
    revision: int
    state: Literal["draft", "published", "changed", "retired", "broken"]
    """draft: never published; changed: published, with a newer draft; broken: published, but does not compile."""
    updated_at: datetime | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two definitions; `sentence` is in the language of the reader."""

    pointer: str
    op: Literal["add", "remove", "replace", "move"]
    old: object = None
    new: object = None
    sentence: str = ""


def label_of(raw: Mapping[str, object], fallback: str) -> Mapping[str, str]:
    """The label map of a definition; its name where it has none."""
    found = raw.get("label")
    if isinstance(found, Mapping) and found:
        return {str(code): str(text) for code, text in found.items()}
    return {"en": fallback}
