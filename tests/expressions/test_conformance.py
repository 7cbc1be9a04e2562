"""The same answer from every back end: the table, row by row. A failure lists every row that differs."""

from __future__ import annotations

import pytest

from platform_core import database
from platform_core.errors import TradewindError
from platform_core.expressions import (
    BOOL,
    Checked,
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
from tests.expressions.table import SUBJECTS, Row, rows

Differences = list[str]


def checked_of(row: Row) -> Checked:
    return check(world.with_ids(row.expr), world.SCOPE)


def expected_of(row: Row) -> object:
    return world.with_ids(row.expect) if isinstance(row.expect, str) else row.expect


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_checker_refuses_with_the_code_of_the_table(subject: str) -> None:
    differences: Differences = []
    for row in rows(subject, "check"):
        try:
            found = check(world.with_ids(row.expr), world.SCOPE).type.code
        except ExpressionErrors as errors:
            found = errors.first.code
        if found != row.error:
            differences.append(f"{row.id}: {row.expr} → {found}, not {row.error}")
    assert differences == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_types_are_those_of_the_table(subject: str) -> None:
    differences = [
        f"{row.id}: {row.expr} is {found}, not {row.type}"
        for row in rows(subject, "python")
        if row.type and (found := checked_of(row).type.code) != row.type
    ]
    assert differences == []


@pytest.mark.parametrize("backend", ["python", "trace"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_python_answers_as_the_table_says(subject: str, backend: str) -> None:
    differences: Differences = []
    for row in rows(subject, backend):
        checked, env = checked_of(row), world.environment(row.env, row.zone)
        try:
            result = compile_python(checked)(env) if backend == "python" else trace(checked, env).value
            found: object = world.shown(result)
        except EvaluationError as error:
            found = f"error {error.code}"
        expected = f"error {row.error}" if row.error else expected_of(row)
        if found != expected:
            differences.append(f"{row.id}: {row.expr} with {row.env} → {found!r}, not {expected!r}")
    assert differences == []


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_sql_answers_as_the_table_says(subject: str, bare_db: str) -> None:
    await tables.create()
    differences: Differences = []
    async with database.transaction():
        for row in rows(subject, bare_db):
            try:
                found = await in_sql(row, bare_db)
            except (TradewindError, TypeError) as error:
                raise AssertionError(f"{row.id}: {row.expr} with {row.env} fails: {error}") from error
            differences += [f"{row.id}: {row.expr} with {row.env} → {each}" for each in found]
    assert differences == []


async def in_sql(row: Row, engine: str) -> Differences:
    """What differs for one row: its value, and for a condition the records that it and its negation select."""
    env, record_id = world.environment(row.env, row.zone), database.new_id()
    await tables.insert(record_id, env.record)
    dialect = database.dialect().name
    checked = checked_of(row)
    expected = expected_of(row)
    differences: Differences = []
    value = await tables.result(
        compile_sql_value(checked, tables.RecordColumns(), env, dialect=dialect), record_id
    )
    if world.shown(value) != expected:
        differences.append(f"value {world.shown(value)!r}, not {expected!r}")
    if checked.type == BOOL:
        for text, wanted in ((row.expr, expected is True), (f"not ({row.expr})", expected is False)):
            condition = check(world.with_ids(text), world.SCOPE)
            sql = compile_sql(condition, tables.RecordColumns(), env, dialect=dialect)
            if await tables.matches(sql, record_id) is not wanted:
                differences.append(f"{text} selects {not wanted}: {sql.text} {sql.params}")
    return differences


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_the_table_keeps_from_sql_is_refused_at_design_time(subject: str) -> None:
    accepted: Differences = []
    for row in rows(subject, "python"):
        if row.error or "sqlite" in row.backends:
            continue
        try:
            require_sqlable(checked_of(row), tables.RecordColumns())
            accepted.append(f"{row.id}: {row.expr}")
        except NotSqlable:
            pass
    assert accepted == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_the_table_gives_to_sql_is_accepted_at_design_time(subject: str) -> None:
    refused: Differences = []
    for row in rows(subject, "sqlite"):
        try:
            require_sqlable(checked_of(row), tables.RecordColumns())
        except NotSqlable as refusal:
            refused.append(f"{row.id}: {row.expr}: {refusal.reason}")
    assert refused == []
