"""What a process does before it is killed: one scenario of the product, with its statements numbered.

`act` runs in a forked process that has everything imported; it dies at statement `kill_at`, or tells how many there
were. `settle` is the restart: it opens the installation as the program does and works off what is left.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from form_engine.exports import ExportOrder
from form_engine.exports import start as start_export
from form_engine.imports import service
from platform_core import clock, database, definitions, entities, identity, jobs, records, settings
from platform_core.entities import quote
from platform_core.identity import Actor
from platform_core.plugins import Registry
from platform_host import assemble, running
from tests.fixtures_crm import SECRET_KEY

KILLED = 137

ACCOUNT: dict[str, object] = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"],
    "competitors": [{"supplier": "Rival", "product": "Wrench"}, {"supplier": "Other", "product": "Saw"}],
}  # fmt: skip
SHEET = "Company name,Country,Main product lines,Time zone,Settlement currency\n" + "".join(
    f"Import {n},{'SE' if n != 7 else 'Nowhere'},tools,Europe/Stockholm,EUR\n" for n in range(12)
)


async def save(lina: Actor, admin: Actor) -> None:
    """A customer with rows, then a change of it and of its rows."""
    made = await records.create("account", ACCOUNT, actor=lina)
    change = {"city": "Malmö", "competitors": [{"supplier": "Third", "product": "File"}]}
    await records.update("account", made.id, change, actor=lina, version=made.version)


def crate(*fields: dict[str, object]) -> definitions.ChangeItem:
    """A form of the company's own, as a change set has it."""
    raw: dict[str, object] = {
        "kind": "form", "schema": 1, "name": "crate", "label": {"en": "Crate"},
        "fields": [{"label": {"en": str(each["name"]).capitalize()}, **each} for each in fields],
    }  # fmt: skip
    return definitions.ChangeItem(app="local", kind="form", name="crate", definition=raw)


NAME: dict[str, object] = {"type": "text", "name": "name", "required": True}
ROW: dict[str, object] = {"type": "integer", "name": "layers"}
PIECES = (7, 12, 30)


async def fill_crates(lina: Actor, admin: Actor) -> None:
    """Before the publish: the form as it was, with records."""
    before = crate(
        NAME,
        {"type": "integer", "name": "pieces"},
        {"type": "text", "name": "grade"},
        {"type": "table", "name": "contents", "fields": [{**ROW, "label": {"en": "Layers"}}]},
    )
    await definitions.publish([before], "Crates", actor=admin)
    for pieces in PIECES:
        values = {"name": f"C{pieces}", "pieces": pieces, "grade": "a", "contents": [{"layers": pieces}]}
        await records.create("crate", values, actor=admin)


async def publish_wholly(item: definitions.ChangeItem, admin: Actor) -> None:
    """Publish, and accept whatever that destroys."""
    plan = (await definitions.check([item], actor=admin)).plan
    accepted = [each.id for each in plan if each.destructive]
    await definitions.publish([item], "Weights", accept=accepted, actor=admin)


async def publish(lina: Actor, admin: Actor) -> None:
    """A form with a field added, one removed and two of another type, one of them inside a table."""
    row = {"type": "decimal", "name": "layers", "precision": 10, "scale": 2, "label": {"en": "Layers"}}
    item = crate(
        NAME,
        {"type": "decimal", "name": "pieces", "precision": 10, "scale": 2},
        {"type": "decimal", "name": "weight", "precision": 10, "scale": 2},
        {"type": "table", "name": "contents", "fields": [row]},
    )
    await publish_wholly(item, admin)


async def publish_in_the_background(lina: Actor, admin: Actor) -> None:
    """The same change where three records are many: a job copies, indexes and publishes."""
    settings.use(msgspec.structs.replace(settings.current(), big_table_rows=2))
    await publish(lina, admin)
    await jobs.Worker(concurrency=1).run_once()


