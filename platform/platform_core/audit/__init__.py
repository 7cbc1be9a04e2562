"""Who did what, to what, when, through which door, and which fields changed. Never a value.

A change writes its line in its own transaction with `write` or `write_many`; a refusal is noted by `refused`,
which cannot be made to flood. `digest` gives the keyed digest of the values before or after, so that a line can
prove them without holding them. The database refuses to change or delete a line; `read` gives them back.
"""

from platform_core.audit.digests import digest
from platform_core.audit.migrations import MIGRATIONS
from platform_core.audit.model import REFUSAL, Entry, Line, Who
from platform_core.audit.reader import AuditQuery, read
from platform_core.audit.refusals import forget_refusals, refused
from platform_core.audit.writer import insertion, write, write_many

__all__ = [
    "MIGRATIONS",
    "REFUSAL",
    "AuditQuery",
    "Entry",
    "Line",
    "Who",
    "digest",
    "forget_refusals",
    "insertion",
    "read",
    "refused",
    "write",
    "write_many",
]
