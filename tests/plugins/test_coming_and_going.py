"""A plugin is installed, switched off and on, and removed, while the program runs; and nothing of it stays behind."""

from __future__ import annotations

import hashlib
import json

import pytest

from platform_core import database, definitions, jobs, plugins, secrets
from platform_core.errors import Conflict, Forbidden, Invalid
from platform_core.plugins import ExtensionPointError, InvalidManifest, NoSuchPlugin, PluginRefused
from tests.fixtures_crm import Crm
from tests.plugins.samples import NOTES_CODE, write_notes, write_plugin

# What grows by the fact that something happened, whoever did it: the audit, the version of the catalog, sessions.
_NOT_RESIDUE = {
    "tw_definition_catalog",
    "tw_identity_session",
    "tw_identity_attempt",
    "tw_worker",
    "tw_job_duty",
}


async def fingerprint() -> dict[str, str]:
    """Every table of the database, its columns and indexes, and a digest of its rows."""
    found = {}
    for table in await database.tables():
        if table in _NOT_RESIDUE or "audit" in table or table.startswith("sqlite_"):
            continue
        rows = sorted(repr(tuple(row)) for row in await database.fetch_tuples(f'SELECT * FROM "{table}"'))
        shape = repr(
            (
                sorted(map(repr, await database.columns_of(table))),
                sorted(map(repr, await database.indexes_of(table))),
            )
        )
        found[table] = hashlib.sha256((shape + "\n".join(rows)).encode()).hexdigest()
    return found


async def test_a_removed_plugin_leaves_no_residue(crm: Crm) -> None:
    write_notes()
    admin = await crm.actor("admin")
    client = await crm.login("admin")
    await secrets.put("other", "the installation has its data key", actor=admin)
    before = await fingerprint()

    await plugins.install("notes", actor=admin)
    await plugins.configure("notes", {"size": 3, "token": "quay-9"}, actor=admin)
    await jobs.add("notes.write", {"text": "bring samples"})
    await crm.work()
    await jobs.add("notes.write", {"text": "never written"})
    assert "bring samples" in await client.page("/notes")
    assert await fingerprint() != before

    with pytest.raises(PluginRefused) as refused:
        await plugins.remove("notes", actor=admin)
    lost = [item["id"] for item in refused.value.details]  # type: ignore[attr-defined]  # a list of items
    assert lost == ["table.x_notes_note"]
    await plugins.remove("notes", accept=lost, actor=admin)

    after = await fingerprint()
    assert after == before, {name for name in {*after, *before} if after.get(name) != before.get(name)}
    assert await client.page("/notes", expect=404)
    assert "notes.write" not in jobs.kinds()


async def test_what_a_plugin_kept_is_archived_where_asked(crm: Crm) -> None:
    import gzip

    write_notes()
    admin = await crm.actor("admin")
    await plugins.install("notes", actor=admin)
    await jobs.add("notes.write", {"text": "bring samples"})
    await crm.work()

    file = await plugins.remove("notes", archived=True, actor=admin)

    assert file is not None
    with gzip.open(file) as archive:
        lines = [json.loads(line) for line in archive]
    assert lines[0]["plugin"] == "notes"
    assert [one["row"]["text"] for one in lines if "table" in one] == ["bring samples"]
    assert {one["definition"] for one in lines if "definition" in one} == {
        "notes/app/notes",
        "notes/dictionary/note_color",
    }


async def test_switching_off_is_immediate_and_keeps_the_data(crm: Crm) -> None:
    write_notes()
    admin, client = await crm.actor("admin"), await crm.login("admin")
    await plugins.install("notes", actor=admin)
    await jobs.add("notes.write", {"text": "bring samples"})
    await crm.work()

    await plugins.disable("notes", actor=admin)
    await jobs.add("notes.write", {"text": "later"})
    await crm.work()
    assert await client.page("/notes", expect=404)

    await plugins.enable("notes", actor=admin)
    await crm.work()
    assert "notes: bring samples, later" in await client.page("/notes")


async def test_another_process_follows_by_the_version_of_the_catalog(crm: Crm) -> None:
    """What another process does is the row and the version; this one looks at both when it is asked next."""
    write_notes()
    admin, client = await crm.actor("admin"), await crm.login("admin")
    await plugins.install("notes", actor=admin)
    async with database.transaction():
        await database.execute("UPDATE tw_plugin SET enabled = ? WHERE name = 'notes'", (False,))
        await database.execute("UPDATE tw_definition_catalog SET version = version + 1")

    await definitions.refresh()

    assert not plugins.is_live("notes")
    assert await client.page("/notes", expect=404)


async def test_settings_are_checked_and_secrets_are_written_only(crm: Crm) -> None:
    write_notes()
    admin = await crm.actor("admin")
    await plugins.install("notes", actor=admin)

    with pytest.raises(Invalid) as refused:
        await plugins.configure("notes", {"size": 0, "colour": "red"}, actor=admin)
    assert {one.pointer for one in refused.value.errors} == {"/size", "/colour", "/token"}
    await plugins.configure("notes", {"size": 3, "token": "quay-9"}, actor=admin)
    await plugins.configure("notes", {"size": 4}, actor=admin)

    assert plugins.settings_of("notes")["size"] == 4
    assert "quay-9" not in str(plugins.settings_of("notes"))
    assert await secrets.get(plugins.secret_name("notes", "token")) == "quay-9"


async def test_only_an_admin_installs_and_removes(crm: Crm) -> None:
    write_notes()
    lina = await crm.actor("lina")
    with pytest.raises(Forbidden):
        await plugins.install("notes", actor=lina)
    await plugins.install("notes", actor=await crm.actor("admin"))
    for refused in (plugins.disable, plugins.enable, plugins.remove):
        with pytest.raises(Forbidden):
            await refused("notes", actor=lina)


async def test_a_plugin_that_cannot_be_installed_leaves_nothing(crm: Crm) -> None:
    admin = await crm.actor("admin")
    before = await fingerprint()
    broken = NOTES_CODE.replace(
        'columns=(Column("id", TEXT, primary=True)',
        'columns=(Column("id", TEXT, primary=True), Column("id", TEXT)',
    )
    for register, code in (
        ("registry.add_migrations(MIGRATIONS)", broken),
        ("registry.add_migrations(MIGRATIONS)\nraise RuntimeError('no')", NOTES_CODE),
        ("registry.add_page(page)", NOTES_CODE.replace('"/notes"', '"/admin"')),
        ("import nothing_of_that_name", NOTES_CODE),
    ):
        write_plugin("notes", register, code=code, touches={"table": ["x_notes_note"], "route": ["/notes"]})
        with pytest.raises((ExtensionPointError, database.DatabaseError)):
            await plugins.install("notes", actor=admin)
        assert await fingerprint() == before


async def test_what_is_not_there_or_twice_is_refused(crm: Crm) -> None:
    admin = await crm.actor("admin")
    with pytest.raises(NoSuchPlugin):
        await plugins.install("nothing", actor=admin)
    with pytest.raises(NoSuchPlugin):
        await plugins.remove("nothing", actor=admin)
    write_plugin("later", "pass", more='requires = ["no-such-package>=3"]\n')
    with pytest.raises(InvalidManifest):
        await plugins.install("later", actor=admin)
    write_notes()
    await plugins.install("notes", actor=admin)
    with pytest.raises(Conflict):
        await plugins.install("notes", actor=admin)
