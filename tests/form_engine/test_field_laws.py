"""Laws that every field type keeps, built in or brought by a plugin."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from form_engine.definition import FieldDef
from form_engine.fields.barcode import check_digit
from platform_core import database
from platform_core.database import Column, CreateTable, Table
from platform_core.entities import FieldProblem, quote
from platform_core.i18n import Listener
from tests.form_engine.forms import NAMES, TYPED, TYPES, WIRE, codec_of, field, type_of

LINK = {"form": "account"}
GRADE = {"dictionary": "grade"}

words = some.text(some.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80)
ids = some.uuids().map(str)


def decimals(digits: int, places: int) -> some.SearchStrategy[Decimal]:
    bound = Decimal(10) ** (digits - places) - 1
    return some.decimals(-bound, bound, places=places, allow_nan=False, allow_infinity=False)


money = some.builds(
    lambda amount, currency: {"amount": str(amount), "currency": currency},
    decimals(18, 4),
    some.sampled_from(["USD", "EUR", "JPY", "KWD", "CNY"]),
)
phones = some.one_of(
    some.from_regex(r"\+49 30 [1-9]\d{6}", fullmatch=True),
    some.from_regex(r"\d{4} \d{4}", fullmatch=True),
)
emails = some.builds(
    lambda name, host: f"{name}@{host}.example",
    *[some.text(string.ascii_letters + string.digits, min_size=1, max_size=20)] * 2,
)
hosts = some.from_regex(r"[a-z]{1,20}\.(com|de|cn)(/[a-z0-9]{0,10})?", fullmatch=True)

# name of the case: field, wire values
CASES: dict[str, tuple[FieldDef, some.SearchStrategy[Any]]] = {
    "text": (field("text", max_length=4000), words),
    "long_text": (field("long_text"), some.lists(words, max_size=4).map("\n".join)),
    "integer": (field("integer"), some.integers(-(10**18) + 1, 10**18 - 1)),
    "decimal": (field("decimal", scale=4), decimals(18, 4).map(str)),
    "percent": (field("percent"), decimals(11, 2).map(str)),
    "money": (field("money", scale=4), money),
    "boolean": (field("boolean"), some.booleans()),
    "choice": (field("choice", **GRADE), some.sampled_from(["a", "b", "c"])),
    "choices": (field("choices", **GRADE), some.lists(some.sampled_from(["a", "b", "c"]), max_size=3)),
    "date": (field("date"), some.dates(date(1000, 1, 1)).map(date.isoformat)),
    "datetime": (
        field("datetime"),
        some.datetimes(datetime(1000, 1, 2), timezones=some.just(UTC)).map(datetime.isoformat),
    ),
    "email": (field("email"), emails),
    "phone": (field("phone"), phones),
    "url": (field("url"), hosts),
    "country": (field("country"), some.sampled_from(["DE", "us", "CN"])),
    "currency": (field("currency"), some.sampled_from(["USD", "jpy"])),
    "language": (field("language"), some.sampled_from(["en", "zh", "ar"])),
    "timezone": (field("timezone"), some.sampled_from(["Asia/Shanghai", "UTC"])),
    "link": (field("link", **LINK), ids),
    "link to one of several": (
        field("link", forms=["account", "lead"]),
        some.builds(lambda id, form: {"id": id, "form": form}, ids, some.sampled_from(["account", "lead"])),
    ),
    "links": (field("links", **LINK), some.lists(ids, max_size=4)),
    "user": (field("user"), ids),
    "users": (field("users"), some.lists(ids, max_size=4)),
    "team": (field("team"), ids),
    "file": (field("file"), ids),
    "files": (field("files"), some.lists(ids, max_size=4)),
    "rich_text": (field("rich_text"), some.lists(words, max_size=4).map("<p>".join)),
    "rating": (field("rating", max=7), some.integers(1, 7)),
    "tree_choice": (field("tree_choice", **GRADE), some.sampled_from(["a", "b", "c"])),
    "tags": (field("tags"), some.lists(some.text(string.ascii_letters, max_size=9), max_size=5)),
    "time": (field("time"), some.times().map(lambda at: at.isoformat("seconds"))),
    "duration": (field("duration"), some.integers(0, 10**9).map("PT{}S".format)),
    "social": (
        field("social"),
        some.builds(
            lambda platform, handle: {"platform": platform, "handle": handle},
            some.sampled_from(["linkedin", "wechat", "other"]),
            some.from_regex(r"[a-z0-9._]{1,20}", fullmatch=True),
        ),
    ),
    "address": (
        field("address"),
        some.fixed_dictionaries(
            {},
            optional={
                "street": words,
                "city": words,
                "region": words,
                "postcode": some.just("20457"),
                "country": some.sampled_from(["DE", "US", "CN", "GB"]),
            },
        ),
    ),
    "geo": (
        field("geo"),
        some.builds(
            lambda lat, lon: {"lat": str(lat), "lon": str(lon)},
            some.decimals(-90, 90, places=6),
            some.decimals(-180, 180, places=6),
        ),
    ),
    "image": (field("image"), ids),
    "signature": (field("signature"), ids),
    "consent": (
        field("consent", version="2"),
        some.builds(
            lambda given, at: {"given": given, "version": "1", "at": at.isoformat()},
            some.booleans(),
            some.datetimes(datetime(1000, 1, 2), timezones=some.just(UTC)),
        ),
    ),
    "barcode": (
        field("barcode"),
        some.from_regex(r"[0-9]{12}", fullmatch=True).map(lambda body: body + check_digit(body)),
    ),
    "json": (
        field("json"),
        some.dictionaries(
            words, some.one_of(words, some.integers(-(2**53), 2**53), some.booleans(), some.lists(words))
        ),
    ),
    "autonumber": (field("autonumber", pattern="A-{seq}"), some.from_regex(r"A-\d{1,6}", fullmatch=True)),
}


def test_every_stored_type_has_its_case() -> None:
    virtual = {kind.name for kind in TYPES.all() if kind.virtual}
    assert {type_of(made).name for made, _values in CASES.values()} == set(TYPES.names()) - virtual


@pytest.mark.parametrize("case", CASES)
def test_what_goes_out_comes_in_as_the_same_value(case: str) -> None:
    made, wires = CASES[case]
    codec = codec_of(made)

    @given(wires)
    @settings(max_examples=60, deadline=None)
    def law(wire: object) -> None:
        value = codec.parse(wire, WIRE)
        assert codec.parse(codec.to_wire(value), WIRE) == value
        assert codec.from_columns(codec.to_columns(value)) == value

    law()


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_nothing(case: str) -> None:
    codec = codec_of(CASES[case][0])

    assert codec.parse(None, WIRE) is None
    assert codec.parse("", TYPED) is None
    assert codec.from_columns(codec.to_columns(None)) is None
    assert codec.parse(codec.to_wire(None), WIRE) is None


@pytest.fixture
def loop(engine: str, tmp_path: Path) -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop with a database of one table that has a column set per case."""
    from tests.fixtures_database import bare_url

    made = asyncio.new_event_loop()
    made.run_until_complete(_open(engine, tmp_path, bare_url))
    yield made
    made.run_until_complete(database.close())
    made.close()


