"""What is said about the rules of a form before it is published: mistakes, contradictions, what they mean for data."""

from __future__ import annotations

from typing import Any

import pytest

from platform_core.identity import Actor
from tests.form_engine.publishing import check, compiled, form, plan_of, problems_of, text
from tests.form_engine.rules.quotes import CLIENT, FIELDS, GRADE, TALK, made, publish_quote

Rule = dict[str, Any]


async def problems(admin: Actor, *rules: Rule) -> dict[str, str]:
    found = await problems_of(admin, GRADE, CLIENT, form("quote", *FIELDS, rules=list(rules)), TALK)
    return {pointer.removeprefix("/items/2/definition/rules/"): code for pointer, code in found.items()}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"when": "knid == 'a'", "require": ["note"]}, {"0/when": "unknown_name"}),
        ({"when": "amount", "require": ["note"]}, {"0/when": "not_a_condition"}),
        ({"when": "client.contry == 'DE'", "require": ["note"]}, {"0/when": "unknown_part"}),
        ({"require": ["nothing"]}, {"0/require/0": "unknown_field"}),
        ({"require": ["lines.weight"]}, {"0/require/0": "unknown_field"}),
        ({"require": ["talks"]}, {"0/require/0": "not_fillable"}),
        ({"set": {"amount": "'many'"}}, {"0/set/amount": "wrong_type"}),
        ({"set": {"talks": "null"}}, {"0/set/talks": "not_settable"}),
        ({"set": {"term": "'fbo'"}}, {"0/set/term": "unknown_choice"}),
        ({"options": {"note": "true"}}, {"0/options/note": "no_options"}),
        ({"at": "note"}, {"0/at": "no_check"}),
        ({"check": "lines.qty > 0"}, {"0/check": "wrong_type"}),
        ({"check": "lines.qty > 0", "at": "lines.qty"}, {}),
        ({"check": "SUM(lines.qty) > 0", "at": "lines.qty"}, {}),
        ({"options": {"term": "term in ['fob']", "client": "client.country == kind"}}, {}),
        ({"check": "was(kind) != 'x' or changed(amount)"}, {}),
    ],
)
async def test_a_mistake_in_a_rule_is_told_at_its_place(
    db: str, admin: Actor, rule: Rule, found: dict[str, str]
) -> None:
    assert await problems(admin, {"id": "one", **rule}) == found


async def test_rules_that_fill_each_other_in_are_refused_and_one_that_tidies_itself_is_not(
    db: str, admin: Actor
) -> None:
    circle = (
        {"id": "one", "set": {"note": "site"}},
        {"id": "two", "set": {"vat": "note"}},
        {"id": "three", "when": "vat != 'x'", "set": {"site": "'y'"}},
    )
    assert list((await problems(admin, *circle)).values()) == ["circle"]
    assert await problems(admin, *circle[:2], {"id": "tidy", "set": {"vat": "UPPER(vat)"}}) == {}
    twice = {"id": "same", "require": ["note"]}
    assert await problems(admin, twice, twice) == {"1/id": "duplicate"}


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ([{"id": "a", "set": {"note": "'x'"}}, {"id": "b", "set": {"note": "'y'"}}], {"twice_set"}),
        (
            [
                {"id": "a", "when": "kind == 'a'", "set": {"note": "'x'"}},
                {"id": "b", "when": "kind in ['b', 'c']", "set": {"note": "'y'"}},
            ],
            set(),
        ),
        ([{"id": "a", "when": "kind == 'a'", "show": ["note"]}, {"id": "b", "require": ["note"]}], {"required_and_hidden"}),
        (
            [
                {"id": "a", "when": "kind == 'a'", "show": ["note"]},
                {"id": "b", "when": "kind == 'a' and amount > 5", "require": ["note"]},
            ],
            set(),
        ),
        ([{"id": "a", "read_only": ["note"]}, {"id": "b", "when": "amount > 1", "require": ["note"]}], {"required_and_closed"}),
        (
            [
                {"id": "a", "when": "not (amount > 1)", "read_only": ["note"]},
                {"id": "b", "when": "amount > 1", "require": ["note"]},
            ],
            set(),
        ),
        ([{"id": "a", "show": ["note"]}, {"id": "b"}], {"idle"}),
    ],
)  # fmt: skip
async def test_contradictions_are_advice_and_the_form_works(
    db: str, admin: Actor, rules: list[Rule], codes: set[str]
) -> None:
    found = await check(admin, GRADE, CLIENT, form("quote", *FIELDS, rules=rules), TALK)
    assert not found.problems
    assert {each.code for each in found.plan if each.severity == "advice"} - {"no_role"} == codes
    await publish_quote(admin, *rules)
    assert (await made(admin, name="A", kind="q")).version == 1


async def test_the_plan_counts_the_records_that_a_new_rule_would_refuse(db: str, admin: Actor) -> None:
    await publish_quote(admin)
    for amount in ("5", "5000", "7000", None):
        await made(admin, amount=amount, approver="Wei" if amount == "7000" else None)
    need = {"id": "need", "when": "amount > 1000", "require": ["approver"]}
    small = {"id": "small", "check": "amount < 6000"}
    plan = await plan_of(admin, form("quote", *FIELDS, rules=[need, small]))
    assert {key: (plan[key].count, plan[key].total) for key in plan} == {
        "rules.need.approver": (1, 4),
        "rules.small.check": (2, 4),
    }
    await publish_quote(admin, need, small)
    assert await plan_of(admin, form("quote", *FIELDS, rules=[need, small], title="{name}")) == {}


async def test_deleting_a_field_says_which_rules_it_breaks(db: str, admin: Actor) -> None:
    await publish_quote(
        admin,
        {"id": "vat", "when": "client.country == 'DE'", "require": ["vat"]},
        {"id": "result", "require": ["talks.result"]},
    )
    found = await check(admin, form("client", text("name")))
    told = [each for each in (*found.plan, *found.problems) if "quote" in str(each)]
    assert told, found
    without = [each for each in FIELDS if each["name"] != "vat"]
    assert await problems_of(admin, form("quote", *without, rules=[{"id": "v", "require": ["vat"]}])) == {
        "/rules/0/require/0": "unknown_field"
    }


async def test_a_form_without_rules_carries_none(db: str, admin: Actor) -> None:
    await publish_quote(admin)
    assert not compiled("quote").rules
