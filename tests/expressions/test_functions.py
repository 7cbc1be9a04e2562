"""The table of functions: every row is complete, and the conformance table knows every function by heart."""

from __future__ import annotations

import pytest

from platform_core.errors import Conflict
from platform_core.expressions import (
    ChildTable,
    Env,
    ExpressionErrors,
    FieldScope,
    FunctionSpec,
    NotSqlable,
    SqlColumn,
    all_functions,
    check,
    compile_python,
    compile_sql,
    function,
    register_function,
)
from platform_core.expressions import all_functions as table_of_functions
from platform_core.expressions.functions import _TABLE
from platform_core.expressions.functions.text import text_of
from platform_core.expressions.types import NUMBER
from tests.expressions import world
from tests.expressions.table import WRITTEN, Row, rows

NAMES = sorted(all_functions())
NO_ARGUMENTS = {"today", "now"}
ANY_TYPE = {"blank", "coalesce", "text", "changed", "was", "lookup", *NO_ARGUMENTS}
"""Functions that no type is wrong for."""
ALWAYS_AN_ANSWER = {"blank", "concat", "changed", "any", "all", "count", "distinct", "join", *NO_ARGUMENTS}
"""Functions that are never blank."""


@pytest.fixture(scope="module")
def used() -> dict[str, list[Row]]:
    """Rows of the conformance table by the functions that they name."""
    found: dict[str, list[Row]] = {name: [] for name in NAMES}
    for subject in WRITTEN:
        for backend in ("python", "check"):
            for row in rows(subject, backend):
                for name in NAMES:
                    if f"{name}(" in row.expr.lower():
                        found[name].append(row)
    return found


def test_there_are_about_sixty_five_functions() -> None:
    assert 65 <= len(all_functions()) <= 75


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_help_in_every_language(name: str) -> None:
    words = all_functions()[name].help
    assert set(words) == {"en", "zh", "es", "fr", "ar"} and len(set(words.values())) == 5
    assert words["zh"].endswith("。")
    assert all(words[code].endswith(".") for code in ("en", "es", "fr", "ar"))


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_function_are_true(name: str) -> None:
    env = Env(now=world.NOW)
    for example in all_functions()[name].examples:
        result = compile_python(check(example.expression, world.SCOPE))(env)
        assert (text_of(env, result) or "") == example.result, example.expression


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_the_value_the_blank_and_the_wrong_type_of_a_function(
    name: str, used: dict[str, list[Row]]
) -> None:
    answered = [row for row in used[name] if "python" in row.backends]
    refused = [row for row in used[name] if row.error in {"wrong_type", "wrong_word", "wrong_arguments"}]
    assert any(row.expect is not None for row in answered)
    assert refused
    if name not in ALWAYS_AN_ANSWER:
        assert any(row.expect is None for row in answered)
    if name not in ANY_TYPE:
        assert any(row.error in {"wrong_type", "wrong_word", "not_a_condition"} for row in used[name])


@pytest.mark.parametrize(
    "name", [name for name in NAMES if all_functions()[name].sqlable and name != "distinct"]
)
def test_the_table_asks_both_databases_about_every_function_that_has_sql(
    name: str, used: dict[str, list[Row]]
) -> None:
    in_sql = [row for row in used[name] if {"sqlite", "postgresql"} <= set(row.backends)]
    assert sum(bool(row.env) for row in in_sql) >= 2


@pytest.mark.parametrize("name", [name for name in NAMES if all_functions()[name].group != "people"])
def test_wrong_numbers_of_arguments_are_answered_with_the_right_ones(name: str) -> None:
    with pytest.raises(ExpressionErrors) as caught:
        check(
            f"{name.upper()}(1, 2, 3, 4, 5, 6, 7, 8)"
            if name not in {"coalesce", "concat", "min", "max"}
            else f"{name}()",
            world.SCOPE,
        )
    assert caught.value.first.code == "wrong_arguments"
    assert name.upper() in str(caught.value.first)


@pytest.fixture
def doubling() -> FunctionSpec:
    """What a plugin would bring: a function with Python only."""
    return function(
        "twice", "numbers", "(value: number) -> number", lambda value: value * 2,
        "The value two times.", "两倍。", ("TWICE(2)", "4"),
    )  # fmt: skip


def test_a_plugin_may_bring_a_function(doubling: FunctionSpec) -> None:
    register_function(doubling)
    try:
        register_function(doubling)
        checked = check("TWICE(n) + 1", world.SCOPE)
        assert world.shown(compile_python(checked)(world.environment({"n": "2"}))) == "5"
        assert compile_python(checked)(world.environment({})) is None
        assert not checked.sqlable
        with pytest.raises(NotSqlable):
            compile_sql(check("TWICE(n) > 1", world.SCOPE), Columns(), Env(), dialect="sqlite")
    finally:
        del _TABLE["twice"]


def test_a_function_without_sql_may_still_stand_beside_the_record(doubling: FunctionSpec) -> None:
    register_function(doubling)
    try:
        sql = compile_sql(
            check("n > TWICE(2)", FieldScope({"n": NUMBER})), Columns(), Env(), dialect="sqlite"
        )
        assert (sql.text, sql.params) == ('(t."n" > ?)', (400,))
    finally:
        del _TABLE["twice"]


class Columns:
    """One column: a number with two decimals."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return SqlColumn(text=f't."{path[0]}"', type=NUMBER, storage="decimal", scale=2)

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        raise NotSqlable("no rows")


def test_a_plugin_may_not_change_what_a_known_function_means(doubling: FunctionSpec) -> None:
    import msgspec

    with pytest.raises(Conflict, match="already an expression function round"):
        register_function(msgspec.structs.replace(doubling, name="round"))
    with pytest.raises(Conflict, match="not a name"):
        register_function(msgspec.structs.replace(doubling, name="Do It"))


def test_the_table_itself_cannot_be_changed_from_outside() -> None:
    with pytest.raises(TypeError):
        table_of_functions()["round"] = None  # type: ignore[index]  # it is to be refused