async def import_rows(lina: Actor, admin: Actor) -> None:
    """A spreadsheet of twelve rows, one of them wrong, the good ones taken."""

    async def chunks() -> AsyncIterator[bytes]:
        yield SHEET.encode()

    made = await service.upload("account", "customers.csv", chunks(), actor=lina)
    await service.commit(made.id, actor=lina, skip_refused=True)
    await jobs.Worker(concurrency=1).run_once()


async def export_rows(lina: Actor, admin: Actor) -> None:
    """A job that makes a file."""
    await records.create("note", {"subject": "Packing", "text": "At most 18 kg"}, actor=admin)
    await start_export("note", ExportOrder(format="csv", reason="Crash test"), actor=admin)
    await jobs.Worker(concurrency=1).run_once()


TALLY = "crash.tally"


async def tally(job: jobs.Job) -> None:
    """Writes one note in our own database, once however often it is run."""
    admin = await _person("admin")
    async with job.commit():
        await records.create("note", {"subject": "Tally", "text": job.id}, actor=admin)


async def count_up(lina: Actor, admin: Actor) -> None:
    """Three jobs of one transaction, done by the embedded worker."""
    async with database.transaction():
        for _ in range(3):
            await jobs.add(TALLY, {}, created_by=admin.user_id)
    await jobs.Worker(concurrency=1).run_once()


