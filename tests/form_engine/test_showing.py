"""What people read: every type in the languages of the product, and what a spreadsheet gets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

import form_engine
from form_engine.kind.compile import CompiledForm
from platform_core.i18n import Listener
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import form, publish, text

NBSP = "\N{NO-BREAK SPACE}"

EN, ZH, ES, AR = (Listener(code, "Asia/Shanghai") for code in ("en", "zh", "es", "ar"))

# field, wire value, reader, what is read
SHOWN: list[tuple[str, object, Listener, str]] = [
    ("name", "Nordic", EN, "Nordic"),
    ("staff", 1200, EN, "1,200"),
    ("staff", 1200, ES, "1.200"),
    ("rate", "1200.5", EN, "1,200.500"),
    ("share", "12.80", EN, f"12.8{NBSP}%"),
    ("credit", {"amount": "1200.10", "currency": "EUR"}, EN, f"EUR{NBSP}1,200.10"),
    ("credit", {"amount": "1500", "currency": "JPY"}, EN, f"JPY{NBSP}1,500"),
    ("vip", True, EN, "Yes"),
    ("vip", False, ZH, "否"),
    ("grade", "a", EN, "Top"),
    ("grade", "a", ZH, "重点"),
    ("grade", "gone", EN, "gone"),
    ("wanted", ["a", "b"], ZH, "重点、良好"),
    ("since", "2026-11-22", EN, "22 Nov 2026"),
    ("since", "2026-11-22", ZH, "2026-11-22"),
    ("seen", "2026-11-22T08:00:00Z", EN, "22 Nov 2026, 16:00"),
    ("country", "DE", EN, "Germany"),
    ("country", "DE", ZH, "德国"),
    ("speaks", "zh", EN, "Chinese"),
    ("phone", {"raw": "030 901820", "e164": "+4930901820"}, EN, "030 901820"),
    ("parent", {"id": "x", "code": "CUS-1", "title": "Nordic Group"}, EN, "Nordic Group"),
    ("parent", {"id": None, "restricted": True}, EN, "(restricted)"),
    ("rivals", [{"id": "x", "title": "A"}, {"id": "y", "title": "B"}], EN, "A, B"),
    ("lines", [{"id": "x"}, {"id": "y"}], EN, "2 rows"),
    ("credit", "••••0.10", EN, "••••0.10"),
    ("name", None, EN, ""),
    ("wanted", [], EN, ""),
    ("owner", {"id": "x", "title": "Lina"}, EN, "Lina"),
    ("created_at", "2026-11-22T08:00:00Z", EN, "22 Nov 2026, 16:00"),
    ("version", 3, EN, "3"),
]

# field, wire value, cell of a spreadsheet
CELLS: list[tuple[str, object, object]] = [
    ("staff", 1200, 1200),
    ("rate", "1200.500", Decimal("1200.500")),
    ("vip", True, True),
    ("since", "2026-11-22", date(2026, 11, 22)),
    ("seen", "2026-11-22T08:00:00Z", datetime(2026, 11, 22, 16)),
    ("grade", "a", "Top"),
    ("credit", {"amount": "1200.10", "currency": "EUR"}, f"EUR{NBSP}1,200.10"),
    ("credit", "••••0.10", "••••0.10"),
    ("created_at", "2026-11-22T08:00:00Z", datetime(2026, 11, 22, 16)),
    ("name", None, None),
]


@pytest.fixture
async def account(db: str, admin: Actor) -> CompiledForm:
    fields: list[dict[str, object]] = [
        text("name"),
        {"type": "integer", "name": "staff"},
        {"type": "decimal", "name": "rate", "scale": 3},
        {"type": "percent", "name": "share"},
        {"type": "money", "name": "credit"},
        {"type": "boolean", "name": "vip"},
        {"type": "choice", "name": "grade", "dictionary": "grade"},
        {"type": "choices", "name": "wanted", "dictionary": "grade"},
        {"type": "date", "name": "since"},
        {"type": "datetime", "name": "seen"},
        {"type": "country", "name": "country"},
        {"type": "language", "name": "speaks"},
        {"type": "phone", "name": "phone"},
        {"type": "link", "name": "parent", "form": "account"},
        {"type": "links", "name": "rivals", "form": "account"},
        {"type": "table", "name": "lines", "fields": [text("item")]},
    ]
    await publish(admin, GRADE, form("account", *fields))
    return form_engine.form("account")


async def test_values_are_shown_in_the_language_and_zone_of_the_reader(account: CompiledForm) -> None:
    for name, wire, reader, read in SHOWN:
        assert form_engine.show(account, account.entity.fields[name], wire, reader) == read, (name, wire)


async def test_a_spreadsheet_gets_numbers_and_dates_as_such(account: CompiledForm) -> None:
    for name, wire, cell in CELLS:
        assert form_engine.cell(account, account.entity.fields[name], wire, EN) == cell, (name, wire)
