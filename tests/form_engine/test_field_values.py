"""Each field type by examples: what comes in, what expressions see, what is stored, what goes out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from form_engine.fields.phone import Phone
from platform_core.entities import FieldProblem, Ref
from platform_core.expressions import Money
from tests.form_engine.forms import TYPED, WIRE, codec_of, field

ID = "0190d3a1-7c00-7000-8000-000000000001"
OTHER = "0190d3a1-7c00-7000-8000-000000000002"

LINK = {"form": "account"}
EITHER = {"forms": ["account", "lead"]}
GRADE = {"dictionary": "grade"}

# type, options, wire value in, canonical value, columns, wire value out
WIRE_SAMPLES = [
    ("text", {}, "  Nordic Tools ", "Nordic Tools", ("Nordic Tools", "nordic tools"), "Nordic Tools"),
    ("text", {}, "宁波", "宁波", ("宁波", "ning2 bo1 \x01宁波"), "宁波"),
    ("text", {}, "   ", None, (None, None), None),
    ("long_text", {}, "one\r\ntwo", "one\ntwo", ("one\ntwo",), "one\ntwo"),
    ("integer", {}, 42, 42, (42,), 42),
    ("integer", {}, -(10**17), -(10**17), (-(10**17),), -(10**17)),
    ("decimal", {"scale": 2}, "12.5", Decimal("12.50"), (Decimal("12.50"),), "12.50"),
    ("decimal", {"scale": 2}, 12, Decimal("12.00"), (Decimal("12.00"),), "12.00"),
    ("decimal", {"scale": 2}, 0.29, Decimal("0.29"), (Decimal("0.29"),), "0.29"),
    ("decimal", {"scale": 2}, "-0.00", Decimal("0.00"), (Decimal("0.00"),), "0.00"),
    ("decimal", {"scale": 0}, "9" * 18, Decimal("9" * 18), (Decimal("9" * 18),), "9" * 18),
    ("percent", {}, "12.8", Decimal("12.80"), (Decimal("12.80"),), "12.80"),
    (
        "money",
        {},
        {"amount": "1200.10", "currency": "EUR"},
        Money(Decimal("1200.10"), "EUR"),
        (Decimal("1200.10"), "EUR"),
        {"amount": "1200.10", "currency": "EUR"},
    ),
    (
        "money",
        {"scale": 4},
        {"amount": "9.2504", "currency": "USD"},
        Money(Decimal("9.2504"), "USD"),
        (Decimal("9.2504"), "USD"),
        {"amount": "9.2504", "currency": "USD"},
    ),
    (
        "money",
        {},
        {"amount": "1500", "currency": "JPY"},
        Money(Decimal(1500), "JPY"),
        (Decimal(1500), "JPY"),
        {"amount": "1500", "currency": "JPY"},
    ),
    (
        "money",
        {"currency": "CNY"},
        {"amount": 5},
        Money(Decimal("5.00"), "CNY"),
        (Decimal("5.00"), "CNY"),
        {"amount": "5.00", "currency": "CNY"},
    ),
    ("money", {}, {"amount": None, "currency": "EUR"}, None, (None, None), None),
    ("boolean", {}, True, True, (True,), True),
    ("boolean", {}, False, False, (False,), False),
    ("choice", GRADE, "a", "a", ("a",), "a"),
    ("choices", GRADE, ["b", "a", "b"], ("b", "a"), (["b", "a"],), ["b", "a"]),
    ("choices", GRADE, [], None, (None,), []),
    ("date", {}, "2026-11-22", date(2026, 11, 22), (date(2026, 11, 22),), "2026-11-22"),
    (
        "datetime",
        {},
        "2026-11-22T16:00:00+08:00",
        datetime(2026, 11, 22, 8, tzinfo=UTC),
        (datetime(2026, 11, 22, 8, tzinfo=UTC),),
        "2026-11-22T08:00:00Z",
    ),
    ("email", {}, "Anna@EXAMPLE.com", "Anna@example.com", ("Anna@example.com",), "Anna@example.com"),
    (
        "phone",
        {},
        "+86 574 8765 4321",
        Phone("+86 574 8765 4321", "+8657487654321"),
        ("+8657487654321", "+86 574 8765 4321"),
        {"raw": "+86 574 8765 4321", "e164": "+8657487654321"},
    ),
    (
        "phone",
        {"region": "DE"},
        {"raw": "030 901820"},
        Phone("030 901820", "+4930901820"),
        ("+4930901820", "030 901820"),
        {"raw": "030 901820", "e164": "+4930901820"},
    ),
    ("phone", {}, "8765 4321", Phone("8765 4321"), ("8765 4321",) * 2, {"raw": "8765 4321", "e164": None}),
    ("url", {}, "Example.COM/", "https://example.com", ("https://example.com",), "https://example.com"),
    ("url", {}, "http://a.de:80/B?q=1", "http://a.de/B?q=1", ("http://a.de/B?q=1",), "http://a.de/B?q=1"),
    ("country", {}, "de", "DE", ("DE",), "DE"),
    ("currency", {}, "usd", "USD", ("USD",), "USD"),
    ("language", {}, "zh", "zh", ("zh",), "zh"),
    ("timezone", {}, "Asia/Shanghai", "Asia/Shanghai", ("Asia/Shanghai",), "Asia/Shanghai"),
    ("link", LINK, {"id": ID, "code": "CUS-1", "title": "Nordic"}, ID, (ID,), ID),
    ("link", LINK, {"code": "CUS-1"}, Ref(code="CUS-1", form="shop.account"), (None,), ""),
    (
        "link",
        EITHER,
        {"id": ID, "form": "lead"},
        Ref(id=ID, form="shop.lead"),
        (ID, "shop.lead"),
        {"id": ID, "form": "shop.lead"},
    ),
    ("links", LINK, [ID, {"id": OTHER}, ID], (ID, OTHER), ([ID, OTHER],), [ID, OTHER]),
    ("user", {}, ID, ID, (ID,), ID),
    ("users", {}, [{"id": ID}], (ID,), ([ID],), [ID]),
    ("team", {}, {"id": ID}, ID, (ID,), ID),
    ("file", {}, {"id": ID, "name": "a.pdf"}, ID, (ID,), ID),
    ("files", {}, [ID], (ID,), ([ID],), [ID]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "wire", "canonical", "columns", "out"), WIRE_SAMPLES)
def test_a_value_comes_in_is_kept_and_goes_out(
    kind: str,
    options: dict[str, object],
    wire: object,
    canonical: object,
    columns: tuple[object, ...],
    out: object,
) -> None:
    codec = codec_of(field(kind, **options))

    value = codec.parse(wire, WIRE)

    assert value == canonical
    assert codec.to_columns(value) == columns
    assert codec.to_wire(value) == out


@pytest.mark.parametrize(("kind", "options", "wire", "canonical", "columns", "out"), WIRE_SAMPLES)
def test_what_was_stored_reads_back_as_the_same_value(
    kind: str,
    options: dict[str, object],
    wire: object,
    canonical: object,
    columns: tuple[object, ...],
    out: object,
) -> None:
    if isinstance(canonical, Ref) and not canonical.id:
        return
    assert codec_of(field(kind, **options)).from_columns(columns) == canonical


# type, options, wire value, code of the refusal, pointer below the field
REFUSALS = [
    ("text", {}, 5, "type", ""),
    ("text", {"max_length": 3}, "long", "too_long", ""),
    ("text", {"min_length": 3}, "ab", "too_short", ""),
    ("text", {}, "a\nb", "line_break", ""),
    ("text", {}, "a\x00b", "control_character", ""),
    ("long_text", {"max_length": 5}, "x" * 6, "too_long", ""),
    ("integer", {}, "1.5", "decimals", ""),
    ("integer", {}, True, "type", ""),
    ("integer", {}, 10**18, "overflow", ""),
    ("integer", {"min": 0}, -1, "min", ""),
    ("integer", {"max": 9}, 10, "max", ""),
    ("decimal", {"scale": 2}, "1.234", "decimals", ""),
    ("decimal", {"precision": 5, "scale": 2}, "1000", "overflow", ""),
    ("decimal", {}, "1,5", "number", ""),
    ("decimal", {}, "NaN", "number", ""),
    ("decimal", {}, "1e400", "number", ""),
    ("decimal", {}, 0.1234567890123456, "type", ""),
    ("percent", {"max": "100"}, "100.01", "max", ""),
    ("money", {}, {"amount": "1.005", "currency": "EUR"}, "decimals", "/amount"),
    ("money", {}, {"amount": "1.5", "currency": "JPY"}, "decimals", "/amount"),
    ("money", {}, {"amount": "1" * 15, "currency": "EUR"}, "overflow", "/amount"),
    ("money", {}, {"amount": "1"}, "required", "/currency"),
    ("money", {}, {"amount": "1", "currency": "XXQ"}, "unknown", "/currency"),
    ("money", {"currency": "USD"}, {"amount": "1", "currency": "EUR"}, "currency", "/currency"),
    ("money", {}, "12", "type", ""),
    ("boolean", {}, "yes", "type", ""),
    ("boolean", {}, 1, "type", ""),
    ("choice", GRADE, "z", "choice", ""),
    ("choice", GRADE, "Top", "choice", ""),
    ("choices", GRADE, ["a", "z"], "choice", "/1"),
    ("choices", {**GRADE, "max_count": 1}, ["a", "b"], "too_many", ""),
    ("choices", GRADE, "a", "type", ""),
    ("date", {}, "22.11.2026", "date", ""),
    ("date", {}, "2026-02-30", "date", ""),
    ("date", {"min": "2026-01-01"}, "2025-12-31", "min", ""),
    ("datetime", {}, "2026-11-22T08:00:00", "datetime", ""),
    ("datetime", {}, "2026-11-22", "datetime", ""),
    ("email", {}, "anna@", "email", ""),
    ("phone", {}, "call me", "phone", ""),
    ("url", {}, "javascript:alert(1)", "url", ""),
    ("url", {}, "https://user:pw@example.com", "url_password", ""),
    ("url", {}, "nonsense", "url", ""),
    ("country", {}, "Germany", "unknown", ""),
    ("currency", {}, "EURO", "unknown", ""),
    ("timezone", {}, "Moon/Base", "unknown", ""),
    ("link", LINK, "CUS-1", "id", ""),
    ("link", LINK, {"id": None, "restricted": True}, "restricted", ""),
    ("link", EITHER, {"id": ID, "form": "deal"}, "form", "/form"),
    ("links", LINK, [ID, "x"], "id", "/1"),
    ("files", {"max_count": 1}, [ID, OTHER], "too_many", ""),
]


@pytest.mark.parametrize(("kind", "options", "wire", "code", "pointer"), REFUSALS)
def test_a_wrong_value_is_refused_with_its_code_and_place(
    kind: str, options: dict[str, object], wire: object, code: str, pointer: str
) -> None:
    with pytest.raises(FieldProblem) as refused:
        codec_of(field(kind, **options)).parse(wire, WIRE)

    assert (refused.value.code, refused.value.pointer) == (code, pointer)


# type, options, text as people type it, canonical value
TYPED_SAMPLES = [
    ("text", {}, "two\nlines", "two lines"),
    ("integer", {}, "1,200", 1200),
    ("integer", {}, "１２", 12),
    ("decimal", {}, "1.200,50", Decimal("1200.50")),
    ("decimal", {}, "1,200.50", Decimal("1200.50")),
    ("decimal", {}, " 1 200.5 ", Decimal("1200.50")),
    ("percent", {}, "12.5 %", Decimal("12.50")),
    ("money", {}, "USD 1,200.50", Money(Decimal("1200.50"), "USD")),
    ("money", {}, "1.200,50 €", Money(Decimal("1200.50"), "EUR")),
    ("money", {}, "￥500", Money(Decimal("500.00"), "CNY")),
    ("money", {}, {"amount": "1,200.50", "currency": "eur"}, Money(Decimal("1200.50"), "EUR")),
    ("money", {"currency": "EUR"}, "99", Money(Decimal("99.00"), "EUR")),
    ("boolean", {}, "是", True),
    ("boolean", {}, "Yes", True),
    ("boolean", {}, "否", False),
    ("boolean", {}, "no", False),
    ("boolean", {}, "", None),
    ("choice", GRADE, "Top", "a"),
    ("choice", GRADE, "良好", "b"),
    ("choice", GRADE, "1", "a"),
    ("choices", GRADE, "Top, 良好", ("a", "b")),
    ("choices", GRADE, "a；b", ("a", "b")),
    ("date", {}, "2026年11月22日", date(2026, 11, 22)),
    ("date", {}, "22.11.2026", date(2026, 11, 22)),
    ("date", {}, "22/11/26", date(2026, 11, 22)),
    ("date", {}, "11/22/2026", date(2026, 11, 22)),
    ("date", {}, "03/04/2026", date(2026, 4, 3)),
    ("date", {}, "20261122", date(2026, 11, 22)),
    ("date", {}, "22 Nov 2026", date(2026, 11, 22)),
    ("date", {}, "Nov 22, 2026", date(2026, 11, 22)),
    ("date", {}, "22 de noviembre de 2026", date(2026, 11, 22)),
    ("date", {}, "46348", date(2026, 11, 22)),
    ("datetime", {}, "2026-11-22T16:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
    ("datetime", {}, "2026-11-22 16:00:30", datetime(2026, 11, 22, 8, 0, 30, tzinfo=UTC)),
    ("datetime", {}, "2026年11月22日 下午4:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
    ("datetime", {}, "2026年11月22日16时30分", datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
    ("datetime", {}, "22 Nov 2026, 4:00 pm", datetime(2026, 11, 22, 8, tzinfo=UTC)),
    ("datetime", {}, "2026-11-22", datetime(2026, 11, 21, 16, tzinfo=UTC)),
    ("datetime", {}, "46348.5", datetime(2026, 11, 22, 4, tzinfo=UTC)),
    ("datetime", {}, "2026-11-22T08:00:00Z", datetime(2026, 11, 22, 8, tzinfo=UTC)),
    ("email", {}, "Anna Berg <anna@example.com>", "anna@example.com"),
    ("country", {}, "Germany", "DE"),
    ("country", {}, "德国", "DE"),
    ("country", {}, "Allemagne", "DE"),
    ("country", {}, "ألمانيا", "DE"),
    ("country", {}, "USA", "US"),
    ("country", {}, "DEU", "DE"),
    ("country", {}, "Viet Nam", "VN"),
    ("currency", {}, "Euro", "EUR"),
    ("language", {}, "中文", "zh"),
    ("link", LINK, "CUS-2026-001", Ref(code="CUS-2026-001", form="shop.account")),
    ("link", LINK, ID.upper(), ID),
    ("users", {}, "lina@demo.example; carlos@demo.example", (Ref(code="lina@demo.example"), Ref(code="carlos@demo.example"))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "text", "canonical"), TYPED_SAMPLES)
def test_text_is_understood_as_people_write_it(
    kind: str, options: dict[str, object], text: object, canonical: object
) -> None:
    assert codec_of(field(kind, **options)).parse(text, TYPED) == canonical


TYPED_REFUSALS = [
    ("date", {}, "2026", "date"),
    ("date", {}, "31.02.2026", "date"),
    ("date", {}, "soon", "date"),
    ("datetime", {}, "22 Nov 2026 25:00", "datetime"),
    ("boolean", {}, "maybe", "boolean"),
    ("decimal", {}, "12 pcs", "number"),
    ("decimal", {}, "1.2.3", "number"),
    ("money", {}, "12 bananas", "unknown"),
    ("country", {}, "Atlantis", "unknown"),
    ("file", {}, "a.pdf", "file"),
    ("choice", GRADE, "Goood", "choice"),
]


@pytest.mark.parametrize(("kind", "options", "text", "code"), TYPED_REFUSALS)
def test_text_that_means_nothing_is_refused(
    kind: str, options: dict[str, object], text: str, code: str
) -> None:
    with pytest.raises(FieldProblem) as refused:
        codec_of(field(kind, **options)).parse(text, TYPED)

    assert refused.value.code == code


def test_the_language_decides_what_a_lone_dot_means() -> None:
    codec = codec_of(field("decimal", scale=3))

    assert codec.parse("1.200", TYPED) == Decimal("1.200")
    assert codec.parse("1.200", type(TYPED)(textual=True, language="es")) == Decimal("1200.000")


def test_an_unknown_choice_is_answered_with_the_near_one() -> None:
    with pytest.raises(FieldProblem) as refused:
        codec_of(field("choice", **GRADE)).parse("Goood", TYPED)

    assert refused.value.params["near"] == "Good"


def test_rows_of_a_table_are_read_with_the_types_of_their_columns() -> None:
    lines = field("table", fields=[{"type": "text", "name": "item"}, {"type": "integer", "name": "pieces"}])
    codec = codec_of(lines)

    value = codec.parse([{"id": ID, "item": " Bolt ", "pieces": 5}, {"item": "Nut"}], WIRE)

    assert value == ({"id": ID, "item": "Bolt", "pieces": 5}, {"item": "Nut"})
    assert codec.to_wire(value) == [{"id": ID, "item": "Bolt", "pieces": 5}, {"item": "Nut"}]


def test_a_wrong_cell_of_a_table_is_named_by_row_and_column() -> None:
    lines = field("table", fields=[{"type": "money", "name": "price"}])

    with pytest.raises(FieldProblem) as refused:
        codec_of(lines).parse([{}, {"price": {"amount": "x", "currency": "EUR"}}], WIRE)

    assert refused.value.pointer == "/1/price/amount"
