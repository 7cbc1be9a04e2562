"""A plugin that ships forms is removed: nothing of its records stays in the tables that all forms share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from platform_core import audit, database, deadlines, files, jobs, notifications, plugins, records, search
from platform_core.errors import Forbidden
from platform_core.identity import Actor
from tests.fixtures_crm import Crm
from tests.operations.test_backups import ACCOUNT
from tests.plugins.samples import write_plugin
from tests.plugins.test_coming_and_going import fingerprint

DEFINITIONS = {
    "app.json": {
        "kind": "app", "schema": 1, "name": "dock_log", "version": "1.0.0", "label": {"en": "Dock log"},
        "languages": ["en"], "menu": [],
    },
    "forms/berth.json": {
        "kind": "form", "schema": 1, "name": "berth", "label": {"en": "Berth"}, "plural": {"en": "Berths"},
        "title": "{name}",
        "fields": [
            {"name": "name", "type": "text", "label": {"en": "Name"}, "search": True, "required": True},
            {"name": "number", "type": "autonumber", "label": {"en": "Number"}, "pattern": "B-{seq:4}"},
            {"name": "papers", "type": "files", "label": {"en": "Papers"}},
        ],
    },
}  # fmt: skip
FORM = "dock_log.berth"
SHARED = (
    "tw_record_history", "tw_record_comment", "tw_record_link", "tw_record_sequence", "tw_file", "tw_search",
    "tw_search_shape", "tw_audit_access", "tw_notification",
)  # fmt: skip


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _live_a_little(crm: Crm, admin: Actor) -> None:
    """Records with everything that shared tables keep of one."""
    paper = await files.store("papers.txt", _chunks(b"cargo manifest"), actor=admin)
    made = await records.create(FORM, {"name": "North quay", "papers": [paper.id]}, actor=admin)
    await records.create(FORM, {"name": "South quay"}, actor=admin)
    await records.comment(FORM, made.id, "Crane 3 is back, says @carlos@demo.example", actor=admin)
    await records.link_outside(FORM, made.id, "port", "B-77", actor=admin)
    await audit.write_access("export", form=FORM, records=[made.id], fields=["name"], actor=admin)
    lina = (await crm.actor("lina")).user_id
    text = notifications.Message("North quay is yours")
    async with database.transaction():
        await notifications.notify([lina], topic="system", text=text)
    await database.execute("UPDATE tw_notification SET form = ?, record = ?", (FORM, made.id))
    await deadlines.start(f"{FORM}/{made.id}", "answer", "work PT8H")
    await jobs.add("records.purge", subject=f"{FORM}/export")
    assert (await search.find("North quay", actor=admin)).groups


async def _fingerprint() -> dict[str, str]:
    """Every table but the inside of SQLite's full-text index, which merges what was deleted when it likes to."""
    return {
        name: digest
        for name, digest in (await fingerprint()).items()
        if not name.startswith("tw_search_words_")
    }


async def _kept() -> dict[str, int]:
    found = {}
    for table in SHARED:
        sql = f"SELECT COUNT(*) FROM {table} WHERE form LIKE 'dock!_log.%' ESCAPE '!'"
        found[table] = int(str(await database.fetch_value(sql)))
    return found


async def test_a_removed_plugin_with_forms_leaves_no_residue_of_its_records(crm: Crm) -> None:
    write_plugin("dock_log", "pass", definitions=DEFINITIONS)
    admin = await crm.actor("admin")
    await audit.flush_access()
    before = await _fingerprint()
    await plugins.install("dock_log", actor=admin)
    await _live_a_little(crm, admin)
    assert {table for table, count in (await _kept()).items() if not count} == set()

    plan = await plugins.plan_of_removal("dock_log", actor=admin)
    await plugins.remove("dock_log", accept=[item.id for item in plan], actor=admin)

    assert {table for table, count in (await _kept()).items() if count} == set()
    after = await _fingerprint()
    assert after == before, {name for name in {*after, *before} if after.get(name) != before.get(name)}
    lines = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_audit_entry WHERE subject LIKE 'dock!_log.berth/%' ESCAPE '!'"
    )
    assert lines, "the audit keeps that it was, without a value"

    await plugins.install("dock_log", actor=admin)
    again = await records.create(FORM, {"name": "North quay"}, actor=admin)
    found = await search.find("North quay", actor=admin)
    assert [hit.id for group in found.groups for hit in group.hits] == [again.id]


async def test_what_other_apps_keep_stays_when_one_with_a_similar_name_leaves(crm: Crm) -> None:
    admin = await crm.actor("admin")
    await records.create("trade_crm.account", {**ACCOUNT, "name": "Nordic Tools"}, actor=admin)
    await audit.flush_access()
    before = await fingerprint()
    await records.forget_app("trade-crm", actor=admin)
    await records.forget_app("trade", actor=admin)
    await records.forget_app("tradeXcrm", actor=admin)
    assert await fingerprint() == before


async def test_only_an_admin_takes_an_app_out(crm: Crm) -> None:
    with pytest.raises(Forbidden):
        await records.forget_app("dock_log", actor=await crm.actor("lina"))
