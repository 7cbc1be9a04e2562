"""Whatever is typed gets its answer, a value or an error with a code, within 50 ms."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from platform_core.expressions import (
    Checked,
    EvaluationError,
    ExpressionError,
    ExpressionErrors,
    FieldScope,
    check,
    compile_python,
    parse,
    trace,
)
from tests.expressions import world

LIMIT = 0.05
"""Seconds. Each case may try three times: the machine that tests is shared."""

HOSTILE = {
    "a huge power": ("9**3999999", "not_allowed"),
    "a product of huge numbers": ("9999999999999999999999999999 * 9999999999999999999999999999", "number_too_large"),
    "a padded format": ('"%099999999d" % 7', "wrong_type"),
    "a method that pads": ('"a".zfill(99999999)', "not_allowed"),
    "a repeated text": ("'a' * 99999999", "wrong_type"),
    "a long sum": ("+".join(["n"] * 900), "too_many_nodes"),
    "a long difference": ("-".join(["n"] * 100), "too_deep"),
    "many brackets": ("(" * 250 + "1" + ")" * 250, "too_deep"),
    "many square brackets": ("[" * 900 + "]" * 900, "too_deep"),
    "unclosed brackets": ("(" * 30, "syntax"),
    "a row of minus signs": ("-" * 1900 + "1", "too_deep"),
    "a row of nots": ("not " * 480 + "b", "too_deep"),
    "nested choices": ("b if b else " * 150 + "b", "too_deep"),
    "nested calls": ("abs(" * 31 + "n" + ")" * 31, ""),
    "calls nested too deep": ("abs(" * 33 + "n" + ")" * 33, "too_deep"),
    "a chain of comparisons": ("<".join(["n"] * 290), ""),
    "a long path": ("a" + ".a" * 900, "not_allowed"),
    "a text that is too long": ("1" + " " * 2000, "too_long"),
    "a very long text": ("n + " * 1_000_000 + "n", "too_long"),
    "a name of 1,900 letters": ("x" * 1900, "unknown_name"),
    "a text of 1,900 letters": ("'" + "x" * 1900 + "'", ""),
    "a list of 300": ("n in [" + ",".join(["1"] * 300) + "]", "too_many_nodes"),
    "a list of 250": ("n in [" + ",".join(["1"] * 250) + "]", "list_too_long"),
    "a number of 1,900 digits": ("9" * 1900, "number_too_large"),
    "a number with 1,900 decimals": ("0." + "1" * 1900, "number_too_large"),
    "lone surrogates": ("'\ud800'", "syntax"),
    "a NUL": ("n\x00 + 1", "syntax"),
    "a NUL in a text": ("s == '\x00'", "syntax"),
    "right-to-left marks": ("n \u202e+ 1", "syntax"),
    "look-alike letters": ("ｎ + 1", ""),
    "a nested format": ("f'{n}'", "syntax"),
    "a dunder": ("n.__class__", "unknown_name"),
    "a dunder name": ("__builtins__", "unknown_name"),
    "a generator": ("sum(x for x in lines)", "syntax"),
    "comparing blank with a number": ("None < 1", ""),
    "only operators": ("+-*/%<>", "syntax"),
    "only quotes": ("'" * 501, "syntax"),
    "a slow pattern": ("like('" + "a" * 900 + "', '" + "*a" * 99 + "b')", ""),
    "a slow replacement": ("replace('" + "a" * 900 + "', 'a', '" + "b" * 900 + "')", "text_too_long"),
    "division by zero": ("1 / 0", ""),
    "a far date": ("add_days(date('2024-01-01'), 9999999999999999999999999999)", "date_out_of_range"),
    "far months": ("add_months(date('2024-01-01'), -9999999999999999999999999999)", "date_out_of_range"),
    "far working days": ("add_workdays(date('2024-01-01'), 9999999999)", "too_many_steps"),
    "all working days": ("workdays(date('0001-01-01'), date('9999-12-31'))", "too_many_steps"),
    "rounding to a million digits": ("round(0.5, 1000000)", ""),
    "a tiny quotient": ("1" + " / 9999999999999999999999999999" * 20, ""),
}  # fmt: skip


def outcome(text: str) -> str:
    """The code of the first problem, "" for a value."""
    env = world.environment({"n": "1", "b": True, "s": "x"})
    try:
        checked = check(text, world.SCOPE)
        compile_python(checked)(env)
        trace(checked, env)
    except ExpressionErrors as errors:
        return errors.first.code
    except ExpressionError as error:
        return error.code
    return ""


def quickest(run: Callable[[], object]) -> float:
    """The best of up to three runs, in seconds; processor time, so that neighbours do not count."""
    best = 1.0
    for _ in range(3):
        begun = time.thread_time()
        run()
        best = min(best, time.thread_time() - begun)
        if best < LIMIT:
            break
    return best


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_answered_in_time(name: str) -> None:
    text, code = HOSTILE[name]
    assert outcome(text) == code
    parse.cache_clear()
    compile_python.cache_clear()
    assert quickest(lambda: outcome(text)) < LIMIT


def test_many_unknown_names_are_all_reported_in_time() -> None:
    scope = FieldScope({f"field_{number}": "number" for number in range(1000)})
    text = " + ".join(f"feild_{number}" for number in range(150))

    def reported() -> int:
        with pytest.raises(ExpressionErrors) as caught:
            check(text, scope)
        return len(caught.value.found)

    assert reported() == 150
    assert quickest(reported) < LIMIT


SLOW = {
    "a sum over a thousand rows": ("sum(lines.qty * lines.qty)", {"lines": "@rows*1000"}, ""),
    "a heavy body over a thousand rows": ("sum(" + "+".join(["lines.qty"] * 30) + ")", {"lines": "@rows*1000"}, "too_many_steps"),
    "more rows than a list may have": ("sum(lines.qty)", {"lines": "@rows*1001"}, "list_too_long"),
    "growing texts": ("concat(s, s, s, s, s, s, s, s)", {"s": "@x*9000"}, "text_too_long"),
    "a pattern on a long text": ("like(s, '" + "*x" * 99 + "y')", {"s": "@x*10000"}, ""),
    "searching a long text": ("find(s, s) + find(s, concat('x', 'y'))", {"s": "@x*9000"}, ""),
    "a binary float": ("n * 2", {"n": "@float"}, "wrong_value"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_hostile_values_are_answered_in_time(name: str) -> None:
    text, values, code = SLOW[name]
    checked, env = check(text, world.SCOPE), world.environment(values)

    def run() -> str:
        try:
            compile_python(checked)(env)
        except EvaluationError as error:
            return error.code
        return ""

    assert run() == code
    assert quickest(run) < LIMIT


def test_a_stored_tree_from_elsewhere_cannot_name_what_the_checker_does_not_know() -> None:
    stored = check("abs(n)", world.SCOPE).to_json()
    for change in ({"op": "exec"}, {"name": "eval"}, {"type": ""}):
        with pytest.raises(ExpressionError, match="stored expression"):
            Checked.from_json({**stored, "ir": {**stored["ir"], **change}})
    deep: dict[str, object] = {"op": "const", "value": "1", "type": "number"}
    for _ in range(200):
        deep = {"op": "neg", "args": [deep], "type": "number"}
    with pytest.raises(ExpressionError, match="stored expression"):
        Checked.from_json({**stored, "ir": deep})
