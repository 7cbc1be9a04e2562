"""Words of the index and of a query: pure, and the same on both databases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import search
from platform_core.search.marking import excerpt, needles, score
from platform_core.search.words import (
    LONGEST_QUERY,
    MOST_TERMS,
    fts5,
    indexed,
    terms,
    tsquery,
    tsvector,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müller & Söhne GmbH", ["muller", "sohne", "gmbh"]),
        ("信风科技", ["信风", "风科", "科技", "技"]),
        ("宁波ABC公司", ["宁波", "波", "abc", "公司", "司"]),
        ("lina.wang@nordic-tools.example", ["lina", "wang", "nordic", "tools", "example"]),
        ("CUS-2026-0042", ["cus", "2026", "0042"]),
        ("ＡＢＣ　１２３", ["abc", "123"]),
        ("شركة الخليج", ["شركة", "الخليج"]),
        ("a_b", ["a", "b"]),
        ("", []),
    ],
)
def test_a_text_becomes_words_without_case_accents_and_signs(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


def test_words_are_found_by_their_middle_through_their_endings() -> None:
    _in_order, inside = indexed(["Tradewind"])
    assert "wind" in inside and "ind" in inside and "nd" not in inside


def test_a_phone_is_found_by_its_last_digits() -> None:
    in_order, inside = indexed([], ["+86 138-0000-1111"])
    assert "8613800001111" in in_order and "1111" in inside


def test_a_query_of_one_letter_looks_for_nothing_but_one_chinese_character_does() -> None:
    assert terms("a") == () and terms("  ' \" * ") == () and len(terms("信")) == 1


def test_signs_of_the_engines_own_languages_never_reach_them() -> None:
    hostile = "a\" OR * NEAR(b) -c ^d {e f}:g ' & | ! <-> :* \\ \x00 drop"
    assert re.sub(r"\w", "", fts5(terms(hostile))).replace(" ", "").strip('"*') == ""
    assert "\\" not in tsquery(terms(hostile)) and "!" not in tsquery(terms(hostile))


@given(st.text(max_size=400))
def test_whatever_is_asked_stays_small_and_quoted(query: str) -> None:
    found = terms(query)
    assert len(found) <= MOST_TERMS
    for term in found:
        assert all(word and all(sign.isalnum() for sign in word) for word in term.words)
    assert len(fts5(found)) < 4 * LONGEST_QUERY + 200


@given(st.text(max_size=200))
def test_whatever_is_indexed_holds_no_sign_that_would_need_care(text: str) -> None:
    in_order, inside = indexed([text])
    assert all(
        word and "'" not in word and "\\" not in word and " " not in word for word in (*in_order, *inside)
    )
    assert tsvector(in_order, inside).count("'") == 2 * (len(in_order) + len(inside))


@given(st.text(max_size=60), st.text(max_size=10))
def test_marking_never_changes_the_text(text: str, query: str) -> None:
    assert "".join(piece for piece, _marked in search.pieces(text, terms(query))) == text


def test_what_was_looked_for_is_marked_as_it_is_written() -> None:
    assert search.pieces("Müller Söhne", terms("MULL")) == [("Müll", True), ("er Söhne", False)]
    assert search.pieces("宁波信风科技", terms("信风")) == [("宁波", False), ("信风", True), ("科技", False)]
    assert needles(terms("信风科技")) == ["信风科技"]


def test_the_number_comes_before_the_beginning_and_that_before_the_middle() -> None:
    def rank(title: str, code: str, query: str) -> int:
        return score(title, code, terms(query), query)

    ordered = [
        rank("Nordic", "cus-1", "CUS-1"), rank("Nordic", "x", "nordic"), rank("Nordic Tools", "x", "nordic"),
        rank("The Nordic", "x", "nordic"), rank("Transnordic", "x", "nordic"), rank("Other", "x", "nordic"),
    ]  # fmt: skip
    assert ordered == sorted(ordered, reverse=True) and len(set(ordered)) == len(ordered)


def test_an_excerpt_shows_the_place_and_not_the_whole() -> None:
    text = "word " * 200 + "needle " + "word " * 200
    cut = excerpt(text, terms("needle"))
    assert "needle" in cut and len(cut) < 260 and cut.startswith("…") and cut.endswith("…")
