"""What goes in comes out, the same on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from platform_core import database
from platform_core.database import (
    BLOB,
    BOOL,
    DATE,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    Column,
    CreateTable,
    Table,
)

MONEY = database.decimal_type(18, 4)
THINGS = Table(
    "things",
    (
        Column("id", UUID, primary=True),
        Column("name", TEXT),
        Column("number", INT),
        Column("yes", BOOL),
        Column("at", INSTANT),
        Column("day", DATE),
        Column("data", JSON),
        Column("amount", MONEY),
        Column("whole", database.decimal_type(18, 0)),
        Column("fine", database.decimal_type(18, 18)),
        Column("bytes", BLOB),
    ),
)
NAMES = [column.name for column in THINGS.columns]


@pytest.fixture
async def things(bare_db: str) -> str:
    await database.apply(CreateTable(THINGS))
    return bare_db


async def stored(column: str, value: object) -> object:
    """Writes the value alone and reads it back."""
    wanted = next(item for item in THINGS.columns if item.name == column)
    key = database.new_id()
    await database.execute(
        f'INSERT INTO things (id, "{column}") VALUES (?, ?)', (key, database.to_db(wanted.type, value))
    )
    return await database.fetch_value(f'SELECT "{column}" FROM things WHERE id = ?', (key,))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "Zürich 信风 'quoted' \"twice\" \\ ? % $1"),
        ("number", 2**63 - 1),
        ("number", -(2**63)),
        ("yes", True),
        ("yes", False),
        ("at", datetime(2026, 11, 22, 8, 0, tzinfo=UTC)),
        ("at", datetime(2026, 11, 22, 8, 0, 0, 1, tzinfo=UTC)),
        ("day", date(2024, 2, 29)),
        ("day", date.min),
        ("day", date.max),
        ("data", {"é": ["信", 1, None, True, {"n": "1.20"}]}),
        ("data", []),
        ("amount", Decimal("12345678901234.5678")),
        ("amount", Decimal("-99999999999999.9999")),
        ("amount", Decimal("0.0001")),
        ("whole", Decimal(999999999999999999)),
        ("fine", Decimal("0.123456789012345678")),
        ("bytes", bytes(range(256))),
        ("name", None),
        ("amount", None),
        ("at", None),
        ("data", None),
    ],
)
async def test_a_value_comes_back_as_it_went_in(things: str, column: str, value: object) -> None:
    back = await stored(column, value)
    assert back == value
    assert type(back) is type(value)


async def test_a_decimal_keeps_the_scale_of_its_column(things: str) -> None:
    assert str(await stored("amount", Decimal("1.5"))) == "1.5000"
    assert str(await stored("amount", 7)) == "7.0000"


async def test_a_decimal_with_more_digits_is_rounded_half_up(things: str) -> None:
    assert await stored("amount", Decimal("0.00005")) == Decimal("0.0001")
    assert await stored("amount", Decimal("-0.00005")) == Decimal("-0.0001")


@pytest.mark.parametrize("value", [Decimal(100000000000000), Decimal("99999999999999.99995"), Decimal("NaN")])
async def test_a_decimal_with_too_many_digits_is_an_overflow(things: str, value: Decimal) -> None:
    with pytest.raises(database.BadValue) as refused:
        await stored("amount", value)
    assert refused.value.code == "overflow"


async def test_a_float_is_refused_for_a_decimal(things: str) -> None:
    with pytest.raises(TypeError, match="exact"):
        await stored("amount", 0.1)


async def test_sums_of_many_decimals_are_exact(things: str) -> None:
    count = 2000
    rows = [(database.new_id(), database.to_db(MONEY, Decimal("12345678.1234"))) for _ in range(count)]
    await database.copy_rows("things", ("id", "amount"), rows)
    total = await database.fetch_value("SELECT SUM(amount) FROM things")
    assert database.from_db(MONEY, total) == Decimal("12345678.1234") * count


async def test_an_instant_of_another_zone_is_kept_in_utc(things: str) -> None:
    shanghai = datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    back = await stored("at", shanghai)
    assert back == shanghai
    assert isinstance(back, datetime) and back.utcoffset() == timedelta(0)


async def test_a_naive_datetime_is_refused(things: str) -> None:
    with pytest.raises(TypeError, match="naive"):
        await stored("at", datetime(2026, 11, 22))


async def test_instants_sort_by_time(things: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(microseconds=step) for step in (999_999, 0, 1_000_000, 1, 86_400_000_000)]
    for moment in moments:
        await stored("at", moment)
    rows = await database.fetch_tuples('SELECT "at" FROM things ORDER BY "at"')
    assert [moment for (moment,) in rows] == sorted(moments)


async def test_text_sorts_by_code_point(things: str) -> None:
    for name in ("b", "a", "B", "ä", "Z", "信"):
        await stored("name", name)
    rows = await database.fetch_tuples("SELECT name FROM things ORDER BY name")
    assert [name for (name,) in rows] == ["B", "Z", "a", "b", "ä", "信"]


async def test_plain_python_values_may_be_passed_without_naming_their_type(things: str) -> None:
    key, now = database.new_id(), datetime(2026, 5, 1, tzinfo=UTC)
    await database.execute(
        'INSERT INTO things (id, name, number, yes, "at", day, data, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        (key, "n", 1, True, now, date(2026, 5, 1), {"a": 1}, b"x"),
    )
    row = await database.fetch_one(
        'SELECT * FROM things WHERE "at" = ? AND yes = ? AND day = ?', (now, True, now.date())
    )
    assert row is not None and row["id"] == key and row["data"] == {"a": 1}


async def test_returning_gives_converted_values_too(things: str) -> None:
    row = await database.fetch_one(
        "INSERT INTO things (id, amount, yes, data) VALUES (?, ?, ?, ?) RETURNING amount, yes, data",
        (database.new_id(), database.to_db(MONEY, Decimal("1.2")), True, ["a"]),
        write=True,
    )
    assert row == {"amount": Decimal("1.2000"), "yes": True, "data": ["a"]}


async def test_a_condition_finds_the_rows_whose_list_holds_a_word(things: str) -> None:
    await stored("data", ["own", "team"])
    await stored("data", ["all"])
    condition = database.dialect().json_contains("data")
    assert await database.fetch_value(f"SELECT COUNT(*) FROM things WHERE {condition}", ("team",)) == 1


async def test_a_list_parameter_asks_for_any_of_several_ids(things: str) -> None:
    keys = [database.new_id() for _ in range(4)]
    await database.execute_many("INSERT INTO things (id, number) VALUES (?, ?)", [(key, 1) for key in keys])
    condition = database.dialect().in_list("id")
    found = await database.fetch_tuples(f"SELECT id FROM things WHERE {condition} ORDER BY id", (keys[:2],))
    assert [key for (key,) in found] == sorted(keys[:2])


async def test_text_inside_json_is_found_by_its_path(things: str) -> None:
    await stored("data", {"a": {"b": "é"}})
    assert (
        await database.fetch_value(f"SELECT {database.dialect().json_text('data', 'a', 'b')} FROM things")
        == "é"
    )


async def test_a_bare_value_is_no_json(things: str) -> None:
    if things == "postgresql":
        with pytest.raises(database.BadValue):
            await database.execute("INSERT INTO things (id, data) VALUES (?, ?)", (database.new_id(), "bare"))


async def test_an_id_that_is_none_is_noticed_before_the_query() -> None:
    assert database.is_id(database.new_id())
    assert not database.is_id("1; DROP TABLE x")
    assert not database.is_id(database.new_id().upper())


async def test_ids_made_later_sort_later() -> None:
    ids = [database.new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2000, 1, 1), date.max])
async def test_a_day_is_itself_to_the_database_too(things: str, day: date) -> None:
    await stored("day", day)
    year = "extract(year FROM day)" if database.dialect().is_postgresql else "strftime('%Y', day)"
    assert int(str(await database.fetch_value(f"SELECT CAST({year} AS integer) FROM things"))) == day.year
    await database.copy_rows("things", ("id", "day"), [(database.new_id(), day)])
    assert await database.fetch_value("SELECT count(*) FROM things WHERE day = ?", (day,)) == 2
