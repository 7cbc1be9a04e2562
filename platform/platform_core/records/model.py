"""What goes into the write path and the read path, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from platform_core.errors import Problem, TradewindError
from platform_core.expressions import Checked

Wire = dict[str, object]
"""Field name to JSON-ready value."""

Level = Literal["write", "read", "masked"]
"""What the actor may do with one field of one record. A hidden field has no level: it is not mentioned."""

ReadMode = Literal["clear", "masked", "hidden"]

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


class RecordAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What the actor may do with one record; `fields` leaves out what is hidden."""

    can_update: bool = False
    can_delete: bool = False
    fields: dict[str, Level] = {}


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One record as one actor sees it.

    `form` is the form's key ("trade_crm.account"). `values` are wire values of the fields that were asked for and
    that the actor may read in this row; a hidden one is absent, a masked one is "••••" and its last four characters.
    References are presented: {"id", "code", "title"}, or {"id": null, "restricted": true}.
    """

    form: str
    id: str
    version: int
    title: str = ""
    code: str | None = None
    values: Wire = {}
    archived_at: datetime | None = None
    access: RecordAccess | None = None
    related: dict[str, Page] = {}
    """Pages of the lists that `include` asked for, by field name."""


class Page(msgspec.Struct, kw_only=True):
    """One page of a list. `next_cursor` is None at the end; `total` only where it was asked for."""

    items: list[Record]
    next_cursor: str | None = None
    total: int | None = None


class FlatPage(msgspec.Struct, kw_only=True):
    """One page of a list whose records are dicts for a JSON encoder: id, code, version, title, then the fields."""

    items: list[Wire]
    next_cursor: str | None = None
    total: int | None = None


class RecordQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which records of `form`, in what order, and which of their fields.

    `filter` is an expression ("country == 'DE' and amount > 100"); `base` one that was checked before (a view's, a
    report's) and holds besides it. `sort` lists field names, descending with "-". `fields` None means every field.
    `of` is a link field and the id of the record that it has to lead to. `view` takes columns, filter and order from a list of the form, as far as they are not given here. `q` searches
    text inside the form's search fields, title and code. `bin` looks into the recycle bin instead.
    """

    form: str
    filter: str | None = None
    base: Checked | None = None
    of: tuple[str, str] | None = None
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    total: bool = False
    view: str | None = None
    q: str | None = None
    bin: bool = False
    access: bool = False
    """True adds to each record what the actor may do with it."""


class AggregateQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Group the records of `form` by fields and measure each group.

    `measures` are "count()", "sum(amount)", "avg(…)", "min(…)", "max(…)". A sum of money is a list, one amount per
    currency.
    """

    form: str
    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count()",)
    filter: str | None = None
    base: Checked | None = None
    q: str | None = None


class WriteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a write differs from a person filling in a form.

    `textual`: values are text as people type it ("1.200,50"). `import_batch`: the id of the import that the rows
    belong to. `quiet`: subscribers are told not to start anything but assignment. `given` names system fields that
    the caller may set itself (an import its codes, the demo its dates). `answer` False saves reading the record back.
    """

    textual: bool = False
    import_batch: str | None = None
    quiet: bool = False
    given: frozenset[str] = frozenset()
    answer: bool = True


DEFAULT_OPTIONS = WriteOptions()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `batch`'s update list. `version` None overwrites the named fields knowingly."""

    id: str
    values: Mapping[str, object]
    version: int | None = None


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `batch`'s delete list."""

    id: str
    version: int | None = None


Operation = Literal["create", "update", "delete"]


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row of a batch. `index` counts within its own list, from 0."""

    op: Operation
    index: int
    ok: bool
    id: str | None = None
    code: str | None = None
    version: int | None = None
    problems: tuple[Problem, ...] = ()
    error: TradewindError | None = None


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One save of one record. `changes` maps a field to [old, new]; a table field to {added, changed, removed, moved}.

    Only fields that the reader may see in clear today are there; `actor` is {"id", "title"}.
    """

    id: str
    version: int
    action: str
    at: datetime
    actor: Wire
    via: str
    changes: Wire


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a record: `kind` is "change" or "comment"."""

    id: str
    kind: str
    at: datetime
    actor: Wire
    text: str = ""
    action: str = ""
    changes: Wire = {}


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of history, newest first."""

    items: Sequence[HistoryEntry]
    next_cursor: str | None = None


class TimelinePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a timeline, newest first."""

    items: Sequence[TimelineEntry]
    next_cursor: str | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One hit of the autocomplete."""

    id: str
    code: str | None
    title: str
