"""Why: the value of every part, what was blank, and what a reader may see of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from platform_core.expressions import EvaluationError, Trace, check, compile_python, evaluate_condition, trace
from tests.expressions import world


def traced(text: str, **values: Any) -> Trace:
    return trace(check(text, world.SCOPE), world.environment(values))


def test_a_trace_has_the_value_of_every_part() -> None:
    root = traced("n * 2 > k", n="3", k="5").root
    assert [(part.text, part.value) for part in root.walk()] == [
        ("n * 2 > k", True),
        ("n * 2", Decimal(6)),
        ("n", Decimal(3)),
        ("2", Decimal(2)),
        ("k", Decimal(5)),
    ]


def test_a_condition_that_ends_unknown_names_the_blank_field() -> None:
    found = traced("n > 20 and k < 3", n="25")
    assert found.value is None
    assert found.blank_fields == ("k",)
    assert found.sentences() == ["k < 3 is unknown: k is blank."]


@pytest.mark.parametrize(
    ("text", "values", "sentences"),
    [
        ("n > 20 and b", {"n": "25", "b": False}, ["b does not hold (b = no)."]),
        ("n > 20 and b", {"n": "25", "b": True}, ["n > 20 holds (n = 25).", "b holds (b = yes)."]),
        ("n > 20 or g == 'a'", {"n": "1", "g": "a"}, ["g == 'a' holds (g = a)."]),
        ("not (n > 20)", {"n": "25"}, ["n > 20 holds (n = 25)."]),
        ("any(lines.qty > 5)", {"lines": [{"qty": "1"}]}, ["any(lines.qty > 5) does not hold (lines.qty > 5 = no)."]),
        ("user_has_role('boss')", {}, ["user_has_role('boss') does not hold."]),
        ("IF(b, n > 1, true)", {"b": True, "n": "1"}, ["b holds (b = yes).", "n > 1 does not hold (n = 1)."]),
        ("usd > tip", {"usd": "5 USD", "tip": "2.50 USD"}, ["usd > tip holds (usd = 5 USD, tip = 2.5 USD)."]),
        ("n / k > 1", {"n": "1", "k": "0"}, ["n / k > 1 is unknown.", "A division by zero has no result."]),
        ("amt > fee", {"amt": "1 EUR", "fee": "1 USD"},
         ["amt > fee is unknown.", "The amounts are in different currencies."]),
    ],
)  # fmt: skip
def test_the_parts_that_decided_are_told_in_sentences(
    text: str, values: dict[str, Any], sentences: list[str]
) -> None:
    assert traced(text, **values).sentences() == sentences


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("n / 0", "A division by zero has no result."),
        ("n // k", "A division by zero has no result."),
        ("round(n / k, 2)", "A division by zero has no result."),
        ("mod(n, k)", "A division by zero has no result."),
        ("number(s)", "The text is not a number."),
        ("date(s)", "There is no such date or time."),
        ("avg(lines.qty)", "The list has no entries."),
        ("amt + fee", "The amounts are in different currencies."),
        ("sum(lines.cost)", "The amounts are in different currencies."),
    ],
)
def test_a_blank_that_no_field_explains_has_a_note(text: str, note: str) -> None:
    values = {
        "n": "1", "k": "0", "s": "x", "amt": "1 EUR", "fee": "1 USD",
        "lines": [{"cost": "1 EUR"}, {"cost": "1 USD"}] if "cost" in text else [],
    }  # fmt: skip
    found = traced(text, **values)
    assert found.value is None
    assert note in found.notes


def test_a_trace_hides_what_its_reader_may_not_see() -> None:
    full = traced("n > 20 and s == 'x'", n="25", s="x")
    masked = full.masked(lambda root, path: path != ("n",))
    seen = {part.text: (part.value, part.hidden) for part in masked.root.walk()}
    assert seen["n"] == (None, True)
    assert seen["n > 20"] == (None, True)
    assert seen["n > 20 and s == 'x'"] == (None, True)
    assert seen["s"] == ("x", False)
    assert "25" not in str(masked.to_json())


def test_a_trace_is_plain_data() -> None:
    data = traced("usd > tip and n > 1", usd="5 USD", tip="2.50 USD", n="2").to_json()
    assert msgspec.json.decode(msgspec.json.encode(data)) == data
    assert data["root"]["parts"][0]["parts"][0]["value"] == {"amount": "5", "currency": "USD"}


def test_a_long_list_is_shown_in_part_only() -> None:
    found = traced("sum(lines.qty)", lines="@rows*500")
    assert found.value == 500
    assert sum(1 for _ in found.root.walk()) < 50


def test_a_trace_fails_where_the_function_fails() -> None:
    checked, env = check("s + s", world.SCOPE), world.environment({"s": "@x*9000"})
    for evaluate in (lambda: compile_python(checked)(env), lambda: trace(checked, env)):
        with pytest.raises(EvaluationError) as caught:
            evaluate()
        assert caught.value.code == "text_too_long"


def test_a_condition_holds_only_when_it_is_true() -> None:
    run = compile_python(check("n > 1", world.SCOPE))
    assert evaluate_condition(run, world.environment({"n": "2"}))
    assert not evaluate_condition(run, world.environment({"n": "1"}))
    assert not evaluate_condition(run, world.environment({}))
