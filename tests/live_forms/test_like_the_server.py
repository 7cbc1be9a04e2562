"""The browser's engine and the server's rules are asked about the same random records: every state is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from form_engine.definition import FormDef, RuleDef
from form_engine.rules.case import Case, Row
from form_engine.rules.holding import offered
from form_engine.rules.ruleset import RuleSet
from form_engine.rules.states import merge
from platform_core.expressions import Env, EvaluationError, Type, parse_type
from platform_core.identity import Actor
from tests.expressions import world
from tests.live_forms.driving import ANA, Live, field, payload, trees_of

FIELDS = {
    "n": field("number"), "k": field("number"), "s": field("text"), "g": field("choice:grade"), "b": field("bool"),
    "d": field("date"), "amt": field("money"), "a1": field("text"), "a2": field("text"), "a3": field("number"),
    "lines": field("list:ref:x.line", columns={"qty": field("number"), "note": field("text"), "g": field("choice:grade")}),
}  # fmt: skip
RULES = (
    RuleDef(id="r1", when="n > k", show=("a1",), require=("a2",)),
    RuleDef(id="r2", when="b or s == 'x'", read_only=("a2", "a3"), require=("a1",)),
    RuleDef(id="r3", when="not b and not blank(s)", show=("a1", "a2")),
    RuleDef(id="r4", when="lines.qty > n", require=("lines.note",)),
    RuleDef(id="r5", when="SUM(lines.qty) >= k", read_only=("lines.qty",)),
    RuleDef(id="r6", when="lines.g == g", show=("lines.note",), read_only=("lines.g",)),
    RuleDef(id="r7", when="n != 1", options={"g": "g != 'b' or b"}),
    RuleDef(id="c1", check="ROUND(n / k, 2) < 1", at="n"),
    RuleDef(id="c2", when="b", check="YEAR(d) == 2024", at="d"),
    RuleDef(id="c3", check="lines.qty * 2 > n or blank(lines.qty)", at="lines.qty"),
    RuleDef(id="c4", when="lines.g == 'a'", check="COUNT(lines.note) > 0", at="lines.note"),
    RuleDef(id="c5", check="amt > MONEY(1, 'EUR') or n == 0"),
    RuleDef(id="all", require=("a3",)),
)  # fmt: skip
GRADES = ["a", "b", "c"]

numbers = st.sampled_from(["0", "1", "-1", "2.5", "3"])
texts = st.sampled_from(["x", "y", "信风"])
row = st.fixed_dictionaries({}, optional={"qty": numbers, "note": texts, "g": st.sampled_from(GRADES)})
records = st.fixed_dictionaries(
    {"lines": st.lists(row, max_size=3)},
    optional={
        "n": numbers, "k": numbers, "s": texts, "g": st.sampled_from(GRADES), "b": st.booleans(), "a1": texts,
        "d": st.sampled_from(["2024-02-29", "2025-01-01"]), "amt": st.sampled_from(["1 EUR", "2 EUR", "2 USD"]),
    },
)  # fmt: skip


def type_of(path: str) -> Type:
    table, _, column = path.partition(".")
    return parse_type(FIELDS[table]["columns"][column]["type"] if column else FIELDS[table]["type"])


def canonical(raw: Mapping[str, Any], table: str = "") -> dict[str, Any]:
    return {
        name: world.value(type_of(f"{table}.{name}" if table else name), value) for name, value in raw.items()
    }


def wired(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same record as a page tells it."""
    amount = raw.get("amt")
    parts = amount.split() if amount else ()
    return {**raw, "amt": {"amount": parts[0], "currency": parts[1]}} if parts else dict(raw)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    definition = FormDef(name="case", label={"en": "Case"}, fields=(), rules=RULES)
    return RuleSet(
        definition, {place: checked.to_json() for place, checked in trees_of(FIELDS, RULES).items()}
    )


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    made = Live()
    yield made
    made.close()


def case_of(rules: RuleSet, raw: Mapping[str, Any]) -> Case:
    rows = [canonical(each, "lines") for each in raw["lines"]]
    values = canonical({name: value for name, value in raw.items() if name != "lines"})
    env = Env({**values, "lines": rows}, user=ANA, now=world.NOW)
    return Case(rules, env, cast(Actor, None), {"lines": [Row(each, None) for each in rows]})


def server_states(case: Case) -> dict[str, tuple[bool, bool, bool]]:
    states: dict[str, tuple[bool, bool, bool]] = {}
    for path, state in merge(case.verdicts()).items():
        table, _, column = path.partition(".")
        numbers = range(len(case.tables["lines"])) if column and "." not in column else ()
        places = (
            [path]
            if "." not in path or path.count(".") == 2
            else [f"{table}.{one}.{column}" for one in numbers]
        )
        for place in places:
            visible, required, closed = states.get(place, (True, False, False))
            seen, shut = visible and state.visible, closed or state.read_only
            states[place] = (seen, (required or state.required) and seen and not shut, shut)
    return {place: found for place, found in states.items() if found != (True, False, False)}


def server_failures(case: Case) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in case.rules.checking:
        at = rule.definition.at or ""
        table = rule.check_rows or rule.rows or ("lines" if at.startswith("lines.") else "")
        for place in case.places(rule, table, per_row=bool(rule.check_rows)):
            try:
                passes = rule.passes is None or rule.passes(case.env) is True
            except EvaluationError:
                passes = False
            if not passes:
                where = at if place is None else f"{table}.{place}.{at.rpartition('.')[2]}"
                found.setdefault(rule.id, set()).add(where)
    return found


def server_offers(case: Case) -> list[str]:
    kept = list(GRADES)
    for rule in case.rules.offering:
        for offer in rule.offers:
            for _place in case.places(rule, offer.table):
                kept = [key for key in kept if offered(offer, key, case)]
    return kept


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(records, records)
def test_states_checks_and_offers_are_those_of_the_server(
    rules: RuleSet, live: Live, first: dict[str, Any], then: dict[str, Any]
) -> None:
    """Asked at once about one record, and step by step about another that came from a third."""
    told = payload(FIELDS, RULES)
    steps = []
    for raw in (first, then):
        fields = {name: None for name in FIELDS if name != "lines"} | {
            k: v for k, v in wired(raw).items() if k != "lines"
        }
        steps.append(
            {
                "put": fields,
                "rows": {"lines": [{"key": str(at), **each} for at, each in enumerate(raw["lines"])]},
            }
        )
    answers = live.run(told, {**steps[0], "start": True}, steps[1], offers=[("g", GRADES)])
    shown: dict[str, Any] = {}
    failing: dict[str, Any] = {}
    for raw, answer in zip((first, then), answers, strict=True):
        case = case_of(rules, raw)
        shown |= answer["states"]
        failing |= answer["checks"]
        alive = {
            name: each
            for name, each in shown.items()
            if name.count(".") < 2 or int(name.split(".")[1]) < len(raw["lines"])
        }
        found = {name: (each["visible"], each["required"], each["closed"]) for name, each in alive.items()}
        assert {name: each for name, each in found.items() if each != (True, False, False)} == server_states(
            case
        )
        failed = {rule: {each["at"] for each in found} for rule, found in failing.items() if found}
        assert failed == server_failures(case)
        assert answer["offers"]["g"] == server_offers(case)
