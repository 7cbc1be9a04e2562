"""The difference of two definitions reads like sentences."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import i18n
from platform_core.definitions import compare

BEFORE: dict[str, Any] = {
    "kind": "form",
    "name": "deal",
    "label": {"en": "Deal", "zh": "商机"},
    "title": "{name}",
    "fields": [
        {"name": "amount", "type": "money", "label": {"en": "Amount"}},
        {
            "name": "incoterm",
            "type": "choice",
            "label": {"en": "Incoterm", "zh": "贸易术语"},
            "required": True,
        },
        {"name": "port", "type": "text", "max_length": 80},
    ],
    "layout": {"tabs": [{"sections": [{"columns": 2, "fields": ["amount", "port"]}]}]},
}


def changed(**members: object) -> list[str]:
    return [change.sentence for change in compare(BEFORE, {**BEFORE, **members})]


def fields(*chosen: dict[str, Any]) -> list[dict[str, Any]]:
    return list(chosen)


AMOUNT, INCOTERM, PORT = BEFORE["fields"]


@pytest.mark.parametrize(
    ("members", "sentences"),
    [
        ({"fields": fields(AMOUNT, PORT)}, ["Field “Incoterm” removed"]),
        (
            {"fields": fields(AMOUNT, INCOTERM, PORT, {"name": "eta", "type": "date"})},
            ["Field “eta” added"],
        ),
        ({"fields": fields(PORT, AMOUNT, INCOTERM)}, ["Field “port” moved"]),
        (
            {"fields": fields(AMOUNT, {**INCOTERM, "required": False}, PORT)},
            ["Field “Incoterm”: required switched off"],
        ),
        (
            {"fields": fields({**AMOUNT, "required": True}, INCOTERM, PORT)},
            ["Field “Amount”: required switched on"],
        ),
        (
            {"fields": fields(AMOUNT, INCOTERM, {**PORT, "max_length": 255})},
            ["Field “port”: max_length changed from 80 to 255"],
        ),
        (
            {"fields": fields({**AMOUNT, "label": {"en": "Value", "zh": "金额"}}, INCOTERM, PORT)},
            [
                "Field “Value”: label in English changed from “Amount” to “Value”",
                "Field “Value”: label in 中文 set to “金额”",
            ],
        ),
        ({"title": "{code}"}, ["title changed from “{name}” to “{code}”"]),
        ({"label": {"en": "Deal"}}, ["label in 中文 removed, was “商机”"]),
        (
            {"layout": {"tabs": [{"sections": [{"columns": 1, "fields": ["port", "incoterm"]}]}]}},
            [
                "Tab “1”, Section “1”: columns changed from 2 to 1",
                "Tab “1”, Section “1”: fields: added “incoterm”; removed “amount”",
            ],
        ),
        ({"lists": [{"name": "mine", "columns": ["amount"]}]}, ["List “mine” added"]),
    ],
)
def test_sentences(members: dict[str, object], sentences: list[str]) -> None:
    assert changed(**members) == sentences


def test_a_whole_new_definition_is_told_by_its_parts() -> None:
    sentences = [change.sentence for change in compare({}, BEFORE)]
    assert "Field “Incoterm” added" in sentences
    assert "name set to “deal”" in sentences


def test_entries_of_a_layout_are_called_by_their_field() -> None:
    before = {"sections": [{"fields": ["name", {"field": "website", "span": 2}]}]}
    after = {"sections": [{"fields": ["name", {"field": "phone", "span": 2}, "fax"]}]}
    assert [change.sentence for change in compare(before, after)] == [
        "Section “1”, Field “phone”: field changed from “website” to “phone”",
        "Section “1”, Field “fax” added",
    ]


def test_entries_of_one_name_are_still_told_apart() -> None:
    twice = {"fields": [{"name": "a"}, {"name": "a"}]}
    assert len(compare({"fields": [{"name": "a"}]}, twice)) == 1


def test_pointers_lead_to_the_place() -> None:
    after = {**BEFORE, "fields": fields(AMOUNT, {**PORT, "max_length": 20}, {"name": "a/b", "type": "text"})}
    assert [(change.pointer, change.op) for change in compare(BEFORE, after)] == [
        ("/fields/1/max_length", "replace"),
        ("/fields/2", "add"),
        ("/fields/1", "remove"),
    ]


def test_labels_are_in_the_language_of_the_reader() -> None:
    with i18n.speaking("zh"):
        assert "贸易术语" in changed(fields=fields(AMOUNT, PORT))[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "a", "fields"]), inner)
    ),
    max_leaves=12,
)
definitions_ = st.dictionaries(st.sampled_from(["name", "fields", "x", "label"]), json_values, max_size=4)


@given(definitions_)
def test_nothing_differs_from_itself(definition: dict[str, object]) -> None:
    assert compare(definition, definition) == []


@given(definitions_, definitions_)
def test_whatever_differs_is_told(old: dict[str, object], new: dict[str, object]) -> None:
    import msgspec

    def spelt(value: object) -> bytes:
        return msgspec.json.encode(value, order="deterministic")

    changes = compare(old, new)
    assert bool(changes) == (spelt(old) != spelt(new))
    assert all(change.sentence for change in changes)
