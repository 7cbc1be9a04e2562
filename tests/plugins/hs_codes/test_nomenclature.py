"""The codes themselves: reading, writing, looking up, and the functions over them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from form_engine import Names
from hs_codes.command import search_command
from hs_codes.field import HsCodeCodec, HsCodeField, HsCodeType
from hs_codes.functions import HS_CHAPTER, HS_HEADING
from hs_codes.numbers import bare, dotted
from hs_codes.tariff import describe, entries, own_words, search
from platform_core.entities import FieldProblem, ParseContext
from platform_core.i18n import Listener

CODEC = HsCodeCodec(6, 10, "subheading")
ENGLISH, CHINESE = Listener(language="en", zone="UTC"), Listener(language="zh", zone="Asia/Shanghai")
NO_NAMES: Names = None  # type: ignore[assignment]  # the type asks it for nothing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8471.30", "847130"), (" 8471 30 ", "847130"), ("8471.30.00.00", "8471300000"), ("８４７１３０", "847130"),
        ("847130 · Automatic data processing machines", "847130"), ("010121", "010121"), ("9801.00", "980100"),
        ("", None), (None, None), (" . ", None),
    ],
)  # fmt: skip
def test_a_code_is_kept_as_bare_digits(typed: object, kept: str | None) -> None:
    assert CODEC.parse(typed, ParseContext()) == kept


def test_a_spreadsheet_gives_a_number_without_its_nought() -> None:
    assert CODEC.parse(10121.0, ParseContext(textual=True)) == "010121"
    with pytest.raises(FieldProblem):
        CODEC.parse(10121, ParseContext())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8471", "hs_code"), ("84713000000", "hs_code"), ("8471.3x", "hs_code"), ("7701.00", "hs_chapter"),
        ("000000", "hs_chapter"), ("8400.10", "hs_heading"), ("8471.99", "hs_subheading"),
    ],
)  # fmt: skip
def test_what_is_no_code_of_the_nomenclature_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(FieldProblem) as refused:
        codec_of("subheading").parse(typed, ParseContext())
    assert refused.value.code == code


def codec_of(verify: str) -> HsCodeCodec:
    """A codec that verifies so far."""
    return HsCodeCodec(6, 10, verify)  # type: ignore[arg-type]  # one of the three words


def test_an_older_subheading_passes_where_only_the_heading_is_verified() -> None:
    assert codec_of("heading").parse("8471.99", ParseContext()) == "847199"


def test_the_refusal_of_a_subheading_offers_those_of_its_heading() -> None:
    with pytest.raises(FieldProblem) as refused:
        CODEC.parse("8471.99", ParseContext())
    assert "8471.30" in str(refused.value.params["offered"])


@given(st.sampled_from(["847130", "010121", "8471300000", "94054200"]), st.sampled_from([".", " ", "-", ""]))
def test_dots_come_and_go(code: str, separator: str) -> None:
    assert bare(dotted(code)) == code
    assert bare(separator.join(code)) == code


def test_it_is_shown_with_what_it_means_in_the_readers_language() -> None:
    kind, field = HsCodeType(), HsCodeField(name="hs")
    assert kind.show(field, NO_NAMES, "84713000", ENGLISH).startswith(
        "8471.30.00 · Automatic data processing"
    )
    assert (
        kind.show(field, NO_NAMES, "847130", CHINESE) == "8471.30 · 重量不超过10千克的便携式自动数据处理设备"
    )
    assert kind.cell(field, NO_NAMES, "847130", CHINESE) == "8471.30"


def test_all_chapters_have_a_chinese_name_and_every_own_name_a_code() -> None:
    own = own_words("zh")
    assert {code for code in entries() if len(code) == 2} <= own.keys()
    assert own.keys() <= entries().keys()


def test_the_list_is_the_whole_nomenclature() -> None:
    assert sum(1 for code in entries() if len(code) == 6) > 5_500
    assert describe("8471300000", "en") == entries()["847130"].english
    assert describe("999", "en") is None


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("8471.3", "847130"),
        ("84", "84"),
        ("solar", "841912"),
        ("锂离子", "850760"),
        ("LED luminaires", "940542"),
    ],
)
def test_the_search_understands_beginnings_and_words(words: str, first: str) -> None:
    found = [one.code for one in search(words, "en", 20)]
    assert first in found
    if words[0].isdigit():
        assert found[0].startswith(bare(words)[:2])


def test_the_search_finds_nothing_rather_than_everything() -> None:
    assert search("zzzqqq", "en", 20) == []
    assert search(" ,;", "en", 20) == []


def test_the_functions_cut_the_code() -> None:
    assert HS_CHAPTER.python("8471.30") == "84"
    assert HS_HEADING.python("84713000") == "8471"


def test_the_command_lists_codes_as_text_and_as_json() -> None:
    shown = CliRunner().invoke(search_command, ["lithium-ion", "accumulators"])
    assert shown.exit_code == 0 and "8507.60" in shown.output
    listed = CliRunner().invoke(search_command, ["8507.6", "--json", "--language", "zh"])
    assert json.loads(listed.output)[0]["text"] == "锂离子蓄电池"
    assert CliRunner().invoke(search_command, ["zzzqqq"]).exit_code == 1
