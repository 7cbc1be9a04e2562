"""What a publish says of computed fields, what it refuses, and how it fills those of records that are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from form_engine.computed import spreading, work
from form_engine.computed.graph import Node
from form_engine.computed.spreading import Change
from platform_core import clock, jobs, records
from platform_core.definitions import NotAccepted
from platform_core.errors import Invalid
from platform_core.identity import Actor
from tests.form_engine.computed.trade import TRADE, differences, rows_of
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import Raw, check, compiled, form, plan_of, problems_of, publish, text

LINK: Raw = {"type": "link", "name": "account", "form": "account"}
DEALS: Raw = {"type": "children", "name": "deals", "form": "deal", "by": "account"}


def formula(name: str, expr: str, result: str, **options: object) -> Raw:
    return {"type": "formula", "name": name, "expr": expr, "result": result, **options}


def rollup(name: str, of: str, compute: str, **options: object) -> Raw:
    return {"type": "rollup", "name": name, "of": of, "compute": compute, **options}


def lookup(name: str, path: str, **options: object) -> Raw:
    return {"type": "lookup", "name": name, "path": path, **options}


async def test_a_computed_field_has_the_columns_and_the_type_of_its_result(db: str, admin: Actor) -> None:
    account = form("account", text("name"), {"type": "choice", "name": "by_hand", "dictionary": "grade"}, DEALS,
                   formula("grade", "by_hand", "choice:grade"), rollup("total", "deals", "sum(amount)"))  # fmt: skip
    deal = form("deal", LINK, {"type": "money", "name": "amount"}, lookup("grade", "account.grade"))
    await publish(admin, GRADE, account, deal)

    fields = compiled("account").entity.fields
    assert (fields["grade"].type, fields["grade"].dictionary) == ("choice", "shop.grade")
    assert [column.name for column in fields["total"].columns] == ["total", "total__cur"]
    assert not fields["total"].writable
    assert compiled("deal").entity.fields["grade"].type == "choice"


REFUSED: tuple[tuple[Raw, str, str], ...] = (
    (formula("f", "today()", "date"), "/expr", "volatile"),
    (formula("f", "user.name", "text"), "/expr", "unknown_name"),
    (formula("f", "IF(in_team('x'), 1, 2)", "integer"), "/expr", "personal"),
    (formula("f", "name", "decimal"), "/expr", "wrong_type"),
    (formula("f", "name", "colour"), "/result", "result"),
    (formula("f", "name", "choice"), "/result", "result"),
    (formula("f", "name", "text", volatile=True), "/volatile", "volatile"),
    (formula("f", "count(deals)", "integer"), "/expr", "children"),
    (formula("f", "version", "integer"), "/expr", "made_later"),
    (formula("f", "f", "text"), "", "circle"),
    (rollup("f", "deals", "sum(name)"), "/compute", "compute"),
    (rollup("f", "deals", "median(amount)"), "/compute", "compute"),
    (rollup("f", "stock", "count()"), "/of", "not_related"),
    (rollup("f", "deals", "count()", where="name"), "/where", "not_a_condition"),
    (lookup("f", "parent.price"), "/path", "unknown_part"),
    (lookup("f", "name.length"), "/path", "not_a_link"),
    (lookup("f", "parent.deals"), "/path", "unheld"),
)


async def test_what_cannot_be_computed_is_refused_at_its_place(db: str, admin: Actor) -> None:
    parent = {"type": "link", "name": "parent", "form": "account"}
    deal = form("deal", text("name"), LINK, {"type": "money", "name": "amount"})

    for made, pointer, code in REFUSED:
        account = form("account", text("name"), made, DEALS, parent, {"type": "decimal", "name": "rate"})
        found = await problems_of(admin, account, deal)
        assert found.get(f"/items/0/definition/fields/1{pointer}") == code, (made, found)


async def test_a_circle_over_forms_is_named(db: str, admin: Actor) -> None:
    account = form("account", DEALS, rollup("total", "deals", "sum(share)"))
    deal = form("deal", LINK, lookup("all", "account.total"), formula("share", "all / 2", "decimal"))

    found = [each for each in (await check(admin, account, deal)).problems if each.code == "circle"]

    assert any("account.total → deal.share → deal.all → account.total" in each.text for each in found), found


async def test_a_new_computed_field_is_worked_out_for_the_records_that_are_there(
    db: str, admin: Actor
) -> None:
    account, deal, task = TRADE
    plain = {"account": _without(account), "deal": _without(deal), "task": _without(task)}
    await publish(admin, *plain.values())
    made = await records.create("account", {"name": "Hansa", "rate": "5", "country": "DE"}, actor=admin)
    for amount in (10, 20):
        money = {"amount": str(amount), "currency": "EUR"}
        await records.create(
            "deal", {"account": made.id, "amount": money, "won": True, "lines": [{"qty": 7}]}, actor=admin
        )

    plan = await plan_of(admin, *TRADE)
    await publish(admin, *TRADE)
    await jobs.Worker(concurrency=1).run_once()

    assert plan["shop/form/account:computed"].count == 1
    assert await differences() == []
    stored = (await rows_of("account"))[made.id]
    assert (stored["deal_count"], stored["sign"], stored["version"]) == (2, "busy", 1)


def _without(whole: Raw) -> Raw:
    fields: list[Raw] = whole["fields"]  # type: ignore[assignment]  # as `form` made it
    return {
        **whole,
        "fields": [each for each in fields if each["type"] not in ("formula", "lookup", "rollup")],
    }


async def test_a_changed_formula_is_worked_out_anew_and_a_changed_label_is_not(db: str, admin: Actor) -> None:
    def account(expr: str, label: str = "Sum") -> Raw:
        return form(
            "account",
            {"type": "integer", "name": "a"},
            {**formula("b", expr, "integer"), "label": {"en": label}},
        )

    await publish(admin, account("a + 1"))
    made = await records.create("account", {"a": 5}, actor=admin)
    await publish(admin, account("a + 1", "Total"))
    assert not await jobs.find(kind=spreading.RECOMPUTE)
    await publish(admin, account("a * 2"))
    await jobs.Worker(concurrency=1).run_once()

    assert (await rows_of("account"))[made.id]["b"] == 10


async def test_what_other_forms_compute_from_a_field_stands_in_the_plan_of_its_change(
    db: str, admin: Actor
) -> None:
    await publish(admin, *TRADE)
    account = TRADE[0]
    fields: list[Raw] = account["fields"]  # type: ignore[assignment]  # as `form` made it
    gone = {**account, "fields": [each for each in fields if each["name"] != "country"]}

    plan = await plan_of(admin, gone)

    assert plan["uses.country"].destructive
    assert "Deal: Country" in plan["field.country.feeds"].text


async def test_beyond_the_bound_a_job_brings_the_rest_up_to_date(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(admin, *TRADE)
    made = await records.create("account", {"name": "Hansa", "country": "DE"}, actor=admin)
    rows = [{"account": made.id, "name": f"D{number}"} for number in range(40)]
    await records.bulk_create("deal", rows, actor=admin)
    monkeypatch.setattr(
        spreading.spread, "__kwdefaults__", {**(spreading.spread.__kwdefaults__ or {}), "most": 10}
    )

    await records.update("account", made.id, {"country": "NO"}, actor=admin, version=None)
    late = await differences()
    while await jobs.Worker(concurrency=1).run_once():
        pass

    assert len(late) == 40
    assert await differences() == []


async def test_nobody_writes_a_computed_field(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)

    with pytest.raises(Invalid) as refused:
        await records.create("account", {"name": "Hansa", "score": "9"}, actor=admin)

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/score", "not_writable")]


async def test_a_volatile_formula_is_worked_out_at_read(db: str, admin: Actor) -> None:
    age = formula("age", "days_between(date(created_at), today())", "integer", volatile=True)
    await publish(
        admin, form("account", text("name"), age, lists=[{"name": "all", "columns": ["name", "age"]}])
    )

    made = await records.create("account", {"name": "Hansa"}, actor=admin)
    listed = await records.query_flat(records.RecordQuery(form="account"), actor=admin)

    assert made.values["age"] == 0
    assert listed.items[0]["age"] == 0
    with pytest.raises(records.BadQuery):
        await records.query(records.RecordQuery(form="account", sort=("age",)), actor=admin)
    with pytest.raises(records.BadQuery):
        await records.query(records.RecordQuery(form="account", filter="age > 1"), actor=admin)


async def test_a_lookup_is_blank_once_its_field_holds_something_else(db: str, admin: Actor) -> None:
    await publish(admin, *TRADE)
    made = await records.create("account", {"name": "Hansa", "country": "7"}, actor=admin)
    deal = await records.create("deal", {"account": made.id}, actor=admin)
    fields: list[Raw] = TRADE[0]["fields"]  # type: ignore[assignment]  # as `form` made it
    number = {"type": "integer", "name": "country", "label": {"en": "Country"}}
    retyped = {
        **TRADE[0],
        "fields": [number if each["name"] == "country" else each for each in fields],
    }

    plan = await plan_of(admin, retyped)
    await publish(admin, retyped, accept=[each.id for each in plan.values()])
    await jobs.Worker(concurrency=1).run_once()
    blank = (await rows_of("deal"))[deal.id]["country"]
    await publish(admin, {**TRADE[1], "icon": "deal"}, accept=[])
    await jobs.Worker(concurrency=1).run_once()

    assert "Deal: Country" in plan["field.country.feeds"].text
    assert blank is None
    assert (await rows_of("deal"))[deal.id]["country"] == 7


async def test_a_job_that_was_stopped_goes_on_behind_the_last_record(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [_without(each) for each in TRADE]
    await publish(admin, *plain)
    await records.bulk_create("task", [{"name": f"T{number}"} for number in range(25)], actor=admin)
    await publish(admin, *TRADE)
    asked: list[list[str]] = []

    async def failing(node: Node, ids: Sequence[str], *, quiet: bool, silent: bool) -> list[Change]:
        if node.entity.name == "task":
            asked.append(list(ids))
            if len(asked) == 2:
                raise RuntimeError("pulled the plug")
        return await spreading.recompute(node, ids, quiet=quiet, silent=silent)

    monkeypatch.setattr(work, "CHUNK", 10)
    monkeypatch.setattr(work, "recompute", failing)
    await jobs.Worker(concurrency=1).run_once()
    later = clock.now() + timedelta(hours=1)
    clock.set_source(lambda: later)
    await jobs.Worker(concurrency=1).run_once()

    assert [len(ids) for ids in asked] == [10, 10, 10, 5]
    assert asked[1] == asked[2]
    assert await differences() == []


async def test_what_people_entered_is_put_aside_and_comes_back(db: str, admin: Actor) -> None:
    typed = form("account", {"type": "integer", "name": "a"}, {"type": "integer", "name": "b"})
    worked_out = form("account", {"type": "integer", "name": "a"}, formula("b", "a + 1", "integer"))
    await publish(admin, typed)
    made = await records.create("account", {"a": 1, "b": 77}, actor=admin)

    plan = await plan_of(admin, worked_out)
    with pytest.raises(NotAccepted):
        await publish(admin, worked_out)
    await publish(admin, worked_out, accept=["field.b.put_aside"])
    await jobs.Worker(concurrency=1).run_once()
    computed = (await rows_of("account"))[made.id]["b"]
    back = await plan_of(admin, typed)
    await publish(admin, typed, accept=list(back))

    assert (plan["field.b.put_aside"].count, computed) == (1, 2)
    assert (await rows_of("account"))[made.id]["b"] == 77
