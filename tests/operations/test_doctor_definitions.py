"""The doctor on definitions and migrations: what was interrupted, what does not work, and what a newer program made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from platform_core import database, definitions, operations
from platform_core.database import SchemaTooNew
from platform_core.operations import Finding
from platform_core.operations.doctor_database import check_migrations
from platform_core.operations.doctor_definitions import check_definitions
from tests.fixtures_crm import Crm
from tests.operations.program import environ, run


async def findings() -> list[Finding]:
    return await operations.examine([("definitions", check_definitions)])


async def test_a_publish_that_was_interrupted_left_nothing_and_the_doctor_says_so(crm: Crm) -> None:
    class Stop(Exception):
        pass

    admin = await crm.actor("admin")
    form = {
        "kind": "form", "schema": 1, "name": "berth", "label": {"en": "Berth"}, "plural": {"en": "Berths"},
        "title": "{name}", "fields": [{"name": "name", "type": "text", "label": {"en": "Name"}}],
    }  # fmt: skip
    before = await database.introspect()
    with pytest.raises(Stop):
        async with database.transaction():
            item = definitions.ChangeItem(kind="form", app="local", name="berth", definition=form)
            await definitions.publish([item], actor=admin)
            raise Stop
    assert await database.introspect() == before
    (found,) = await findings()
    assert found.state == "ok" and "no publish is half done" in found.found


async def test_tables_that_are_not_what_was_published_are_told(crm: Crm) -> None:
    await database.execute("ALTER TABLE r_trade_crm__note RENAME TO r_trade_crm__lost")
    await database.execute("ALTER TABLE r_trade_crm__task RENAME COLUMN version TO wersion")
    (found,) = await findings()
    assert found.state == "fail" and found.remedy
    assert "r_trade_crm__note" in found.found and "r_trade_crm__task.version" in found.found


async def test_a_definition_that_does_not_work_is_told_with_its_reason(crm: Crm) -> None:
    await database.execute(
        "UPDATE tw_definition_revision SET definition = ? WHERE kind = 'form' AND name = 'note'",
        ('{"kind": "form"}',),
    )
    await definitions.refresh(anew=True)  # as a program does that starts
    (found,) = [one for one in await findings() if "do not work" in one.found]
    assert found.state == "fail" and "form/note" in found.found and found.remedy


async def test_an_index_whose_making_was_interrupted_is_told(crm: Crm) -> None:
    if crm.engine == "sqlite":
        (found,) = await findings()
        assert found.state == "ok", "SQLite makes an index whole or not at all"
        return
    await database.execute("CREATE INDEX half_built ON r_trade_crm__note (id)")
    await database.execute("UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'half_built'::regclass")
    (found,) = await findings()
    assert found.state == "warn" and "half_built" in found.found and found.remedy


async def test_a_database_of_a_newer_program_is_refused_by_migrate_and_told_by_the_doctor(crm: Crm) -> None:
    operations.expect(crm.registry.migrations)
    await database.execute(
        "INSERT INTO tw_migration (id, applied_at) SELECT 'records.9999', MAX(applied_at) FROM tw_migration"
    )
    with pytest.raises(SchemaTooNew, match=r"records\.9999") as refused:
        await database.migrate(crm.registry.migrations)
    assert "Install the newer program" in refused.value.remedy
    (found,) = await operations.examine([("migrations", check_migrations)])
    assert found.state == "fail" and "records.9999" in found.found
    assert found.remedy.startswith("Install the newer program")


def test_the_command_migrate_refuses_it_too(tmp_path: Path) -> None:
    env = environ(tmp_path, f"sqlite:///{tmp_path / 'newer.db'}")
    assert run(env, "migrate").returncode == 0
    _make_newer(tmp_path / "newer.db")
    refused = run(env, "migrate")
    assert refused.returncode == 1
    assert "migrated by a newer program" in refused.stderr
    assert "records.9999" in refused.stderr and "Install the newer program" in refused.stderr
    told = run(env, "doctor")
    assert told.returncode == 1
    assert "records.9999" in told.stdout


def _make_newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO tw_migration (id, applied_at) SELECT 'records.9999', MAX(applied_at) FROM tw_migration"
        )
        connection.commit()