async def _open(engine: str, folder: Path, bare_url: Any) -> None:
    await database.open(await bare_url(engine, folder))
    columns = [Column("id", database.INT, primary=True)]
    for place, (made, _values) in enumerate(CASES.values()):
        columns += [Column(each.name, each.type) for each in type_of(made).columns(made, f"c{place}")]
    await database.apply(CreateTable(Table("kept", tuple(columns))))


def test_what_is_stored_reads_back_as_the_same_value(loop: asyncio.AbstractEventLoop) -> None:
    rows = some.tuples(*(values for _made, values in CASES.values()))

    @given(rows)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def law(wires: tuple[object, ...]) -> None:
        loop.run_until_complete(_keeps(wires))

    law()


async def _keeps(wires: tuple[object, ...]) -> None:
    names: list[str] = []
    raw: list[object] = []
    values = []
    for place, ((made, _values), wire) in enumerate(zip(CASES.values(), wires, strict=True)):
        codec = codec_of(made)
        value = codec.parse(wire, WIRE)
        values.append(value)
        for column, each in zip(
            type_of(made).columns(made, f"c{place}"), codec.to_columns(value), strict=True
        ):
            names.append(column.name)
            raw.append(database.to_db(column.type, each))
    await database.execute("DELETE FROM kept")
    marks = ", ".join("?" * (len(names) + 1))
    await database.execute(
        f'INSERT INTO kept ("id", {", ".join(map(quote, names))}) VALUES ({marks})', (1, *raw)
    )
    (row,) = await database.fetch_tuples(f"SELECT {', '.join(map(quote, names))} FROM kept")
    start = 0
    for place, (made, _values) in enumerate(CASES.values()):
        end = start + len(type_of(made).columns(made, f"c{place}"))
        assert codec_of(made).from_columns(row[start:end]) == values[place], made
        start = end


