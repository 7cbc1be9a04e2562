"""The SQL itself: what is bound, which joins it needs, that indexes answer it, and that it stops rather than errs."""

from __future__ import annotations

import msgspec
import pytest

from platform_core import database
from platform_core.database import CreateIndex, Index
from platform_core.expressions import (
    ChildTable,
    Env,
    Join,
    NotSqlable,
    Sql,
    SqlColumn,
    check,
    compile_sql,
    compile_sql_value,
    require_sqlable,
)
from platform_core.expressions.sql_values import Dialect
from tests.expressions import tables, world

BOTH: tuple[Dialect, ...] = ("sqlite", "postgresql")


def where(text: str, dialect: Dialect = "sqlite", env: Env | None = None) -> Sql:
    checked = check(world.with_ids(text), world.SCOPE)
    return compile_sql(checked, tables.RecordColumns(), env or world.environment({}), dialect=dialect)


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    "text",
    ["s == 'secret'", "contains(s, 'secret')", "s in ['secret', 'x']", "starts_with(s, 'secret')", "like(s, 'secret*')",
     "coalesce(s, 'secret') == t", "concat(s, 'secret') == t", "IF(b, s, 'secret') == t"],
)  # fmt: skip
def test_a_constant_is_never_written_into_the_text(text: str, dialect: Dialect) -> None:
    sql = where(text, dialect)
    assert "secret" not in sql.text
    assert sql.text.count("?") == len(sql.params)


def test_what_does_not_come_from_the_record_is_computed_and_bound() -> None:
    assert where("user_has_role('sales') and u == user.id").params == (world.IDS["ana"],)
    assert where("user_has_role('boss') or u == user.id").params == (world.IDS["ana"],)
    assert where("user_has_role('boss') and u == user.id").text == "FALSE"
    assert where("user_has_role('sales') or u == user.id").text == "TRUE"
    assert where("s == upper(user.name)").params == ("ANA",)
    assert where("d >= start_of('month', today())").params == ("2024-03-01",)


def test_a_number_is_bound_in_the_form_of_its_column() -> None:
    assert where("k > 12.5").params == (1250,)
    assert where("k > 12.505").params == (1250,)
    assert where("k < 12.505").params == (1251,)
    assert where("k == 12.505").text == "FALSE"
    assert where("n > 12.5").params == (125000,)
    assert where("i > 12.5").params == (12,)


def test_equality_is_plain_where_only_true_counts_and_null_safe_where_it_is_negated() -> None:
    assert where("s == 'x'").text == '(t."s" = ?)'
    assert where("not (s == 'x')").text == '(t."s" IS NOT ?)'
    assert where("not (s == 'x' and b)").text == '(NOT ((t."s" IS ?) AND (t."b" = 1)))'
    assert where("not (s == 'x')", "postgresql").text == '(t."s" IS DISTINCT FROM CAST(? AS text))'


def test_an_unknown_filter_selects_nothing() -> None:
    assert where("n > vars.limit").text == "FALSE"


def test_a_followed_link_brings_its_joins_once_and_in_order() -> None:
    sql = where("acc.parent.name == 'x' or acc.name == 'y' or acc.country == 'CN'")
    assert [join.alias for join in sql.joins] == ["j1", "j2"]


def test_rows_stay_inside_their_sub_query() -> None:
    sql = where("any(lines.qty > 1)")
    assert sql.joins == ()
    assert sql.text == 'EXISTS (SELECT 1 FROM "x_line" AS l WHERE l."parent" = t."id" AND (l."qty" > ?))'


