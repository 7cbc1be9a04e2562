"""The checker: what an author reads when something is wrong, and what a host learns when nothing is."""

from __future__ import annotations

import pytest

from platform_core.expressions import (
    BOOL,
    NUMBER,
    RESERVED_NAMES,
    TEXT,
    Checked,
    ExpressionError,
    ExpressionErrors,
    FieldScope,
    Type,
    check,
    choice,
    parse,
    parse_type,
)
from tests.expressions.world import SCOPE


def problems(text: str, **options: object) -> list[ExpressionError]:
    with pytest.raises(ExpressionErrors) as caught:
        check(text, SCOPE, **options)  # type: ignore[arg-type]  # options of check
    return list(caught.value.found)


def advice(text: str) -> str:
    return str(problems(text)[0])


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("n = 1", "Write =="),
        ("n <> 1", "Write !="),
        ("b && c", "Write and"),
        ("b || c", "Write or"),
        ("!b", "Write not"),
        ("if(b, 1, 2)", "Write IF("),
        ("n is null", "Write =="),
        ("n => 1", "Write >="),
        ("round(n; 2)", "Write ,"),
        ("AND(b, c)", "Write a and b"),
        ("s & t", "Write +"),
        ("round（n)", "Write ("),
        ("round(n，2)", "Write ,"),
        ("s == “a”", 'Write "'),
        ("n ≥ 1", "Write >="),
        ("'a' in s", "CONTAINS(text, part)"),
        ("usd > 1000", "MONEY(1000, 'USD')"),
        ("d > '2024-01-01'", "DATE('2024-12-31')"),
        ("d + 1", "ADD_DAYS(date, days)"),
        ("s + n", "TEXT(number)"),
        ("p > d", "DATE(moment)"),
        ("g + 'x'", "TEXT(choice)"),
        ("b == 1", "true and false here, not 1 and 0"),
        ("(n", "Add ) where it ends"),
        ("s == 'abc", "Close it with '"),
        ("sum(x for x in lines)", "SUM(lines.amount)"),
        ("n.round(2)", "Use a function"),
        ("upper", "UPPER(…)"),
    ],
)
def test_the_habits_of_other_languages_get_the_fix_by_name(text: str, fix: str) -> None:
    assert fix in advice(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("acc.nmae", "acc.name"),
        ("lines.qyt", "lines.qty"),
        ("user.emial", "user.email"),
        ("usr.id", "user"),
        ("ruond(n, 1)", "round"),
        ("old.nn", "old.n"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(text: str, name: str) -> None:
    assert f"Did you mean {name}?" in advice(text)


def test_a_misspelt_choice_is_answered_with_the_key_that_was_meant() -> None:
    scope = FieldScope({"stage": choice("stage", ["quoting", "won"])})
    with pytest.raises(ExpressionErrors) as caught:
        check("stage == 'quotting'", scope)
    assert str(caught.value.first) == "quotting is not one of the choices. Did you mean quoting?"


def test_every_problem_is_reported_at_once_with_its_columns() -> None:
    found = problems("nope > 1 and s + 1 == g or ruond(n) > 'x'")
    assert [(problem.code, problem.column, problem.end) for problem in found] == [
        ("unknown_name", 1, 4),
        ("wrong_type", 14, 18),
        ("unknown_function", 28, 35),
    ]


def test_columns_count_characters_also_behind_chinese_text() -> None:
    problem = problems("s == '信风贸易' and nope")[0]
    assert (problem.column, problem.end) == (17, 20)


def test_problems_travel_as_problems_of_the_api() -> None:
    with pytest.raises(ExpressionErrors) as caught:
        check("amuont > 1", FieldScope({"amount": "number"}))
    problem = caught.value.errors[0]
    assert (problem.code, problem.text) == ("unknown_name", "There is no field amuont.")
    assert problem.params["column"] == 1
    assert problem.remedy == "Did you mean {suggestion}?"
    assert problem.params["suggestion"] == "amount"


def test_a_field_that_the_actor_may_not_read_is_like_one_that_does_not_exist() -> None:
    full = FieldScope({"name": "text", "cost": "number"})
    narrow = FieldScope({"name": "text"})
    assert check("cost > 1", full).paths == {("cost",)}
    hidden, missing = (str(problem(text, narrow)) for text in ("cost > 1", "coat > 1"))
    assert hidden.replace("cost", "X") == missing.replace("coat", "X")


def problem(text: str, scope: FieldScope) -> ExpressionError:
    with pytest.raises(ExpressionErrors) as caught:
        check(text, scope)
    return caught.value.first


def test_a_host_learns_what_an_expression_depends_on() -> None:
    checked = check(
        "acc.name == 'x' and sum(lines.qty) > was(n) and user_has_role('sales') or u == user.id", SCOPE
    )
    assert checked.paths == {("acc", "name"), ("lines", "qty"), ("n",), ("u",)}
    assert checked.inputs["old"] == {("n",)}
    assert checked.inputs["user"] == {("id",)}
    assert checked.functions == {"sum", "user_has_role"}
    assert checked.personal
    assert not checked.volatile


def test_a_part_of_money_depends_on_the_money_field() -> None:
    assert check("usd.amount > 1", SCOPE).paths == {("usd",)}


def test_asking_for_the_present_makes_an_expression_volatile() -> None:
    assert check("d < today()", SCOPE).volatile
    assert check("p < now()", SCOPE).volatile
    assert not check("d < e", SCOPE).volatile


def test_a_stored_value_may_not_ask_for_the_present() -> None:
    found = problems("days_between(d, today())", volatile_ok=False)
    assert [(each.code, each.column, each.end) for each in found] == [("volatile", 17, 23)]


def test_a_condition_must_be_one() -> None:
    assert problems("n + 1", expect=BOOL)[0].code == "not_a_condition"
    assert check("n > 1", SCOPE, expect=BOOL).type == BOOL
    assert check("null", SCOPE, expect=BOOL).type.kind == "null"


def test_an_expected_choice_reads_texts_as_its_keys() -> None:
    grade = choice("grade", ["a", "b", "c"])
    assert check("'a'", SCOPE, expect=grade).type == grade
    assert check("IF(n > 1, 'a', IF(b, 'b', 'c'))", SCOPE, expect=grade).type == grade
    assert problems("IF(n > 1, 'a', 'z')", expect=grade)[0].code == "unknown_choice"
    assert problems("s", expect=grade)[0].code == "wrong_type"


def test_an_expected_number_is_not_a_text() -> None:
    assert problems("s", expect=NUMBER)[0].code == "wrong_type"
    assert check("s", SCOPE, expect=TEXT).type == TEXT


def test_money_in_a_fixed_currency_may_stand_for_money_of_any() -> None:
    assert check("usd", SCOPE, expect=parse_type("money")).type.code == "money:USD"
    assert problems("money(1, 'EUR')", expect=parse_type("money:USD"))[0].code == "wrong_type"


@pytest.mark.parametrize(
    "name", ["class", "from", "import", "is", "for", "lambda", "with", "pass", "yield", "del"]
)
def test_words_that_python_reserves_may_be_fields(name: str) -> None:
    scope = FieldScope({name: "number", f"link.{name}": "number"})
    assert check(f"{name} + link.{name} > 1", scope).paths == {(name,), ("link", name)}


def test_the_names_that_a_field_may_not_have_are_those_that_have_a_meaning() -> None:
    for name in ("and", "if", "not", "true", "null", "user", "record", "old"):
        assert name in RESERVED_NAMES


def test_a_bare_name_is_a_field_of_the_record() -> None:
    assert check("n > 1", SCOPE).ir == check("n > 1", SCOPE).ir
    assert check("record.n > 1", SCOPE).paths == check("n > 1", SCOPE).paths


def test_a_function_is_found_in_any_capitals() -> None:
    assert check("Round(n, 1)", SCOPE).functions == {"round"}


def test_a_host_may_bring_a_root_of_its_own() -> None:
    scope = FieldScope(
        {"account": "ref:crm.account"}, roots={"current": FieldScope({"account": "ref:crm.account"})}
    )
    checked = check("account == current.account", scope)
    assert checked.inputs == {"record": {("account",)}, "current": {("account",)}}


def test_a_checked_expression_survives_being_stored() -> None:
    for text in (
        "IF(b, round(n / k, 2), 0.10) > 1",
        "any(lines.qty > 1 and lines.sku in ['a'])",
        "g not in ['a', null]",
    ):
        checked = check(text, SCOPE)
        restored = Checked.from_json(checked.to_json())
        assert restored == checked
        assert (restored.ir, restored.inputs, restored.type.code) == (
            checked.ir,
            checked.inputs,
            checked.type.code,
        )


def test_the_same_text_is_parsed_once() -> None:
    assert parse("n + 1 > 2") is parse("n + 1 > 2")


@pytest.mark.parametrize(
    "code",
    [
        "text",
        "number",
        "money",
        "money:USD",
        "choice:grade",
        "ref",
        "ref:trade_crm.account",
        "list:choice:grade",
    ],
)
def test_a_type_is_spelt_and_read_the_same_way(code: str) -> None:
    assert parse_type(code).code == code


@pytest.mark.parametrize("code", ["", "numbr", "text:x", "list:nope"])
def test_an_unknown_type_is_not_read(code: str) -> None:
    with pytest.raises(ValueError, match="unknown type"):
        parse_type(code)


def test_a_dictionary_gives_the_keys_of_a_type() -> None:
    assert parse_type("choice:grade", {"grade": ("a", "b")}.get) == Type(
        "choice", dictionary="grade", choices=frozenset({"a", "b"})
    )
