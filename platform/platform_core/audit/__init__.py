"""Who did what, to what, when, through which door, and which fields changed. Never a value.

A change writes its line in its own transaction with `write` or `write_many`; a refusal is noted by `refused`,
which cannot be made to flood. `digest` gives the keyed digest of the values before or after, so that a line can
prove them without holding them. The database refuses to change or delete a line; `read` gives them back.

Lines are written unchained; a `Keeper` in each process that stays seals them into a keyed hash chain, every second,
one process at a time, and `verify` tells where the chain holds. Who has seen personal data is noted with `saw`
(or `write_access`, for what leaves the house) and read back with `read_access`.
"""

from platform_core.audit.access import (
    AccessLine,
    Look,
    flush_access,
    forget_access,
    forget_forms,
    purge_access,
    saw,
    write_access,
)
from platform_core.audit.anchor import FILE as ANCHOR_FILE
from platform_core.audit.digests import digest
from platform_core.audit.errors import AuditError, ChainBroken
from platform_core.audit.keeper import Keeper
from platform_core.audit.keys import follow_key
from platform_core.audit.migrations import MIGRATIONS
from platform_core.audit.model import REFUSAL, Entry, Line, Who
from platform_core.audit.reader import (
    AccessQuery,
    AuditQuery,
    known_actions,
    known_kinds,
    read,
    read_access,
    stream,
)
from platform_core.audit.refusals import forget_refusals, refused
from platform_core.audit.sealing import seal
from platform_core.audit.sheet import as_csv
from platform_core.audit.verifying import Break, Verdict, verify, waiting_since
from platform_core.audit.writer import insertion, write, write_many

__all__ = [
    "ANCHOR_FILE",
    "MIGRATIONS",
    "REFUSAL",
    "AccessLine",
    "AccessQuery",
    "AuditError",
    "AuditQuery",
    "Break",
    "ChainBroken",
    "Entry",
    "Keeper",
    "Line",
    "Look",
    "Verdict",
    "Who",
    "as_csv",
    "digest",
    "flush_access",
    "follow_key",
    "forget_access",
    "forget_forms",
    "forget_refusals",
    "insertion",
    "known_actions",
    "known_kinds",
    "purge_access",
    "read",
    "read_access",
    "refused",
    "saw",
    "seal",
    "stream",
    "verify",
    "waiting_since",
    "write",
    "write_access",
    "write_many",
]