Scenario = Callable[[Actor, Actor], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {
    "save": save, "publish": publish, "publish in the background": publish_in_the_background, "import": import_rows, "job": export_rows, "jobs that write": count_up
}  # fmt: skip
BEFORE: dict[str, Scenario] = {"publish": fill_crates, "publish in the background": fill_crates}
"""What is there already when the scenario begins; nobody is killed in it."""


def act(scenario: str, url: str, folder: str, kill_at: int, answer: Connection) -> None:
    """Run a scenario and die at one of its statements; without that, send how many there were."""
    asyncio.run(_act(scenario, url, Path(folder), kill_at, answer))


def settle(url: str, folder: str, answer: Connection) -> None:
    """Start anew, an hour later, and do what is left; sends the state that the test judges."""
    asyncio.run(_settle(url, Path(folder), answer))


async def _act(scenario: str, url: str, folder: Path, kill_at: int, answer: Connection) -> None:
    _use(url, folder)
    async with running(_program(), worker=False, install=False):
        lina, admin = await _person("lina"), await _person("admin")
        if scenario in BEFORE:
            await BEFORE[scenario](lina, admin)
        seen = 0

        def note(_number: int, _sql: str) -> None:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                os._exit(KILLED)

        remove = database.on_statement(note)
        await SCENARIOS[scenario](lina, admin)
        remove()
        answer.send(seen)


async def _settle(url: str, folder: Path, answer: Connection) -> None:
    _use(url, folder)
    async with running(_program(), worker=False, install=False):
        later = clock.now() + timedelta(hours=1)
        clock.set_source(lambda: later)
        await jobs.sweep()
        await jobs.Worker(concurrency=1).run_once()
        state = await _state()
        state["works on"] = await _works_on()
        answer.send(state)


def _program() -> Registry:
    """The rooms, and the kind of job that this test brings."""
    registry = assemble()
    registry.add_job_kind(jobs.JobKind(TALLY, tally))
    return registry


async def _state() -> dict[str, object]:
    """Numbers that must fit each other, whatever happened."""
    crates = definitions.catalog().get("form", "local.crate")
    return {
        "accounts": await _count("r_trade_crm__account"),
        "rows": await _count("r_trade_crm__account__competitors"),
        "notes": await _count("r_trade_crm__note"),
        "saves": await _count("tw_record_history"),
        "versions": await _versions(),
        "audited": await database.fetch_value("SELECT count(*) FROM tw_audit_entry WHERE kind = 'record'"),
        "names": await database.fetch_value("SELECT count(DISTINCT name) FROM r_trade_crm__account"),
        "revision": crates.revision if crates is not None else 0,
        "pieces": await _crates() if crates is not None else {},
        "gaps": await _gaps(),
        "orphans": await database.fetch_value(
            "SELECT count(*) FROM r_trade_crm__account__competitors WHERE parent NOT IN"
            " (SELECT id FROM r_trade_crm__account)"
        ),
        "open jobs": await database.fetch_value(
            "SELECT count(*) FROM tw_job WHERE (state = 'ready' AND (kind LIKE 'form.%' OR kind LIKE 'crash.%'))"
            " OR state = 'leased'"
        ),
        "tallied": await database.fetch_value(f"SELECT count(*) FROM tw_job WHERE kind = '{TALLY}' AND state = 'done'"),
        "notes of changes": await database.fetch_value("SELECT count(*) FROM tw_definition_noted"),
        "rollouts": [
            [str(v) for v in row] for row in await database.fetch_tuples("SELECT state, made FROM tw_definition_rollout")
        ],
        "dead jobs": await database.fetch_value("SELECT count(*) FROM tw_job WHERE state = 'dead'"),
        "imports": [str(v) for (v,) in await database.fetch_tuples("SELECT state FROM tw_form_import")],
        "locks": await _locks(),
    }  # fmt: skip


async def _versions() -> int:
    """All versions of all records: each of them is one save."""
    tables = [entity.table for entity in entities.all()]
    sums = [
        await database.fetch_value(f"SELECT coalesce(sum(version), 0) FROM {quote(table)}")
        for table in tables
    ]
    return sum(int(str(found)) for found in sums)


async def _crates() -> dict[str, object]:
    """Every crate by name: its pieces, the layers of its rows, the fields that a reader finds."""
    page = await records.query(records.RecordQuery(form="crate"), actor=identity.SYSTEM)
    found: dict[str, object] = {}
    for one in page.items:
        whole = await records.get("crate", one.id, actor=identity.SYSTEM)
        rows = whole.values["contents"]
        assert isinstance(rows, list)
        named = sorted(name for name in ("grade", "weight") if name in whole.values)
        found[whole.title] = [whole.values["pieces"], [row["layers"] for row in rows], named]
    return found


async def _gaps() -> list[str]:
    """Columns and tables that the catalog names and the database does not have."""
    missing: list[str] = []
    for entity in entities.all():
        tables = {entity.table: list(entity.fields.values())}
        tables |= {
            field.rows.table: list(field.rows.fields.values())
            for field in entity.fields.values()
            if field.rows is not None
        }
        for table, fields in tables.items():
            there = set(await database.columns_of(table))
            missing += [f"{table}.{c.name}" for field in fields for c in field.columns if c.name not in there]
    return missing


async def _locks() -> int:
    """What a dead process still holds: sessions inside a transaction, advisory locks."""
    if not database.dialect().is_postgresql:
        return 0
    sessions = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND state LIKE 'idle in transaction%'"
    )
    advisory = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    found = [await database.fetch_value(sql) for sql in (sessions, advisory)]
    return sum(int(str(number)) for number in found)


async def _works_on() -> bool:
    """Whether people can go on: a save, a publish and a job, after everything else was looked at."""
    admin = await _person("admin")
    await records.create("account", {**ACCOUNT, "name": "After the crash"}, actor=admin)
    await publish_wholly(crate(NAME), admin)
    await jobs.add(TALLY, {}, created_by=admin.user_id)
    return await jobs.Worker(concurrency=1).run_once() == 1


async def _count(table: str) -> object:
    return await database.fetch_value(f"SELECT count(*) FROM {table}")


async def _person(name: str) -> Actor:
    user = await identity.user_by_email(f"{name}@demo.example")
    assert user is not None
    return await identity.actor_of(user.id, via="api")


def _use(url: str, folder: Path) -> None:
    environ = {
        "TRADEWIND_DATA": str(folder), "TRADEWIND_DATABASE_URL": url, "TRADEWIND_ARGON2_PROFILE": "test",
        "TRADEWIND_SECRET_KEY": SECRET_KEY, "TRADEWIND_LOG_LEVEL": "error", "TRADEWIND_POOL_SIZE": "2",
    }  # fmt: skip
    settings.use(settings.load({}, environ))
