"""The search box: words inside texts, whatever their capitals, in any writing."""

from __future__ import annotations

import pytest

from platform_core import records
from platform_core.identity import Actor
from platform_core.records import RecordQuery
from tests.records.world import Company, field, form, grant, publish, role

NAMES = ("Orion Trading GmbH", "上海科技有限公司", "Škoda Díly", "50%_off Ltd", "科 技", "МОСКВА Импорт")


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish(
        form("firm", field("name", required=True, search=True), field("tax", search=True), title="{name}"),
        role("sales", firm=grant("own")),
    )
    lina = await company.hire("Lina", "sales")
    for number, name in enumerate(NAMES):
        await records.create("firm", {"name": name, "tax": f"DE-{number}00{number}"}, actor=lina)
    return lina


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("orion", ["Orion Trading GmbH"]),
        ("RADIN", ["Orion Trading GmbH"]),
        ("科技", ["上海科技有限公司"]),
        ("海科技有", ["上海科技有限公司"]),
        ("海", ["上海科技有限公司"]),
        ("技 科", ["科 技", "上海科技有限公司"]),
        ("škoda díly", ["Škoda Díly"]),
        ("ŠKODA", ["Škoda Díly"]),
        ("москва", ["МОСКВА Импорт"]),
        ("50%_", ["50%_off Ltd"]),
        ("e-1001", ["上海科技有限公司"]),
        ("trading 科技", []),
        ("'; drop table", []),
    ],
)
async def test_every_word_stands_somewhere_in_the_record(lina: Actor, q: str, found: list[str]) -> None:
    page = await records.query(RecordQuery(form="firm", q=q), actor=lina)
    assert [record.title for record in page.items] == found
