"""Random expressions over random records: every back end gives the same answer, or says that it will not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from platform_core import database
from platform_core.expressions import (
    Checked,
    Env,
    EvaluationError,
    ExpressionErrors,
    NotSqlable,
    check,
    compile_python,
    compile_sql,
    compile_sql_value,
    require_sqlable,
    trace,
)
from tests.expressions import tables, world
from tests.expressions.random_expressions import ENVIRONMENTS, TEXTS_OF_ANY_TYPE, ZONES

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
THOROUGH = settings(max_examples=4000, deadline=None, suppress_health_check=list(HealthCheck))
QUICK_SQL = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def checked_or_skipped(text: str) -> Checked:
    """Two currencies side by side, or a tree that grew too large, are problems of the text: another example then."""
    try:
        return check(text, world.SCOPE)
    except ExpressionErrors as errors:
        assert errors.first.code in {"currency_mismatch", "too_many_nodes", "too_deep", "bad_constant"}, (
            text,
            errors,
        )
        assume(False)
        raise


def answer(run: Callable[[], object]) -> object:
    try:
        return world.shown(run())
    except EvaluationError as error:
        return f"error {error.code}"


def compare_in_python(text: str, env: Env) -> None:
    checked = checked_or_skipped(text)
    quick = answer(lambda: compile_python(checked)(env))
    assert quick == answer(lambda: trace(checked, env).value), text


async def compare_in_sql(text: str, env: Env) -> None:
    checked = checked_or_skipped(text)
    expected = answer(lambda: compile_python(checked)(env))
    assume(not str(expected).startswith("error"))
    try:
        require_sqlable(checked, tables.RecordColumns())
    except NotSqlable:
        assume(False)
    record_id = database.new_id()
    await tables.insert(record_id, env.record)
    try:
        found = await answer_in_sql(checked, env, record_id)
    except database.DatabaseError as error:
        assert "user-defined function raised exception" in str(error), (
            text,
            env.record,
        )  # more than 64 bits: refused
        return
    assert found == expected, (text, env.record)
    if checked.type.kind == "bool":
        await compare_selection(text, env, record_id, expected)


async def answer_in_sql(checked: Checked, env: Env, record_id: str) -> object:
    dialect = database.dialect().name
    sql = compile_sql_value(checked, tables.RecordColumns(), env, dialect=dialect)
    return world.shown(await tables.result(sql, record_id))


async def compare_selection(text: str, env: Env, record_id: str, expected: object) -> None:
    for condition, wanted in ((text, expected is True), (f"not ({text})", expected is False)):
        sql = compile_sql(
            check(condition, world.SCOPE), tables.RecordColumns(), env, dialect=database.dialect().name
        )
        assert await tables.matches(sql, record_id) is wanted, (condition, env.record, sql)


@QUICK
@given(TEXTS_OF_ANY_TYPE, ENVIRONMENTS, ZONES)
def test_closures_and_traces_agree(text: str, raw: dict[str, Any], zone: str) -> None:
    compare_in_python(text, world.environment(raw, zone))


@pytest.mark.long
@THOROUGH
@given(TEXTS_OF_ANY_TYPE, ENVIRONMENTS, ZONES)
def test_closures_and_traces_agree_on_thousands(text: str, raw: dict[str, Any], zone: str) -> None:
    compare_in_python(text, world.environment(raw, zone))


@pytest.fixture
async def filled(bare_db: str) -> Callable[[str, Env], Awaitable[None]]:
    await tables.create()
    return compare_in_sql


@QUICK_SQL
@given(st.data())
async def test_the_database_agrees_with_python(
    filled: Callable[[str, Env], Awaitable[None]], data: st.DataObject
) -> None:
    await filled(data.draw(TEXTS_OF_ANY_TYPE), world.environment(data.draw(ENVIRONMENTS), data.draw(ZONES)))


@pytest.mark.long
@THOROUGH
@given(st.data())
async def test_the_database_agrees_with_python_on_thousands(
    filled: Callable[[str, Env], Awaitable[None]], data: st.DataObject
) -> None:
    await filled(data.draw(TEXTS_OF_ANY_TYPE), world.environment(data.draw(ENVIRONMENTS), data.draw(ZONES)))
