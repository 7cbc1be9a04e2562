"""A publish does everything it announced, in one go, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from platform_core import audit, database, definitions
from platform_core.database import new_id
from platform_core.errors import Forbidden
from platform_core.identity import Actor
from tests.definitions.example_kinds import Sheet, chart, item, sheet


async def columns(table: str) -> set[str]:
    return {str(name) for name in await database.columns_of(table)}


async def fill(table: str, **values: str) -> None:
    names = ["id", *values]
    marks = ", ".join("?" * len(names))
    await database.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", (new_id(), *values.values())
    )


async def test_a_publish_makes_the_table_the_revision_and_the_catalog(db: str, admin: Actor) -> None:
    result = await definitions.publish([item(sheet("customer", "city"))], "first", actor=admin)
    assert [(made.key.text, made.revision) for made in result.revisions] == [("local/sheet/customer", 1)]
    assert await columns("t_local__customer") == {"id", "city"}
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None
    assert standing.object == Sheet("t_local__customer", {"city": "city"})
    assert (standing.revision, standing.hash) == (1, result.revisions[0].hash)
    line = (await definitions.revisions("sheet", "customer", actor=admin))[0]
    assert (line.number, line.note, line.author, line.current) == (1, "first", admin.user_id, True)


async def test_a_publish_is_noted_in_the_audit(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    lines = await audit.read(audit.AuditQuery(subject="local/sheet/customer"))
    assert [(line.action, line.user_id) for line in lines] == [("definition.publish", admin.user_id)]
    assert lines[0].detail["revision"] == 1


async def test_an_unchanged_definition_gets_no_new_revision(db: str, admin: Actor) -> None:
    raw = sheet("customer", "city")
    await definitions.publish([item(raw)], actor=admin)
    version = definitions.catalog().version
    shuffled = dict(reversed(raw.items()))
    result = await definitions.publish([item(shuffled)], actor=admin)
    assert result.revisions == ()
    assert [key.name for key in result.unchanged] == ["customer"]
    assert definitions.catalog().version == version
    assert len(await definitions.revisions("sheet", "customer", actor=admin)) == 1


async def test_a_definition_with_problems_changes_nothing(db: str, admin: Actor) -> None:
    items = [item(sheet("customer", "city")), item(sheet("deal", "Amount"))]
    with pytest.raises(definitions.InvalidDefinition) as refused:
        await definitions.publish(items, actor=admin)
    assert [problem.pointer for problem in refused.value.errors] == ["/items/1/definition/fields/0/name"]
    assert await columns("t_local__customer") == set()
    assert (await definitions.refresh()).get("sheet", "customer") is None


async def test_what_destroys_needs_consent_by_its_id(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city", "fax", "telex"))], actor=admin)
    await fill("t_local__customer", city="Ningbo", fax="123")
    without = [item(sheet("customer", "city"))]
    plan = {found.id: found for found in (await definitions.check(without, actor=admin)).plan}
    assert plan["field.fax.removed"].count == 1
    assert [found.id for found in plan.values() if found.destructive] == ["field.fax.removed"]
    with pytest.raises(definitions.NotAccepted) as refused:
        await definitions.publish(without, actor=admin)
    assert refused.value.missing == ("field.fax.removed",)
    await definitions.publish(without, accept=["field.fax.removed"], actor=admin)
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None
    assert standing.revision == 2


async def test_the_plan_is_made_again_inside_the_publish(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city", "fax"))], actor=admin)
    without = [item(sheet("customer", "city"))]
    assert not any(found.destructive for found in (await definitions.check(without, actor=admin)).plan)
    await fill("t_local__customer", fax="123")
    with pytest.raises(definitions.NotAccepted):
        await definitions.publish(without, actor=admin)


async def test_a_change_set_is_one_and_its_plan_ids_name_the_definition(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "fax")), item(sheet("deal", "fax"))], actor=admin)
    await fill("t_local__customer", fax="1")
    await fill("t_local__deal", fax="2")
    without = [item(sheet("customer")), item(sheet("deal"))]
    ids = ["local/sheet/customer:field.fax.removed", "local/sheet/deal:field.fax.removed"]
    with pytest.raises(definitions.NotAccepted) as refused:
        await definitions.publish(without, accept=ids[:1], actor=admin)
    assert refused.value.missing == (ids[1],)
    version = definitions.catalog().version
    await definitions.publish(without, accept=ids, actor=admin)
    assert definitions.catalog().version == version + 1
    lines = [(await definitions.revisions("sheet", name, actor=admin))[0] for name in ("customer", "deal")]
    assert lines[0].change_set == lines[1].change_set


async def test_the_plan_says_what_it_breaks(db: str, admin: Actor) -> None:
    together = [
        item(sheet("customer", "city", "country")),
        item(chart("map", "customer", "city")),
        item(chart("bars", "customer", "city", "country")),
    ]
    await definitions.publish(together, actor=admin)
    without = [item(sheet("customer", "country"))]
    plan = {found.id: found for found in (await definitions.check(without, actor=admin)).plan}
    assert plan["uses.city"].text == "Without 'city' this breaks: 2 charts (local.bars, local.map)."
    assert plan["uses.city"].destructive
    mended = [*without, item(chart("map", "customer", "country")), item(chart("bars", "customer", "country"))]
    assert not any(found.code == "breaks" for found in (await definitions.check(mended, actor=admin)).plan)


async def test_retiring_hides_a_definition_and_keeps_its_data(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city")), item(chart("map", "customer"))], actor=admin)
    await fill("t_local__customer", city="Ningbo")
    with pytest.raises(definitions.NotAccepted) as refused:
        await definitions.retire("sheet", "customer", actor=admin)
    assert refused.value.missing == ("sheet", "uses") or refused.value.missing == ("uses",)
    await definitions.retire("sheet", "customer", accept=refused.value.missing, actor=admin)
    assert definitions.catalog().get("sheet", "customer") is None
    assert await database.fetch_value("SELECT count(*) FROM t_local__customer") == 1
    listed = {line.key.name: line.state for line in await definitions.listing("sheet", actor=admin)}
    assert listed == {"customer": "retired"}


async def test_a_retired_definition_comes_back_by_a_rollback(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    await definitions.retire("sheet", "customer", actor=admin)
    result = await definitions.rollback("sheet", "customer", 1, actor=admin)
    assert result.revisions[0].revision == 2
    assert definitions.catalog().get("sheet", "customer") is not None


async def test_a_rollback_is_a_publish_with_its_own_plan(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    await definitions.publish([item(sheet("customer", "city", "fax"))], actor=admin)
    await fill("t_local__customer", fax="1")
    with pytest.raises(definitions.NotAccepted):
        await definitions.rollback("sheet", "customer", 1, actor=admin)
    await definitions.rollback("sheet", "customer", 1, accept=["field.fax.removed"], actor=admin)
    lines = await definitions.revisions("sheet", "customer", actor=admin)
    assert [(line.number, line.note) for line in lines] == [(3, "Back to revision 1"), (2, ""), (1, "")]
    assert lines[0].hash == lines[2].hash
    await definitions.rollback("sheet", "customer", 2, actor=admin)
    assert await database.fetch_value("SELECT fax FROM t_local__customer") == "1"


async def test_who_may_not_define_is_refused_and_noted(db: str, admin: Actor, seller: Actor) -> None:
    changes = [item(sheet("customer", "city"))]
    with pytest.raises(Forbidden):
        await definitions.publish(changes, actor=seller)
    with pytest.raises(Forbidden):
        await definitions.check(changes, actor=seller)
    with pytest.raises(Forbidden):
        await definitions.put_draft("sheet", "customer", sheet(), actor=seller)
    lines = await audit.read(audit.AuditQuery(kind=audit.REFUSAL))
    assert {line.action for line in lines} == {"definition.publish", "definition.check", "definition.draft"}


async def test_a_role_with_the_action_may_define(db: str, seller: Actor) -> None:
    definitions.use_role_check(lambda actor: "sales" in actor.roles)
    try:
        await definitions.publish([item(sheet("customer", "city"))], actor=seller)
    finally:
        definitions.use_role_check(None)


async def test_another_room_may_add_to_the_plan(db: str, admin: Actor) -> None:
    async def nobody_may(
        candidates: Sequence[definitions.Candidate], world: definitions.World
    ) -> Mapping[definitions.Key, Sequence[definitions.PlanItem]]:
        new = [found for found in candidates if found.old is None]
        return {found.key: [definitions.PlanItem(id="roles", code="roles", message="?")] for found in new}

    definitions.register_planner(nobody_may)
    try:
        result = await definitions.check([item(sheet("customer", "city"))], actor=admin)
    finally:
        definitions.forget_planner(nobody_may)
    assert [found.id for found in result.plan] == ["sheet", "roles"]


async def test_a_data_step_runs_inside_the_publish(db: str, admin: Actor) -> None:
    from platform_core.definitions import DataStep, Steps
    from tests.definitions.example_kinds import SheetKind

    class FillingKind(SheetKind):
        async def steps(self, old, new, world):  # type: ignore[no-untyped-def]  # as above
            made = await super().steps(old, new, world)
            return Steps(
                steps=(*made.steps, DataStep("fill", {"table": "t_local__customer"})), meta=made.meta
            )

    async def fill_in(params: object) -> None:
        await fill("t_local__customer", city="Ningbo")

    definitions.forget_kind("sheet")
    definitions.register_kind(FillingKind())
    definitions.register_data_step("fill", fill_in)
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    assert await database.fetch_value("SELECT city FROM t_local__customer") == "Ningbo"