class SeenRows(tables.RecordColumns):
    """Lines and accounts limited to what somebody may see, with parameters of their own."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        column = super().column(path)
        joins = tuple(msgspec.structs.replace(join, params=("seen account",)) for join in column.joins)
        return msgspec.structs.replace(column, joins=joins)

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        table = super().rows(path)
        limited = "(SELECT * FROM x_line WHERE note <> ?)"
        join = Join("extra", "LEFT JOIN x_account AS extra ON extra.name = ?", ("seen join",))
        return msgspec.structs.replace(table, table=limited, params=("seen line",), joins=(join,))


def test_parameters_of_joins_and_limited_rows_keep_their_order() -> None:
    checked = check("s == 'x' and any(lines.qty > 1) and acc.name == 'y'", world.SCOPE)
    sql = compile_sql(checked, SeenRows(), world.environment({}), dialect="sqlite")
    assert sql.params == ("x", "seen line", "seen join", 10000, "y")
    assert [join.params for join in sql.joins] == [("seen account",)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("n / k > 1", "ROUND(x / y, digits)"),
        ("lower(s) == 'x'", "no exact counterpart"),
        ("add_days(p, 1) > now()", "clock of a time zone"),
        ("first(gs) == 'a'", "no exact counterpart"),
        ("same_text(t, 'x')", "searchable text fields"),
        ("round(n, k) > 1", "same for every row"),
        ("like(s, t)", "same for every row"),
        ("manager_of(u) == user.id", "no exact counterpart"),
    ],
)
def test_a_refusal_says_why(text: str, reason: str) -> None:
    checked = check(text, world.SCOPE)
    with pytest.raises(NotSqlable) as refused:
        require_sqlable(checked, tables.RecordColumns())
    assert reason in refused.value.reason
    assert "computed field" in refused.value.remedy
    for dialect in BOTH:
        with pytest.raises(NotSqlable):
            where(text, dialect)


def test_the_text_alone_tells_most_refusals() -> None:
    assert not check("lower(s) == 'x'", world.SCOPE).sqlable
    assert check("lower(vars.name) == s", world.SCOPE).sqlable
    assert check("round(n / k, 2) > 1", world.SCOPE).sqlable
    assert not check("n / k > 1", world.SCOPE).sqlable


INDEXED = {
    "u == user.id": "u",
    "g in ['a', 'b']": "g",
    "s == 'x'": "s",
    "starts_with(s, 'CUS-')": "s",
    "n >= 12.5": "n",
    "d >= start_of('month', today())": "d",
    "between(p, add_days(now(), -7), now())": "p",
    "usd > money(1000, 'USD')": "usd",
    "acc == '$acme'": "acc",
    "i > 0.5": "i",
}


@pytest.mark.parametrize("text", INDEXED)
async def test_an_index_answers(text: str, bare_db: str) -> None:
    await tables.create()
    await database.apply(CreateIndex(Index(name="x_probe", table="x_record", columns=(INDEXED[text],))))
    sql = where(text, database.dialect().name)
    query = f'SELECT t."id" FROM "x_record" AS t WHERE {sql.text}'
    if bare_db == "sqlite":
        rows = await database.fetch_tuples(f"EXPLAIN QUERY PLAN {query}", sql.params)
        assert any("SEARCH t USING" in str(row) and "x_probe" in str(row) for row in rows), rows
        return
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off")
        rows = await database.fetch_tuples(f"EXPLAIN {query}", sql.params)
    plan = "\n".join(str(row[0]) for row in rows)
    assert "x_probe" in plan and "Index Cond" in plan, plan


async def test_a_product_beyond_the_engine_stops_the_statement_instead_of_rounding(bare_db: str) -> None:
    await tables.create()
    record_id = database.new_id()
    await tables.insert(record_id, world.record({"n": "99999999999999.9999", "k": "9999999999999999.99"}))
    sql = where("n * k > 0", database.dialect().name)
    with pytest.raises(database.DatabaseError):
        await tables.matches(sql, record_id)


async def test_exact_sums_reach_over_more_rows_than_a_list_may_have(bare_db: str) -> None:
    await tables.create()
    record_id = database.new_id()
    await tables.insert(record_id, world.record({"lines": [{"qty": "0.1"}] * 1500}))
    assert await tables.matches(where("sum(lines.qty) == 150", database.dialect().name), record_id)


@pytest.mark.parametrize("text", ["s == 'it''s'", "s == '?'", "s == '\\\\'", "s == '$1 {} %s'"])
async def test_signs_that_mean_something_to_a_driver_are_only_signs(text: str, bare_db: str) -> None:
    await tables.create()
    text = text.replace("''", "\\'")
    checked = check(text, world.SCOPE)
    wanted = checked.ir.args[1].value
    record_id = database.new_id()
    await tables.insert(record_id, {"s": wanted})
    assert await tables.matches(where(text, database.dialect().name), record_id)


async def test_money_comes_back_as_an_amount_and_its_currency(bare_db: str) -> None:
    await tables.create()
    record_id = database.new_id()
    await tables.insert(record_id, world.record({"amt": "12.5 EUR", "n": "2"}))
    checked = check("amt * n", world.SCOPE)
    sql = compile_sql_value(checked, tables.RecordColumns(), Env(), dialect=database.dialect().name)
    assert sql.currency == 't."amt__cur"'
    assert world.shown(await tables.result(sql, record_id)) == "25 EUR"
