"""What the doctor asks of the database: reach, version, locale, migrations, key, jobs, workers, files, audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from platform_core import audit, clock, database, files, settings
from platform_core.operations.doctor import Check, Finding, fail, ok, warn
from platform_core.operations.doctor_definitions import check_definitions
from platform_core.operations.doctor_machine import check_clock
from platform_core.operations.installation import recognise_key
from platform_core.operations.numbers import job_numbers
from platform_core.operations.processes import processes
from platform_core.operations.readiness import expected

_LATE_SEAL = timedelta(seconds=60)
_FILES_SHOWN = 3
_OBJECTS, _SECONDS = 200_000, 8.0
"""How much of a store of files one look may take; the health page waits for it."""


async def check_server() -> Sequence[Finding]:
    """The engine's version, encoding and sorting."""
    version = await database.server_version()
    if not database.dialect().is_postgresql:
        mode = await database.fetch_value("PRAGMA journal_mode")
        if mode != "wal":
            return [
                warn(
                    "database",
                    f"SQLite {version}, journal {mode}",
                    "Put the file on a local disk: WAL needs one.",
                )
            ]
        return [ok("database", f"SQLite {version}")]
    rows = await database.fetch_tuples(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    )
    encoding, locale = map(str, rows[0])
    found = f"PostgreSQL {version}, {encoding}, sorts by {locale}"
    if encoding != "UTF8":
        return [fail("database", found, "Create the database anew with ENCODING 'UTF8' LOCALE 'C.UTF-8'.")]
    collation = await database.fetch_value("SELECT lower('ÄÖ') = 'äö'")
    if not collation:
        return [
            warn("database", found, "Capitals of other languages are not known to it: use LOCALE 'C.UTF-8'.")
        ]
    return [ok("database", found)]


async def check_migrations() -> Sequence[Finding]:
    """Whether the tables are those of this program."""
    rows = (
        await database.fetch_tuples("SELECT id FROM tw_migration")
        if "tw_migration" in await database.tables()
        else []
    )
    applied, known = {str(name) for (name,) in rows}, expected()
    subjects = {name.rpartition(".")[0] for name in known}
    newer = sorted(name for name in applied - set(known) if name.rpartition(".")[0] in subjects)
    missing = [name for name in known if name not in applied]
    if newer:
        return [
            fail(
                "migrations",
                f"made by a newer program: {', '.join(newer[:5])}",
                "Install the newer program, or restore a backup from before the upgrade.",
            )
        ]
    if missing:
        return [
            fail("migrations", f"{len(missing)} are missing, {missing[0]} first", "Run: tradewind migrate")
        ]
    return [ok("migrations", f"all {len(known)} are applied")]


async def check_fingerprint() -> Sequence[Finding]:
    """Whether the key is this installation's."""
    await recognise_key()
    return [ok("key and database", "they belong together")]


async def check_jobs() -> Sequence[Finding]:
    """Late and dead jobs."""
    numbers = await job_numbers()
    told = f"{numbers.ready} ready, {numbers.running} running, {numbers.late} late, {numbers.dead} dead"
    if numbers.late:
        return [warn("jobs", told, "Start a worker (tradewind worker), or more of them.")]
    if numbers.dead:
        return [warn("jobs", told, "See Settings, Jobs: look at their errors, then retry or cancel them.")]
    return [ok("jobs", told)]


async def check_processes() -> Sequence[Finding]:
    """Which processes are alive."""
    alive = [one for one in await processes() if one.is_alive]
    told = ", ".join(f"{one.role} on {one.host} ({one.pid})" for one in alive)
    versions = {one.version for one in alive}
    if len(versions) > 1:
        return [
            warn(
                "processes",
                f"{told}; versions {', '.join(sorted(versions))}",
                "Restart those of the older version.",
            )
        ]
    if not alive:
        return [warn("processes", "none is running", "Start it: tradewind serve")]
    works = any(one.role in ("worker", "celery") for one in alive) or settings.current().worker
    if not works:
        return [warn("processes", f"{told}; no worker", "Start one: tradewind worker")]
    return [ok("processes", told)]


async def check_files() -> Sequence[Finding]:
    """Stored files that are missing, and files that nothing knows; in the data folder or the bucket."""
    seen = await files.look(objects=_OBJECTS, seconds=_SECONDS)
    where = f" in {files.stored_at()}" if files.is_remote() else ""
    if seen.missing:
        shown = ", ".join(seen.missing[:_FILES_SHOWN])
        told = f"{len(seen.missing)} of {seen.wanted} are missing{where}: {shown}"
        remedy = "Bring them back from a backup."
        if files.is_remote():
            remedy = (
                "Bring over what is still in the data folder: tradewind files move. The rest is in a backup."
            )
        return [fail("files", told, remedy)]
    told = f"{seen.wanted} files{where}"
    if seen.unnamed:
        told += f", {seen.unnamed} more that nothing refers to"
    if not seen.complete:
        told += f"; the store holds much: only its first {_OBJECTS} objects were looked at, or {_SECONDS:.0f} s long"
    return [ok("files", told)]


async def check_audit() -> Sequence[Finding]:
    """Whether the sealer keeps up. The whole chain is checked by `tradewind audit verify`."""
    since = await audit.waiting_since()
    if since is not None and clock.now() - since > _LATE_SEAL:
        return [
            warn(
                "audit",
                f"lines wait for the sealer since {since:%Y-%m-%d %H:%M} UTC",
                "Start the program, or see its log: the sealer does not work.",
            )
        ]
    return [ok("audit", "lines are sealed as they come; `tradewind audit verify` checks the chain")]


DATABASE_CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", check_server),
    ("migrations", check_migrations),
    ("key and database", check_fingerprint),
    ("clock", check_clock),
    ("definitions", check_definitions),
    ("jobs", check_jobs),
    ("processes", check_processes),
    ("files", check_files),
    ("audit", check_audit),
)
