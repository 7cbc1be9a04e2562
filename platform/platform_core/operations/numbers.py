"""The numbers that `/metrics` tells beside the requests: jobs, database, catalog, sessions, audit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import msgspec

from platform_core import clock, database, definitions, settings, telemetry
from platform_core.telemetry import Sample

LATE = timedelta(minutes=1)
"""A job that might have run for so long and has not is late."""


class JobNumbers(msgspec.Struct, frozen=True):
    """Jobs at this moment. `late` are among `ready`."""

    ready: int
    late: int
    running: int
    dead: int


async def job_numbers() -> JobNumbers:
    """Counted from what is open; what is done is not looked at."""
    now = clock.now()
    rows = await database.fetch_tuples(
        "SELECT state, COUNT(*), SUM(CASE WHEN due AND run_at < ? THEN 1 ELSE 0 END) FROM tw_job "
        "WHERE state IN ('ready', 'leased', 'dead') GROUP BY state",
        (now - LATE,),
    )
    found = {
        str(state): (int(cast("int", count)), int(cast("int", late or 0))) for state, count, late in rows
    }
    none = (0, 0)
    return JobNumbers(
        ready=found.get("ready", none)[0],
        late=found.get("ready", none)[1],
        running=found.get("leased", none)[0],
        dead=found.get("dead", none)[0],
    )


def offer_numbers() -> None:
    """Let a scrape ask for them."""
    telemetry.add_source("jobs", _jobs)
    telemetry.add_source("database", _database)
    telemetry.add_source("catalog", _catalog)
    telemetry.add_source("sessions", _sessions)
    telemetry.add_source("audit", _audit)


async def _jobs() -> Iterable[Sample]:
    numbers = await job_numbers()
    help_ = (
        "Jobs by state; late ones have waited a minute longer than they had to and are among the ready ones."
    )
    return [
        Sample(name="tradewind_jobs", help=help_, value=value, labels={"state": name})
        for name, value in msgspec.structs.asdict(numbers).items()
    ]


async def _database() -> Iterable[Sample]:
    pool = database.pool_state()
    help_ = "Connections of this process to the database."
    samples = [
        Sample(name="tradewind_database_connections", help=help_, value=value, labels={"state": name})
        for name, value in (("open", pool.open), ("busy", pool.busy), ("most", pool.most))
    ]
    slow = sum(one.count for one in telemetry.slow_statements())
    help_ = "Statements of this process that took longer than slow_statement_ms."
    return [*samples, Sample(name="tradewind_slow_statements", help=help_, value=slow, kind="counter")]


async def _catalog() -> Iterable[Sample]:
    return [
        Sample(
            name="tradewind_catalog_version",
            help="The version of the published definitions that this process works with.",
            value=definitions.catalog().version,
        ),
        Sample(
            name="tradewind_info",
            help="The program.",
            value=1,
            labels={"version": settings.current().version, "database": database.dialect().name},
        ),
    ]


async def _sessions() -> Iterable[Sample]:
    count = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_identity_session WHERE expires_at > ?", (clock.now(),)
    )
    return [
        Sample(name="tradewind_sessions", help="Sessions that have not ended.", value=int(cast("int", count)))
    ]


async def _audit() -> Iterable[Sample]:
    count = await database.fetch_value("SELECT COUNT(*) FROM tw_audit_entry WHERE sealed_number IS NULL")
    return [
        Sample(
            name="tradewind_audit_unsealed",
            help="Lines of the audit that wait for the sealer.",
            value=int(cast("int", count)),
        )
    ]
