"""What a publish does to values whose field becomes another: converted, cut or kept, and counted beforehand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from platform_core import database, definitions
from platform_core.definitions import NotAccepted
from platform_core.errors import Conflict
from platform_core.expressions import Money
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import (
    compiled,
    form,
    insert,
    plan_of,
    publish,
    stored,
    text,
)


async def test_shorter_text_is_cut_only_with_consent(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name", max_length=100)))
    await insert("account", name="Nordic Tools AS")
    await insert("account", name="Short")
    shorter = form("account", text("name", max_length=6))

    plan = await plan_of(admin, shorter)
    with pytest.raises(NotAccepted):
        await publish(admin, shorter)
    await publish(admin, shorter, accept=["field.name.cut"])

    assert (plan["field.name.cut"].count, plan["field.name.cut"].total) == (1, 2)
    assert await stored("account", "name") == ["Nordic", "Short"]


async def test_a_field_of_another_type_under_an_old_name_gets_columns_of_its_own(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("fax")))
    await insert("account", name="Nordic", fax="123")
    await publish(admin, form("account", text("name")), accept=["field.fax.removed"])

    await publish(admin, form("account", text("name"), {"type": "date", "name": "fax"}))

    assert [column.name for column in compiled("account").entity.fields["fax"].columns] == ["fax__2"]
    assert await stored("account", "fax") == [None]


async def test_retyping_converts_what_it_can_and_counts_what_it_would_lose(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("staff")))
    for value in ("120", "1,200", "many", None):
        await insert("account", name="x", staff=value)
    numbers = form("account", text("name"), {"type": "integer", "name": "staff"})

    plan = await plan_of(admin, numbers)
    with pytest.raises(NotAccepted):
        await publish(admin, numbers)
    await publish(admin, numbers, accept=["field.staff.retyped"])

    found = plan["field.staff.retyped"]
    assert (found.count, found.params["kept"], found.destructive) == (1, 2, True)
    assert await stored("account", "staff") == [120, 1200, None, None]


async def test_rolling_a_retype_back_brings_the_old_values_and_keeps_the_newer_ones(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("staff")))
    for value in ("120", "many", "7", "8"):
        await insert("account", name="x", staff=value)
    numbers = form("account", text("name"), {"type": "integer", "name": "staff"})
    await publish(admin, numbers, accept=["field.staff.retyped"])
    column = compiled("account").entity.fields["staff"].columns[0].name
    ids = [row for (row,) in await database.fetch_tuples('SELECT "id" FROM r_shop__account ORDER BY "id"')]
    await database.execute(f'UPDATE r_shop__account SET "{column}" = 9 WHERE "id" = ?', (ids[2],))
    await database.execute(f'UPDATE r_shop__account SET "{column}" = NULL WHERE "id" = ?', (ids[3],))

    await definitions.rollback("form", "account", revision=1, actor=admin)

    assert await stored("account", "staff") == ["120", "many", "9", None]


async def test_text_becomes_a_choice_by_its_labels_with_a_dictionary_of_the_same_publish(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("grade")))
    for value in ("Top", "良好", "b", "zzz"):
        await insert("account", name="x", grade=value)
    graded = form("account", text("name"), {"type": "choice", "name": "grade", "dictionary": "grade"})

    await publish(admin, graded, GRADE, accept=["shop/form/account:field.grade.retyped"])

    assert await stored("account", "grade") == ["a", "b", "b", None]


async def test_more_decimals_are_a_conversion_without_loss(db: str, admin: Actor) -> None:
    await publish(admin, form("item", text("name"), {"type": "decimal", "name": "weight", "scale": 2}))
    await insert("item", name="x", weight=Decimal("1.25"))

    wider = form("item", text("name"), {"type": "decimal", "name": "weight", "scale": 4})
    plan = await plan_of(admin, wider)
    await publish(admin, wider)

    assert not plan["field.weight.retyped"].destructive
    assert await stored("item", "weight") == [Decimal("1.2500")]


async def test_a_number_becomes_money_in_the_currency_of_the_field(db: str, admin: Actor) -> None:
    await publish(admin, form("item", text("name"), {"type": "decimal", "name": "price"}))
    await insert("item", name="x", price=Decimal("9.90"))

    await publish(admin, form("item", text("name"), {"type": "money", "name": "price", "currency": "EUR"}))

    assert await stored("item", "price") == [Money(Decimal("9.90"), "EUR")]


async def test_values_that_become_equal_by_a_conversion_cannot_be_unique(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("erp", unique=True)))
    await insert("account", erp="7")
    await insert("account", erp="07")

    with pytest.raises(Conflict) as refused:
        await publish(admin, form("account", {"type": "integer", "name": "erp", "unique": True}))

    assert refused.value.code == "duplicates"
    assert await stored("account", "erp") == ["7", "07"]


async def test_narrower_bounds_are_advice_not_loss(db: str, admin: Actor) -> None:
    since: dict[str, object] = {"type": "date", "name": "since"}
    await publish(admin, form("account", since, {"type": "decimal", "name": "rate"}))
    await insert("account", since=date(2020, 1, 1), rate=Decimal("5.00"))

    bounded = form("account", {**since, "min": "2021-01-01"}, {"type": "decimal", "name": "rate", "max": "4"})
    plan = await plan_of(admin, bounded)

    assert [plan[f"field.{name}.bounds"].severity for name in ("since", "rate")] == ["advice", "advice"]


async def test_a_link_to_another_form_loses_what_pointed_to_the_first(db: str, admin: Actor) -> None:
    def task(target: str) -> dict[str, object]:
        return form("task", text("name"), {"type": "link", "name": "about", "form": target})

    await publish(admin, form("account", text("name")), form("deal", text("name")), task("account"))
    account = await insert("account", name="Nordic")
    await insert("task", name="Call", about=account)

    plan = await plan_of(admin, task("deal"))

    assert (plan["field.about.retyped"].count, plan["field.about.retyped"].destructive) == (1, True)


async def test_a_link_that_gets_a_second_form_keeps_pointing(db: str, admin: Actor) -> None:
    def task(**target: object) -> dict[str, object]:
        return form("task", text("name"), {"type": "link", "name": "about", **target})

    await publish(admin, form("account", text("name")), form("deal", text("name")), task(form="account"))
    account = await insert("account", name="Nordic")
    await insert("task", name="Call", about=account)

    await publish(admin, task(forms=["account", "deal"]))

    (found,) = await stored("task", "about")
    assert (getattr(found, "id", None), getattr(found, "form", None)) == (account, "shop.account")
