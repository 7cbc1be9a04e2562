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

from form_engine.exports import ExportOrder
from form_engine.exports import start as start_export
from form_engine.imports import service
from platform_core import clock, database, definitions, identity, jobs, records, settings
from platform_core.identity import Actor
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


async def publish(lina: Actor, admin: Actor) -> None:
    """A form with a field added, one deleted and one of another type."""
    draft = await definitions.get_draft("form", "note", "trade_crm", actor=admin)
    raw = dict(draft.definition)
    fields = [dict(each) for each in raw["fields"] if each["name"] != "language"]  # type: ignore[attr-defined]  # JSON
    fields.append(
        {"name": "weight", "type": "decimal", "precision": 10, "scale": 2, "label": {"en": "Weight"}}
    )
    raw["fields"] = fields
    raw["layout"] = {"tabs": [{"sections": [{"fields": ["subject", "text", "weight"]}]}]}
    raw["lists"] = [{"name": "all", "columns": ["subject", "account", "weight"], "sort": ["-created_at"]}]
    item = definitions.ChangeItem(app="trade_crm", kind="form", name="note", definition=raw)
    plan = (await definitions.check([item], actor=admin)).plan
    await definitions.publish(
        [item], "Weights", accept=[each.id for each in plan if each.destructive], actor=admin
    )


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


SCENARIOS: dict[str, Callable[[Actor, Actor], Awaitable[None]]] = {
    "save": save, "publish": publish, "import": import_rows, "job": export_rows
}  # fmt: skip


def act(scenario: str, url: str, folder: str, kill_at: int, answer: Connection) -> None:
    """Run a scenario and die at one of its statements; without that, send how many there were."""
    asyncio.run(_act(SCENARIOS[scenario], url, Path(folder), kill_at, answer))


def settle(url: str, folder: str, answer: Connection) -> None:
    """Start anew, an hour later, and do what is left; sends the state that the test judges."""
    asyncio.run(_settle(url, Path(folder), answer))


async def _act(
    scenario: Callable[[Actor, Actor], Awaitable[None]],
    url: str,
    folder: Path,
    kill_at: int,
    answer: Connection,
) -> None:
    _use(url, folder)
    async with running(assemble(), worker=False, install=False):
        lina, admin = await _person("lina"), await _person("admin")
        seen = 0

        def note(_number: int, _sql: str) -> None:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                os._exit(KILLED)

        remove = database.on_statement(note)
        await scenario(lina, admin)
        remove()
        answer.send(seen)


async def _settle(url: str, folder: Path, answer: Connection) -> None:
    _use(url, folder)
    async with running(assemble(), worker=False, install=False):
        later = clock.now() + timedelta(hours=1)
        clock.set_source(lambda: later)
        await jobs.sweep()
        await jobs.Worker(concurrency=1).run_once()
        answer.send(await _state())


async def _state() -> dict[str, object]:
    """Numbers that must fit each other, whatever happened."""
    note = definitions.catalog().get("form", "note")
    assert note is not None
    columns = set(await database.columns_of("r_trade_crm__note"))
    return {
        "accounts": await _count("r_trade_crm__account"),
        "rows": await _count("r_trade_crm__account__competitors"),
        "notes": await _count("r_trade_crm__note"),
        "saves": await _count("tw_record_history"),
        "versions": await database.fetch_value(
            "SELECT (SELECT coalesce(sum(version), 0) FROM r_trade_crm__account)"
            " + (SELECT coalesce(sum(version), 0) FROM r_trade_crm__note)"
        ),
        "audited": await database.fetch_value("SELECT count(*) FROM tw_audit_entry WHERE kind = 'record'"),
        "names": await database.fetch_value("SELECT count(DISTINCT name) FROM r_trade_crm__account"),
        "note revision": note.revision,
        "has weight": "weight" in columns,
        "orphans": await database.fetch_value(
            "SELECT count(*) FROM r_trade_crm__account__competitors WHERE parent NOT IN"
            " (SELECT id FROM r_trade_crm__account)"
        ),
        "open jobs": await database.fetch_value("SELECT count(*) FROM tw_job WHERE state IN ('ready', 'leased') AND kind LIKE 'form.%'"),
        "dead jobs": await database.fetch_value("SELECT count(*) FROM tw_job WHERE state = 'dead'"),
        "imports": [str(v) for (v,) in await database.fetch_tuples("SELECT state FROM tw_form_import")],
    }  # fmt: skip


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