SAMPLES: dict[str, FieldDef] = {name: made for name, (made, _values) in CASES.items()} | {
    "table": field("table", fields=[{"type": "text", "name": "item"}, {"type": "money", "name": "price"}]),
}


@pytest.mark.parametrize("case", SAMPLES)
def test_demo_values_fit_the_schema_and_the_field(case: str) -> None:
    made, random = SAMPLES[case], Random(7)
    kind = type_of(made)
    for _ in range(20):
        wire = kind.demo(made, NAMES, random)
        value = codec_of(made).parse(wire, WIRE)
        if value is not None:
            jsonschema.validate(wire, kind.input_schema(made))
            if kind.reference(made, NAMES) is None:
                jsonschema.validate(codec_of(made).to_wire(value), kind.value_schema(made))


@pytest.mark.parametrize("language", ["en", "zh", "es", "fr", "ar"])
@pytest.mark.parametrize("case", SAMPLES)
def test_what_an_export_writes_an_import_reads(case: str, language: str) -> None:
    made, random = SAMPLES[case], Random(11)
    kind, codec = type_of(made), codec_of(made)
    reader = Listener(language, "Asia/Shanghai")
    wire = kind.demo(made, NAMES, random)
    value = codec.parse(wire, WIRE)
    if value is None or kind.virtual:
        return
    cell = kind.cell(made, NAMES, codec.to_wire(value), reader)
    text = cell.isoformat() if isinstance(cell, date) else str(cell)

    read = codec.parse(text, type(TYPED)(language=language, zone=reader.zone, textual=True))

    assert read == value


@pytest.mark.parametrize("target", SAMPLES)
@pytest.mark.parametrize("source", SAMPLES)
def test_any_type_becomes_any_other_or_says_that_it_cannot(source: str, target: str) -> None:
    old, new, random = SAMPLES[source], SAMPLES[target], Random(5)
    if "table" in (source, target):
        return
    for _ in range(5):
        value = codec_of(old).parse(type_of(old).demo(old, NAMES, random), WIRE)
        if value is None:
            continue
        try:
            found = type_of(new).convert(new, NAMES, type_of(old), old, value)
        except FieldProblem:
            continue
        codec_of(new).to_columns(found)
        if source == target:
            assert found == value


def test_text_survives_as_text_whatever_it_was() -> None:
    target = field("text", max_length=500)
    said = {
        "integer": "42", "decimal": "12.5000", "percent": "12.80", "boolean": "yes", "choice": "Top",
        "date": "2026-11-22", "money": "EUR 1200.10", "country": "DE",
    }  # fmt: skip
    wires = {
        "integer": 42, "decimal": "12.5", "percent": "12.8", "boolean": True, "choice": "a",
        "date": "2026-11-22", "money": {"amount": "1200.10", "currency": "EUR"}, "country": "DE",
    }  # fmt: skip
    for case, wire in wires.items():
        old = SAMPLES[case]
        value = codec_of(old).parse(wire, WIRE)
        assert type_of(target).convert(target, NAMES, type_of(old), old, value) == said[case]
