"""A field with data becomes an encrypted one, and back: an item of the plan, and nothing left in clear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_core import database, permissions, records, settings
from platform_core.identity import SYSTEM, Actor
from platform_core.records import RecordQuery
from tests.form_engine.publishing import columns_of, compiled, form, plan_of, problems_of, publish, text

PLAIN = form("account", text("name"), text("tax_no", unique=True), title="{name}")
CLOSED = form("account", text("name"), text("tax_no", unique=True, sensitive="encrypted"), title="{name}")


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path) -> Iterator[None]:
    before = settings.current()
    settings.use(settings.Settings(data=tmp_path, secret_key=b"k" * 32, argon2_profile="test", zone="UTC"))
    permissions.enter()
    yield
    settings.use(before)


async def found(filter: str) -> list[str]:
    page = await records.query(RecordQuery(form="account", filter=filter), actor=SYSTEM)
    return [record.title for record in page.items]


async def kept() -> str:
    rows = [
        *await database.fetch_tuples(f'SELECT * FROM "{compiled("account").entity.table}"'),
        *await database.fetch_tuples("SELECT changes FROM tw_record_history"),
    ]
    return repr(rows)


async def test_values_and_their_history_are_sealed_and_can_come_back(db: str, admin: Actor) -> None:
    await publish(admin, PLAIN)
    made = await records.create("account", {"name": "A", "tax_no": "DE-4711"}, actor=SYSTEM)
    await records.update("account", made.id, {"tax_no": "DE-4712"}, actor=SYSTEM, version=1)
    await records.create("account", {"name": "B"}, actor=SYSTEM)

    plan = await plan_of(admin, CLOSED)
    await publish(admin, CLOSED)

    item = plan["field.tax_no.encrypted"]
    assert (item.count, item.total, item.destructive) == (0, 1, False)
    assert "DE-471" not in await kept()
    assert "tax_no" not in await columns_of("account")
    assert await found("tax_no == 'de-4712'") == ["A"]
    history = await records.history("account", made.id, actor=SYSTEM)
    assert [entry.changes["tax_no"] for entry in history.items] == [["DE-4711", "DE-4712"], [None, "DE-4711"]]

    back = await plan_of(admin, PLAIN)
    await publish(admin, PLAIN)

    assert back["field.tax_no.decrypted"].total == 1
    assert (await records.get("account", made.id, actor=SYSTEM)).values["tax_no"] == "DE-4712"
    assert await found("starts_with(tax_no, 'DE')") == ["A"]
    assert (await records.history("account", made.id, actor=SYSTEM)).items[1].changes["tax_no"] == [
        None,
        "DE-4711",
    ]


async def test_what_cannot_be_encrypted_is_a_problem_of_the_definition(db: str, admin: Actor) -> None:
    closed = {"sensitive": "encrypted"}
    wrong = form(
        "account",
        text("name", **closed),
        text("found", search=True, **closed),
        text("given", default="x", **closed),
        {"type": "boolean", "name": "sure", **closed},
        {"type": "table", "name": "lines", "fields": [text("iban", **closed)]},
        title="{name}",
        lists=[{"name": "all", "columns": ["found"], "sort": ["found"]}],
    )

    assert await problems_of(admin, wrong) == {
        "/title": "no_text",
        "/fields/1/search": "encrypted_search",
        "/fields/2/default": "encrypted_default",
        "/fields/3/sensitive": "not_encryptable",
        "/fields/4/fields/0/sensitive": "not_in_rows",
        "/lists/0/sort/0": "not_sortable",
    }
