"""What the operator sees from outside: log lines, numbers for Prometheus, slow statements.

Nothing here knows the product: the gate tells of requests, the database of statements, whoever has a number at hand
offers a `Source` that is asked when somebody scrapes. Log lines hold ids, names of routes and shapes of statements,
never values, addresses or secrets.
"""

from platform_core.telemetry.access_lines import AccessLine, flush_lines, request_done
from platform_core.telemetry.context import about_job, about_request, current_job, current_request
from platform_core.telemetry.exposition import Source, add_source, exposition, forget_sources
from platform_core.telemetry.logs import configure, is_configured, scrubbed
from platform_core.telemetry.requests import forget_requests, note_request, request_seconds
from platform_core.telemetry.sample import Sample
from platform_core.telemetry.slow import (
    SlowStatement,
    note_statement,
    slow_statements,
    take_slow,
    use_threshold,
)

__all__ = [
    "AccessLine",
    "Sample",
    "SlowStatement",
    "Source",
    "about_job",
    "about_request",
    "add_source",
    "configure",
    "current_job",
    "current_request",
    "exposition",
    "flush_lines",
    "forget_requests",
    "forget_sources",
    "is_configured",
    "note_request",
    "note_statement",
    "request_done",
    "request_seconds",
    "scrubbed",
    "slow_statements",
    "take_slow",
    "use_threshold",
]
