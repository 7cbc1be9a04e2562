"""Numbers, money, dates and names as their readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import i18n

NOON = datetime(2026, 11, 17, 6, 50, tzinfo=UTC)
NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", "1200.1000", "USD", f"USD{NB}1,200.10"),
        ("zh", "1200.1000", "CNY", f"CNY{NB}1,200.10"),
        ("es", "1200.1", "EUR", f"EUR{NB}1.200,10"),
        ("fr", "1200.1", "EUR", f"EUR{NB}1\u202f200,10"),
        ("ar", "1200.1", "AED", f"AED{NB}1,200.10"),
        ("en", "1200", "JPY", f"JPY{NB}1,200"),
        ("en", "1.5", "KWD", f"KWD{NB}1.500"),
        ("en", "9.2504", "USD", f"USD{NB}9.2504"),
        ("en", "-0.5", "USD", f"USD{NB}-0.50"),
    ],
)
def test_money_has_its_code_in_front_and_its_minor_unit(
    language: str, amount: str, currency: str, text: str
) -> None:
    assert i18n.format_money(Decimal(amount), currency, language=language) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("1234567", None, "1,234,567"), ("0.005", 2, "0.01"), ("2.5", 0, "3"), ("-1234.5", 1, "-1,234.5")],
)
def test_numbers_are_grouped_and_rounded_half_up(value: str, places: int | None, text: str) -> None:
    assert i18n.format_number(Decimal(value), places=places, language="en") == text


@pytest.mark.parametrize(
    ("language", "medium", "short", "moment"),
    [
        ("en", "17 Nov 2026", "17 Nov", "17 Nov 2026, 14:50"),
        ("zh", "2026-11-17", "11月17日", "2026-11-17 14:50"),
        ("es", "17 nov 2026", "17 nov", "17 nov 2026, 14:50"),
        ("fr", "17 nov 2026", "17 nov", "17 nov 2026, 14:50"),
        ("ar", "17 نوفمبر 2026", "17 نوفمبر", "17 نوفمبر 2026، 14:50"),
    ],
)
def test_dates_follow_the_language_and_instants_the_zone(
    language: str, medium: str, short: str, moment: str
) -> None:
    day = date(2026, 11, 17)
    assert i18n.format_date(day, language=language) == medium
    assert i18n.format_date(day, style="short", language=language) == short
    assert i18n.format_datetime(NOON, zone="Asia/Shanghai", language=language) == moment


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=20), "20 min ago"),
        (timedelta(hours=5, minutes=59), "5 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=31), "17 Oct 2026"),
        (-timedelta(minutes=20), "in 20 min"),
        (-timedelta(hours=2), "in 2 h"),
        (-timedelta(days=2), "in 2 days"),
    ],
)
def test_times_near_now_are_told_as_a_span(ago: timedelta, text: str) -> None:
    assert i18n.relative_time(NOON - ago, NOON, language="en") == text


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", "1234.5", "1234.5"),
        ("en", "1.200", "1.200"),
        ("es", "1.200", "1200"),
        ("es", "1.200,50", "1200.50"),
        ("es", "1200.5", "1200.5"),
        ("fr", "1\u202f200,5", "1200.5"),
        ("fr", "1 200,5", "1200.5"),
        ("zh", "１，２００．５", "1200.5"),
        ("en", "−5", "-5"),
        ("en", ".5", "0.5"),
        ("en", "abc", None),
        ("en", "1,23", None),
        ("en", "", None),
        ("en", "1e5", None),
    ],
)
def test_numbers_are_read_as_they_are_written_in_the_language(
    language: str, typed: str, value: str | None
) -> None:
    found = i18n.parse_number(typed, language=language)
    assert found == (None if value is None else Decimal(value))


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False),
    st.sampled_from(["en", "zh", "es", "fr", "ar"]),
)
def test_what_an_input_starts_with_is_read_back_as_the_same_number(value: Decimal, language: str) -> None:
    assert i18n.parse_number(i18n.input_number(value, language=language), language=language) == value
    assert i18n.parse_number(i18n.format_number(value, language=language), language=language) == value


def test_sizes_of_files_have_a_unit_people_know() -> None:
    sizes = [i18n.format_bytes(size, language="en") for size in (12, 214_000, 25_000_000, 1_250_000)]
    assert sizes == [f"12{NB}B", f"214{NB}kB", f"25{NB}MB", f"1.3{NB}MB"]


class TestNames:
    def test_countries_are_listed_in_the_order_of_the_language(self) -> None:
        english = [name for _, name in i18n.countries("en")]
        assert english[:3] == ["Afghanistan", "Åland Islands", "Albania"]
        chinese = [name for _, name in i18n.countries("zh")]
        assert chinese.index("阿根廷") < chinese.index("德国") < chinese.index("中国")
        assert len(english) == len(chinese) == 250

    def test_only_money_that_is_used_today_is_offered(self) -> None:
        codes = {code for code, _ in i18n.currencies("en")}
        assert {"USD", "EUR", "CNY", "KWD"} <= codes and "DEM" not in codes

    def test_a_zone_is_called_by_its_place(self) -> None:
        assert i18n.zone_name("Asia/Shanghai", "en") == "Shanghai, China"
        assert i18n.zone_name("Asia/Shanghai", "zh") == "上海，中国"

    def test_an_unknown_code_is_its_own_name(self) -> None:
        assert i18n.country_name("XX", "en") == "XX"

    @pytest.mark.parametrize(
        ("kind", "text", "code"),
        [
            ("country", "Deutschland", "DE"),
            ("country", "德国", "DE"),
            ("country", " germany ", "DE"),
            ("country", "de", "DE"),
            ("country", "Ruritania", None),
            ("currency", "人民币", "CNY"),
            ("language", "español", "es"),
        ],
    )
    def test_a_name_in_a_language_of_trade_is_found(self, kind: str, text: str, code: str | None) -> None:
        assert i18n.find_code(kind, text) == code
