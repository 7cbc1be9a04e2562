"""Groups and measures: exact on both engines, and only over what the actor sees."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

import pytest

from platform_core import records
from platform_core.identity import SYSTEM
from platform_core.records import AggregateQuery, BadQuery
from tests.records.world import Company, Raw, field, form, grant, publish, role

ORDER = form(
    "sale",
    field("country", "country"),
    field("day", "date"),
    field("pieces", "integer"),
    field("weight", "decimal", scale=3),
    field("total", "money"),
    title="{country}",
)


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish(ORDER, role("sales", sale=grant("own", fields={"weight": "hidden"})))
    return company


async def add(*rows: Mapping[str, object]) -> None:
    done = await records.bulk_create("sale", rows, actor=SYSTEM)
    assert all(result.ok for result in done), [result.problems for result in done if not result.ok][:3]


async def measure(*measures: str, by: tuple[str, ...] = (), **asked: str) -> list[Raw]:
    query = AggregateQuery(form="sale", by=by, measures=measures, **asked)  # type: ignore[arg-type]  # per test
    return await records.aggregate(query, actor=SYSTEM)


def euro(amount: str, currency: str = "EUR") -> Raw:
    return {"amount": amount, "currency": currency}


async def test_ten_thousand_lines_add_up_to_the_last_digit(crm: Company) -> None:
    """A tenth is no binary fraction, and the sum is far beyond what 64 bits hold at the column's scale."""
    huge = "99999999999999.99"
    for _ in range(10):
        await add(*({"total": euro(huge if n % 10 else "0.1"), "weight": "0.001"} for n in range(1_000)))
    (row,) = await measure("sum(total)", "sum(weight)", "count()", "avg(weight)")
    exact = Decimal(huge) * 9_000 + Decimal("0.1") * 1_000
    (total,) = cast("list[dict[str, str]]", row["sum(total)"])  # one currency
    assert Decimal(total["amount"]) == exact
    assert (row["sum(weight)"], row["count()"], row["avg(weight)"]) == ("10.000", 10_000, "0.00100")


async def test_groups_stand_in_their_order_with_blanks_last(crm: Company) -> None:
    await add(
        {"country": "FR", "pieces": 1},
        {"country": "DE", "pieces": 2},
        {"country": "DE", "pieces": 5},
        {"pieces": None},
    )
    assert await measure(
        "count()", "sum(pieces)", "avg(pieces)", "min(pieces)", "max(pieces)", by=("country",)
    ) == [
        {
            "country": "DE",
            "count()": 2,
            "sum(pieces)": 7,
            "avg(pieces)": "3.50",
            "min(pieces)": 2,
            "max(pieces)": 5,
        },
        {
            "country": "FR",
            "count()": 1,
            "sum(pieces)": 1,
            "avg(pieces)": "1.00",
            "min(pieces)": 1,
            "max(pieces)": 1,
        },
        {
            "country": None,
            "count()": 1,
            "sum(pieces)": None,
            "avg(pieces)": None,
            "min(pieces)": None,
            "max(pieces)": None,
        },
    ]


async def test_money_is_summed_per_currency(crm: Company) -> None:
    await add(
        {"country": "DE", "total": euro("0.10")},
        {"country": "DE", "total": euro("0.20")},
        {"country": "DE", "total": euro("5", "USD")},
        {"country": "FR"},
    )
    rows = await measure("sum(total)", "count()", by=("country",))
    amounts = [(row["country"], row["count()"], _plain(row["sum(total)"])) for row in rows]
    assert amounts == [("DE", 3, [("0.3", "EUR"), ("5", "USD")]), ("FR", 1, [])]


def _plain(sums: object) -> list[tuple[str, str]]:
    assert isinstance(sums, list)
    return [(f"{Decimal(each['amount']).normalize():f}", each["currency"]) for each in sums]


async def test_dates_have_a_first_and_a_last_and_negative_numbers_count(crm: Company) -> None:
    await add(
        {"day": "2026-02-01", "weight": "-1.5"}, {"day": "2025-01-01", "weight": "0.25"}, {"weight": "-7"}
    )
    (row,) = await measure("min(day)", "max(day)", "sum(weight)", "avg(weight)", "min(weight)")
    assert row == {
        "min(day)": "2025-01-01",
        "max(day)": "2026-02-01",
        "sum(weight)": "-8.250",
        "avg(weight)": "-2.75000",
        "min(weight)": "-7.000",
    }


async def test_filter_and_search_narrow_what_is_measured(crm: Company) -> None:
    await add({"country": "DE", "pieces": 2}, {"country": "FR", "pieces": 3})
    assert await measure("sum(pieces)", filter="country == 'FR'") == [{"sum(pieces)": 3}]
    assert await measure("count()", filter="pieces > 99") == [{"count()": 0}]
    assert await measure("count()", by=("country",), filter="pieces > 99") == []


async def test_only_rows_and_fields_that_the_actor_sees_are_measured(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales")
    await add(
        {"country": "DE", "pieces": 2, "weight": "1"}, {"country": "DE", "pieces": 3, "owner": lina.user_id}
    )
    query = AggregateQuery(form="sale", by=("country", "owner"), measures=("sum(pieces)",))
    assert await records.aggregate(query, actor=lina) == [
        {"country": "DE", "owner": {"id": lina.user_id, "title": "Lina"}, "sum(pieces)": 3}
    ]
    for measures in (("sum(weight)",), ("sum(nothing)",)):
        with pytest.raises(BadQuery) as refused:
            await records.aggregate(AggregateQuery(form="sale", measures=measures), actor=lina)
        assert [(p.pointer, p.code) for p in refused.value.errors] == [("/measures/0", "unknown_measure")]


async def test_what_cannot_be_measured_or_grouped_is_named(crm: Company) -> None:
    for asked, pointer in (
        ({"measures": ("sum(country)",)}, "/measures/0"),
        ({"measures": ("count()", "median(pieces)")}, "/measures/1"),
        ({"measures": ("sum(pieces); DROP",)}, "/measures/0"),
        ({"by": ("total",)}, "/by/0"),
        ({"by": ("country", "nothing")}, "/by/1"),
    ):
        with pytest.raises(BadQuery) as refused:
            await records.aggregate(AggregateQuery(form="sale", **asked), actor=SYSTEM)
        assert refused.value.errors[0].pointer == pointer
