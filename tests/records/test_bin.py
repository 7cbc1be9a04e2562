"""The recycle bin: away, back, gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from platform_core import audit, clock, database, events, jobs, records
from platform_core.errors import Forbidden, NotFound, StaleVersion
from platform_core.identity import SYSTEM, Actor
from platform_core.records import InBin, NotInBin, RecordQuery, RecordSaved, StillLinked
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish_crm(
        role("sales", account=grant("own"), contact=grant("own"), quote=grant("own")),
        role("reader", account=grant("all", delete="none")),
    )
    return await company.hire("Lina", "sales")


async def titles(actor: Actor, *, bin: bool = False) -> list[str]:
    page = await records.query(RecordQuery(form="account", fields=(), bin=bin), actor=actor)
    return [record.title for record in page.items]


async def test_a_deleted_record_is_in_the_bin_only_and_can_come_back(lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    await records.delete("account", made.id, actor=lina, version=1)
    assert await titles(lina) == []
    assert await titles(lina, bin=True) == ["A"]
    with pytest.raises(NotFound):
        await records.get("account", made.id, actor=lina)
    assert (await records.get("account", made.id, actor=lina, bin=True)).archived_at is not None
    with pytest.raises(InBin):
        await records.update("account", made.id, {"name": "B"}, actor=lina, version=2)
    back = await records.restore("account", made.id, actor=lina)
    assert (back.version, back.archived_at) == (3, None)
    history = await records.history("account", made.id, actor=lina)
    assert [entry.action for entry in history.items] == ["restore", "archive", "create"]


async def test_deleting_needs_the_right_and_the_version_that_was_read(company: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    with pytest.raises(Forbidden):
        await records.delete("account", made.id, actor=await company.hire("Rita", "reader"), version=1)
    with pytest.raises(StaleVersion):
        await records.delete("account", made.id, actor=lina, version=7)
    await records.delete("account", made.id, actor=lina, version=None)
    with pytest.raises(InBin):
        await records.delete("account", made.id, actor=lina, version=None)


async def test_only_what_is_in_the_bin_can_be_restored_or_destroyed(lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    with pytest.raises(NotInBin):
        await records.restore("account", made.id, actor=lina)
    with pytest.raises(NotInBin):
        await records.purge("account", made.id, actor=lina)


async def test_a_record_that_others_point_to_is_not_destroyed(lina: Actor) -> None:
    made = await records.create("account", {"name": "A", "contacts": [{"name": "Ann"}]}, actor=lina)
    await records.delete("account", made.id, actor=lina, version=1)
    with pytest.raises(StillLinked) as refused:
        await records.purge("account", made.id, actor=lina)
    assert refused.value.details == [{"form": "local.contact", "field": "account", "count": 1}]


async def test_destroying_leaves_the_audit_and_nothing_else(lina: Actor) -> None:
    made = await records.create("quote", {"subject": "Q", "lines": [{"item": "a"}]}, actor=lina)
    await records.comment("quote", made.id, "Hello", actor=lina)
    heard: list[str] = []

    def note(event: RecordSaved) -> None:
        heard.append(event.action)

    events.subscribe(RecordSaved, note)
    await records.delete("quote", made.id, actor=lina, version=1)
    await records.purge("quote", made.id, actor=lina)
    for table in ("r_local__quote", "r_local__quote__lines", "tw_record_history", "tw_record_comment"):
        assert await database.fetch_value(f"SELECT count(*) FROM {table}") == 0
    lines = await audit.read(audit.AuditQuery(subject=f"local.quote/{made.id}"))
    actions = [line.action for line in getattr(lines, "items", lines)]
    assert actions[0] == "record.purge"
    assert heard == ["archive", "purge"]


async def test_the_job_of_the_night_empties_the_bin_of_what_is_old_enough(lina: Actor) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    clock.set_source(lambda: noon)
    for name in "AB":
        made = await records.create("account", {"name": name}, actor=lina)
        await records.delete("account", made.id, actor=lina, version=1)
    night = records.PURGING.after(noon + timedelta(days=30))
    clock.set_source(lambda: night)
    await jobs.add(records.PURGE)
    (planned,) = await jobs.find(kind=records.PURGE)
    assert await records.purge_job(planned) == {"removed": 2}
    assert await records.purge_job(planned) == {"removed": 0}


async def test_the_bin_is_emptied_by_age(lina: Actor) -> None:
    old = await records.create("account", {"name": "Old"}, actor=lina)
    linked = await records.create("account", {"name": "Linked", "contacts": [{"name": "Ann"}]}, actor=lina)
    for made in (old, linked):
        await records.delete("account", made.id, actor=lina, version=1)
    later = clock.now() + timedelta(days=31)
    clock.set_source(lambda: later)
    young = await records.create("account", {"name": "Young"}, actor=lina)
    await records.delete("account", young.id, actor=lina, version=1)
    assert await records.purge_expired() == 1
    assert sorted(await titles(SYSTEM, bin=True)) == ["Linked", "Young"]
