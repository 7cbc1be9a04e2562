"""The only write path and the only read path of business data.

Every door (screen, API, import, flow, plugin) calls the same functions, and every one of them asks who is acting.
`create`, `update`, `delete` take a record through the ordered stages of a save (docs/explanation/saving.md); engines
and plugins put their part into a slot with `on_slot`. `query`, `get`, `aggregate`, `choices`, `history` and `timeline`
show what the actor may see and nothing else (docs/explanation/reading.md): a field that they do not read in clear is
unknown in filters, orders, groups, searches and page marks.
"""

from platform_core.records.counting import any_records
from platform_core.records.errors import BadCursor, BadQuery, InBin, NotInBin, StillLinked
from platform_core.records.events import FormsLeft, RecordChanged, RecordCommented, RecordSaved
from platform_core.records.explaining import stored_values, why
from platform_core.records.finding import find_alike
from platform_core.records.following import linked_values
from platform_core.records.leaving import forget_app
from platform_core.records.locking import on_lock
from platform_core.records.masking import masked
from platform_core.records.migrations import MIGRATIONS
from platform_core.records.model import (
    AggregateQuery,
    BatchResult,
    Change,
    Choice,
    FlatPage,
    HistoryEntry,
    HistoryPage,
    Page,
    Record,
    RecordAccess,
    RecordQuery,
    Removal,
    TimelineEntry,
    TimelinePage,
    Wire,
    WriteOptions,
)
from platform_core.records.outside import find_outside, link_outside
from platform_core.records.people import user_view
from platform_core.records.reading.aggregates import aggregate
from platform_core.records.reading.choosing import choices
from platform_core.records.reading.history import history
from platform_core.records.reading.many import count, query, query_flat, stream
from platform_core.records.reading.offering import lists
from platform_core.records.reading.one import get, related
from platform_core.records.reading.presenting import present, present_values
from platform_core.records.reading.readable import readable
from platform_core.records.reading.timeline import timeline
from platform_core.records.references import RESTRICTED, ReferenceSource, register_reference
from platform_core.records.resealing import (
    RESEAL,
    RESEALING,
    open_stored,
    reseal,
    reseal_job,
    seal_history,
    seal_stored,
)
from platform_core.records.saving.batch import batch
from platform_core.records.saving.blank import default_values
from platform_core.records.saving.bulk import bulk_create
from platform_core.records.saving.commands import create, update
from platform_core.records.saving.commenting import comment
from platform_core.records.saving.defaults import as_stored
from platform_core.records.saving.environment import environment, follow, load_table_rows
from platform_core.records.saving.foreseeing import next_numbers, next_period
from platform_core.records.saving.recomputing import load_computing, write_computed
from platform_core.records.saving.recycling import (
    PURGE,
    PURGING,
    count_links,
    delete,
    purge,
    purge_expired,
    purge_job,
    restore,
)
from platform_core.records.saving.retitling import retitle, retitle_some
from platform_core.records.saving.rewriting import ChangeSave, rewrite
from platform_core.records.saving.spreading import SPREAD, spread_job, spread_later
from platform_core.records.saving.trying import try_create
from platform_core.records.saving.undoing import Undone, purge_batch, undo_batch
from platform_core.records.saving.work import Save
from platform_core.records.sight import sight_of
from platform_core.records.slots import Slot, SlotHandler, on_slot, run_slot
from platform_core.records.titling import title_fields

__all__ = [
    "MIGRATIONS",
    "PURGE",
    "PURGING",
    "RESEAL",
    "RESEALING",
    "RESTRICTED",
    "SPREAD",
    "AggregateQuery",
    "BadCursor",
    "BadQuery",
    "BatchResult",
    "Change",
    "ChangeSave",
    "Choice",
    "FlatPage",
    "FormsLeft",
    "HistoryEntry",
    "HistoryPage",
    "InBin",
    "NotInBin",
    "Page",
    "Record",
    "RecordAccess",
    "RecordChanged",
    "RecordCommented",
    "RecordQuery",
    "RecordSaved",
    "ReferenceSource",
    "Removal",
    "Save",
    "Slot",
    "SlotHandler",
    "StillLinked",
    "TimelineEntry",
    "TimelinePage",
    "Undone",
    "Wire",
    "WriteOptions",
    "aggregate",
    "any_records",
    "as_stored",
    "batch",
    "bulk_create",
    "choices",
    "comment",
    "count",
    "count_links",
    "create",
    "default_values",
    "delete",
    "environment",
    "find_alike",
    "find_outside",
    "follow",
    "forget_app",
    "get",
    "history",
    "link_outside",
    "linked_values",
    "lists",
    "load_computing",
    "load_table_rows",
    "masked",
    "next_numbers",
    "next_period",
    "on_lock",
    "on_slot",
    "open_stored",
    "present",
    "present_values",
    "purge",
    "purge_batch",
    "purge_expired",
    "purge_job",
    "query",
    "query_flat",
    "readable",
    "register_reference",
    "related",
    "reseal",
    "reseal_job",
    "restore",
    "retitle",
    "retitle_some",
    "rewrite",
    "run_slot",
    "seal_history",
    "seal_stored",
    "sight_of",
    "spread_job",
    "spread_later",
    "stored_values",
    "stream",
    "timeline",
    "title_fields",
    "try_create",
    "undo_batch",
    "update",
    "user_view",
    "why",
    "write_computed",
]
