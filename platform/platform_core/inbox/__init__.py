"""What other systems send: kept raw first, worked on later.

A *receiver* (code) knows what to do with the payloads of one sort of sender; an *endpoint* (a row) is one address with a
secret token that such a sender is given. `receive` checks token, size and signature and keeps the payload as a row,
once for each external id; a job hands it to the receiver, and what that writes and the row's being done are one
transaction. Failures stay visible and can be tried again; old payloads are forgotten.
"""

from platform_core.inbox.endpoints import (
    Endpoint,
    NewEndpoint,
    add_endpoint,
    endpoints,
    find_endpoint,
    remove_endpoint,
    renew_token,
    switch_endpoint,
)
from platform_core.inbox.errors import BadSignature, InboxError, UnknownHook
from platform_core.inbox.migrations import MIGRATIONS
from platform_core.inbox.receivers import Receiver, add_receiver, receivers, remove_receiver
from platform_core.inbox.receiving import MAX_BYTES, receive
from platform_core.inbox.rows import Received, State, counts, find, listing
from platform_core.inbox.webhook import WEBHOOK
from platform_core.inbox.working import PROCESS, PURGE, PURGING, process_dead, process_job, purge_job, retry

__all__ = [
    "MAX_BYTES",
    "MIGRATIONS",
    "PROCESS",
    "PURGE",
    "PURGING",
    "WEBHOOK",
    "BadSignature",
    "Endpoint",
    "InboxError",
    "NewEndpoint",
    "Received",
    "Receiver",
    "State",
    "UnknownHook",
    "add_endpoint",
    "add_receiver",
    "counts",
    "endpoints",
    "find",
    "find_endpoint",
    "listing",
    "process_dead",
    "process_job",
    "purge_job",
    "receive",
    "receivers",
    "remove_endpoint",
    "remove_receiver",
    "renew_token",
    "retry",
    "switch_endpoint",
]
