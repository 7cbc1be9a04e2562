"""What a spreadsheet's columns are taken for."""

from __future__ import annotations

import pytest

from form_engine.builders.starting.guessing import Column, guess
from form_engine.builders.starting.naming import free, named
from form_engine.imports.model import Habits


def kind(heading: str, *values: str, mark: str = "", decimal: str = "", language: str = "en") -> str:
    column = Column(heading, tuple((one, mark) for one in values), len(values))
    return guess([column], Habits(decimal=decimal), language)[0].type  # type: ignore[arg-type]  # one of the three


@pytest.mark.parametrize(
    ("wanted", "heading", "values"),
    [
        ("email", "Contact", ("a@fjord.example", "b@nordic.example")),
        ("phone", "Tel", ("0574 8765 4321", "0571 1234 567")),
        ("phone", "Where to reach", ("+86 574 8765 4321", "+49 30 123456")),
        ("integer", "Pieces", ("12", "1400", "7")),
        ("integer", "Pieces", ("1,200", "3,400", "15")),
        ("decimal", "Weight", ("12.5", "3", "7.25")),
        ("percent", "Share", ("12%", "7.5%")),
        ("date", "Since", ("2026-01-31", "2025-12-01")),
        ("date", "Since", ("31.01.2026", "01.12.2025")),
        ("url", "Site", ("https://fjord.example/a", "www.nordic.example.com")),
        ("country", "Land", ("Germany", "China", "Brazil")),
        ("country", "Country", ("DE", "CN", "BR")),
        ("text", "Initials", ("DE", "CN", "BR")),
        ("boolean", "Active", ("yes", "no", "yes", "yes")),
        ("choice", "Grade", ("A", "B", "A", "C", "B", "A", "A", "b")),
        ("text", "Name", ("Fjord", "Nordic", "Pacific", "Harbour")),
        ("text", "HS code", ("84713000", "85171200")),
        ("text", "No", ("00124", "00125")),
        ("long_text", "Remark", ("x" * 300, "short")),
        ("text", "Nothing", ()),
    ],
)
def test_a_column_is_told_by_its_values_and_its_heading(
    _kinds: None, wanted: str, heading: str, values: tuple[str, ...]
) -> None:
    assert kind(heading, *values) == wanted


def test_what_a_workbook_says_for_certain_is_believed(_kinds: None) -> None:
    assert kind("Price", "12.5", "3", mark="n") == "decimal"
    assert kind("Price", "12.5 EUR", "3 EUR", mark="EUR") == "money"
    assert kind("Start", "2026-01-31", "2026-02-01", mark="d") == "date"
    assert kind("Start", "2026-01-31T08:30:00", mark="d") == "datetime"


def test_names_come_from_headings_of_any_script_and_never_twice() -> None:
    taken: set[str] = set()

    assert named("Trade fair (spring)") == "trade_fair_spring"
    assert named("公司名称") == "gong_si_ming_cheng"
    assert named("2nd été") == "nd_ete"
    assert [free(named("Name"), taken), free(named("name"), taken), free("id", taken)] == [
        "name",
        "name_2",
        "id_2",
    ]
