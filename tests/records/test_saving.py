"""A save from the outside: what goes in, what is stored, what is refused and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from platform_core import audit, clock, database, records
from platform_core.errors import Forbidden, Invalid, NotFound
from platform_core.identity import Actor
from tests.records.world import Company, field, form, grant, plain, publish, role

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish(
        form(
            "account",
            field("name", required=True, max_length=80, search=True),
            field("email", "email", unique=True),
            field("employees", "integer"),
            field("limit", "money"),
            field("note", "long_text"),
            field("status", default="new"),
            field("opened", "date", default={"expr": "today()"}),
            title="{name}",
            numbering={"pattern": "CUS-{YYYY}-{seq:3}", "reset": "year", "mode": "fast"},
        ),
        role("sales", account=grant("own", fields={"note": "read", "limit": "hidden"})),
    )
    clock.set_source(lambda: NOW)
    return await company.hire("Lina", "sales", team="East", zone="Asia/Shanghai")


async def test_a_new_record_has_its_number_title_owner_and_defaults(company: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "Nordic Tools"}, actor=lina)
    assert (made.code, made.title, made.version) == ("CUS-2026-001", "Nordic Tools", 1)
    assert plain(made.values, "name", "owner", "team", "status", "opened") == {
        "name": "Nordic Tools",
        "owner": lina.user_id,
        "team": company.teams["East"],
        "status": "new",
        "opened": "2026-11-22",
    }
    assert made.values["owner"] == {"id": lina.user_id, "title": "Lina"}
    assert made.values["created_at"] == "2026-11-22T08:00:00Z"


async def test_today_of_a_default_is_the_owners_today(company: Company, lina: Actor) -> None:
    clock.set_source(lambda: datetime(2026, 11, 22, 18, 0, tzinfo=UTC))
    made = await records.create("account", {"name": "Late"}, actor=lina)
    assert made.values["opened"] == "2026-11-23"


async def test_all_problems_come_at_once_with_their_places(lina: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        await records.create(
            "account",
            {
                "email": "nowhere",
                "employees": "many",
                "colour": "red",
                "note": "x",
                "limit": "5",
                "code": "C1",
            },
            actor=lina,
        )
    assert {problem.pointer: problem.code for problem in refused.value.errors} == {
        "/name": "required",
        "/email": "email",
        "/employees": "number",
        "/colour": "unknown_field",
        "/note": "not_writable",
        "/limit": "unknown_field",
        "/code": "not_writable",
    }


async def test_a_hidden_field_is_answered_like_one_that_does_not_exist(lina: Actor) -> None:
    messages = []
    for name in ("limit", "nothing"):
        with pytest.raises(Invalid) as refused:
            await records.create("account", {"name": "A", name: "1"}, actor=lina)
        problem = refused.value.errors[0]
        messages.append((problem.code, problem.message))
    assert messages[0] == messages[1]


async def test_nothing_is_written_when_something_is_refused(lina: Actor) -> None:
    with pytest.raises(Invalid):
        await records.create("account", {"name": "A", "email": "nowhere"}, actor=lina)
    for table in ("r_local__account", "tw_record_history", "tw_audit_entry"):
        sql = f"SELECT count(*) FROM {table}" + (" WHERE kind = 'record'" if "audit" in table else "")
        assert await database.fetch_value(sql) == 0


async def test_who_may_not_create_is_refused_and_who_sees_nothing_finds_nothing(
    company: Company, lina: Actor
) -> None:
    await publish(role("reader", account=grant("all", create=False)), role("stranger"))
    with pytest.raises(Forbidden):
        await records.create("account", {"name": "A"}, actor=await company.hire("Rita", "reader"))
    with pytest.raises(NotFound):
        await records.create("account", {"name": "A"}, actor=await company.hire("Stan", "stranger"))


async def test_a_change_is_kept_in_history_and_noted_in_the_audit_without_values(lina: Actor) -> None:
    made = await records.create("account", {"name": "Nordic", "employees": 5}, actor=lina)
    saved = await records.update("account", made.id, {"employees": 7}, actor=lina, version=1)
    assert (saved.version, saved.values["employees"]) == (2, 7)
    page = await records.history("account", made.id, actor=lina)
    assert [(entry.action, entry.version) for entry in page.items] == [("update", 2), ("create", 1)]
    assert page.items[0].changes == {"employees": [5, 7]}
    assert page.items[1].changes["name"] == [None, "Nordic"]
    lines = await audit.read(audit.AuditQuery(subject=f"local.account/{made.id}"))
    noted = [(line.action, line.fields) for line in getattr(lines, "items", lines)]
    assert noted[0] == ("record.update", ("employees",))
    assert noted[1][0] == "record.create"


async def test_a_save_that_changes_nothing_leaves_the_version_alone(lina: Actor) -> None:
    made = await records.create("account", {"name": "Nordic"}, actor=lina)
    saved = await records.update("account", made.id, {"name": "Nordic"}, actor=lina, version=1)
    assert saved.version == 1


async def test_a_record_of_somebody_else_is_not_there(company: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "Nordic"}, actor=lina)
    carlos = await company.hire("Carlos", "sales", team="West")
    for attempt in (
        records.get("account", made.id, actor=carlos),
        records.update("account", made.id, {"name": "Mine"}, actor=carlos, version=1),
        records.delete("account", made.id, actor=carlos, version=1),
        records.history("account", made.id, actor=carlos),
        records.timeline("account", made.id, actor=carlos),
        records.comment("account", made.id, "Hello", actor=carlos),
        records.get("account", database.new_id(), actor=carlos),
        records.get("account", "no id at all", actor=carlos),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_field_that_became_required_later_does_not_stop_other_changes(lina: Actor) -> None:
    made = await records.create("account", {"name": "Nordic"}, actor=lina)
    await database.execute('UPDATE r_local__account SET "name" = NULL')
    assert (await records.update("account", made.id, {"employees": 3}, actor=lina, version=1)).version == 2
    with pytest.raises(Invalid) as refused:
        await records.update("account", made.id, {"name": ""}, actor=lina, version=2)
    assert refused.value.errors[0].pointer == "/name"
