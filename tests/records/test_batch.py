"""Many records in one request: all or none, or each for itself; and imports."""

from __future__ import annotations

import pytest

from platform_core import audit, database, records
from platform_core.errors import Forbidden, Invalid
from platform_core.identity import SYSTEM, Actor
from platform_core.records import Change, RecordQuery, Removal, WriteOptions
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish_crm(role("sales", account=grant("own", **{"import": True}), contact=grant("own")))
    return await company.hire("Lina", "sales")


async def count(table: str = "r_local__account", where: str = "") -> int:
    return int(str(await database.fetch_value(f"SELECT count(*) FROM {table}{where}")))


async def test_an_atomic_batch_happens_whole_or_not_at_all(lina: Actor) -> None:
    first = await records.create("account", {"name": "A"}, actor=lina)
    second = await records.create("account", {"name": "B"}, actor=lina)
    with pytest.raises(Invalid) as refused:
        await records.batch(
            "account",
            create=[{"name": "C"}, {"employees": "x"}],
            update=[
                Change(id=first.id, values={"name": "A2"}, version=1),
                Change(id=second.id, values={"name": ""}),
            ],
            delete=[Removal(id=database.new_id())],
            atomic=True,
            actor=lina,
        )
    assert {p.pointer: p.code for p in refused.value.errors} == {
        "/create/1/name": "required",
        "/create/1/employees": "number",
        "/update/1/name": "required",
        "/delete/0": "not_found",
    }
    assert await count() == 2
    assert (await records.get("account", first.id, actor=lina)).title == "A"
    done = await records.batch(
        "account",
        create=[{"name": "C"}],
        update=[Change(id=first.id, values={"name": "A2"}, version=1)],
        delete=[Removal(id=second.id, version=1)],
        atomic=True,
        actor=lina,
    )
    assert [(result.op, result.ok, result.version) for result in done] == [
        ("create", True, 1),
        ("update", True, 2),
        ("delete", True, None),
    ]


async def test_in_a_loose_batch_each_row_stands_for_itself(lina: Actor) -> None:
    first = await records.create("account", {"name": "A"}, actor=lina)
    done = await records.batch(
        "account",
        create=[{"name": "C", "email": "c@example.com"}, {}, {"name": "D", "email": "c@example.com"}],
        update=[
            Change(id=first.id, values={"name": "A2"}, version=9),
            Change(id=first.id, values={"name": "A3"}),
        ],
        delete=[Removal(id="nonsense")],
        atomic=False,
        actor=lina,
    )
    assert [(result.op, result.index, result.ok) for result in done] == [
        ("create", 0, True),
        ("create", 1, False),
        ("create", 2, False),
        ("update", 0, False),
        ("update", 1, True),
        ("delete", 0, False),
    ]
    assert done[1].problems[0].pointer == "/name"
    assert done[2].problems[0].code == "not_unique"
    assert done[3].error is not None and done[3].error.code == "stale_version"


async def test_a_bulk_keeps_every_part_of_a_save(lina: Actor) -> None:
    rows = [{"name": f"Company {n}", "country": "DE", "email": f"{n}@example.com"} for n in range(300)]
    done = await records.bulk_create("account", rows, actor=lina)
    assert all(result.ok for result in done)
    assert [done[0].code, done[299].code] == ["CUS-001", "CUS-300"]
    assert await count() == 300
    assert await count("tw_record_history", " WHERE action = 'create'") == 300
    assert await count("tw_audit_entry", " WHERE action = 'record.create'") == 300
    lines = await audit.read(audit.AuditQuery(subject=f"local.account/{done[7].id}"))
    assert "email" in next(iter(getattr(lines, "items", lines))).fields
    found = await records.get("account", str(done[7].id), actor=lina)
    assert (found.title, found.values["owner"]) == ("Company 7", {"id": lina.user_id, "title": "Lina"})


async def test_bad_rows_of_a_bulk_are_named_and_the_others_are_made(lina: Actor) -> None:
    await records.create("account", {"name": "Old", "email": "old@example.com"}, actor=lina)
    rows: list[dict[str, object]] = [
        {"name": "A", "email": "a@example.com"},
        {"name": "B", "email": "a@example.com"},
        {"name": "C", "email": "old@example.com"},
        {"name": "D", "employees": "1,200"},
        {"name": "E", "parent": "nobody"},
    ]
    done = await records.bulk_create("account", rows, actor=lina, options=WriteOptions(textual=True))
    assert [result.ok for result in done] == [True, False, False, True, False]
    assert [[p.pointer for p in result.problems] for result in done] == [
        [],
        ["/email"],
        ["/email"],
        [],
        ["/parent"],
    ]
    assert await count() == 3


async def test_an_import_is_undone_except_for_what_was_touched_since(lina: Actor) -> None:
    options = WriteOptions(import_batch=database.new_id())
    done = await records.bulk_create("account", [{"name": n} for n in "ABCD"], actor=lina, options=options)
    ids = [str(result.id) for result in done]
    await records.update("account", ids[0], {"employees": 3}, actor=lina, version=1)
    await records.comment("account", ids[1], "Called them", actor=lina)
    await records.create("contact", {"name": "Ann", "account": ids[2]}, actor=lina)
    undone = await records.undo_batch("account", str(options.import_batch), actor=lina)
    assert undone == (1, 3)
    page = await records.query(RecordQuery(form="account", fields=(), sort=("title",)), actor=lina)
    assert [record.title for record in page.items] == ["A", "B", "C"]


async def test_only_who_may_import_undoes_an_import_and_only_an_admin_destroys_a_batch(
    company: Company, lina: Actor
) -> None:
    batch = database.new_id()
    options = WriteOptions(import_batch=batch)
    made = await records.create(
        "account", {"name": "A", "contacts": [{"name": "Ann"}]}, actor=lina, options=options
    )
    await records.update("account", made.id, {"name": "B"}, actor=lina, version=1)
    with pytest.raises(Forbidden):
        await records.undo_batch("contact", batch, actor=lina)
    with pytest.raises(Forbidden):
        await records.purge_batch(batch, actor=lina)
    assert await records.purge_batch(batch, actor=SYSTEM) == 2
    assert await records.any_records() is False
