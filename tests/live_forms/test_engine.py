"""Rules while a form is filled in, without a screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.definition import RuleDef
from tests.live_forms.busy import busy_payload
from tests.live_forms.driving import Live, field, payload, state

FIELDS = {
    "stage": field("choice:stage", label="Stage"),
    "amount": field("number", label="Amount", scale=2),
    "discount": field("number", scale=2),
    "budget": field("money", label="Budget"),
    "website": field("text"),
    "code": field("text"),
    "grade": field("choice:grade"),
    "due": field("date"),
    "account": field("ref:x.account"),
    "name": field("text", required=True),
    "total": field("number", scale=2),
    "lines": field(
        "list:ref:x.line",
        columns={"qty": field("number"), "price": field("number", scale=2), "sum": field("number", scale=2), "note": field("text")},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    made = Live()
    yield made
    made.close()


def test_a_field_is_shown_only_while_its_rule_holds(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", when="stage == 'won'", show=("budget",))])
    first, won, same, lost = live.run(
        told, {"start": True}, {"put": {"stage": "won"}}, {"put": {"amount": "5"}}, {"put": {"stage": None}}
    )
    assert first["states"] == {"budget": state("hidden")}
    assert won["states"] == {"budget": state("open")}
    assert same["states"] == {}
    assert lost["states"] == {"budget": state("hidden")}


def test_a_hidden_or_closed_field_is_never_required(live: Live) -> None:
    rules = [
        RuleDef(id="must", require=("website", "budget")),
        RuleDef(id="hide", when="amount > 10", show=("website",)),
        RuleDef(id="shut", when="amount > 10", read_only=("budget", "name")),
    ]
    first, more = live.run(payload(FIELDS, rules), {"start": True}, {"put": {"amount": "11"}})
    assert first["states"] == {"website": state("hidden"), "budget": state("required")}
    assert more["states"] == {
        "website": state("required"), "budget": state("closed"), "name": state("closed"),
    }  # fmt: skip


def test_an_unknown_condition_counts_as_no(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", when="amount > 10", require=("website",))])
    assert live.run(told, {"start": True})[0]["states"] == {}


def test_values_follow_each_other_and_are_rounded_as_the_field_keeps_them(live: Live) -> None:
    rules = [
        RuleDef(id="second", set={"total": "amount - discount"}),
        RuleDef(id="first", when="amount > 0", set={"discount": "amount / 3"}),
    ]
    _, step = live.run(payload(FIELDS, rules), {"start": True}, {"put": {"amount": "100"}})
    assert step["values"] == {"discount": "33.33", "total": "66.67"}
    assert step["states"] == {"discount": state("closed")}


def test_a_value_that_is_made_from_itself_leaves_the_field_open(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", set={"code": "UPPER(code)"})])
    first, step = live.run(told, {"start": True}, {"put": {"code": "ab"}})
    assert first["states"] == {}
    assert (step["values"], step["states"]) == ({"code": "AB"}, {})


def test_choices_are_narrowed_and_given_back(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", when="amount > 10", options={"grade": "grade in ['a', 'b']"})])
    steps = live.run(
        told,
        {"start": True},
        {"put": {"amount": "11"}},
        {"put": {"amount": "9"}},
        offers=[("grade", ["a", "b", "c"])],
    )
    assert [step["offers"]["grade"] for step in steps] == [["a", "b", "c"], ["a", "b"], ["a", "b", "c"]]


def test_a_check_fails_in_its_words_and_recovers(live: Live) -> None:
    rule = RuleDef(
        id="site",
        check="blank(website) or starts_with(website, 'http')",
        at="website",
        message={"en": "Start with http"},
    )
    first, wrong, right = live.run(
        payload(FIELDS, [rule]),
        {"start": True},
        {"put": {"website": "x"}},
        {"put": {"website": "https://x.example"}},
    )
    assert first["checks"] == {"site": []}
    assert wrong["checks"] == {"site": [{"at": "website", "message": "Start with http"}]}
    assert right["checks"] == {"site": []}


ROWS = {"rows": {"lines": [{"key": "a", "qty": "2", "price": "1.5"}, {"key": "b", "qty": "0", "price": "9"}]}}


def test_rules_about_rows_are_asked_for_each_row(live: Live) -> None:
    rules = [
        RuleDef(id="sum", set={"lines.sum": "lines.qty * lines.price"}),
        RuleDef(id="why", when="lines.qty == 0", require=("lines.note",)),
        RuleDef(id="all", set={"total": "SUM(lines.sum)"}),
        RuleDef(id="few", check="lines.qty >= 0", at="lines.qty", message={"en": "No less than 0"}),
    ]
    told = payload(FIELDS, rules)
    changed = {
        "rows": {"lines": [{"key": "a", "qty": "0", "price": "1.5"}, {"key": "b", "qty": "-1", "price": "9"}]}
    }
    first, then = live.run(told, {"start": True, **ROWS}, changed)
    assert first["values"] == {"lines.a.sum": "3", "lines.b.sum": "0", "total": "3"}
    assert first["states"] == {
        "lines.a.sum": state("closed"), "lines.b.sum": state("closed"),
        "lines.b.note": state("required"), "total": state("closed"),
    }  # fmt: skip
    assert then["values"]["total"] == "-9"
    assert then["states"] == {"lines.a.note": state("required"), "lines.b.note": state("open")}
    assert then["checks"]["few"] == [{"at": "lines.b.qty", "message": "No less than 0"}]


def test_a_rule_about_the_whole_list_speaks_for_every_row(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", when="SUM(lines.qty) > 1", read_only=("lines.price",))])
    (first,) = live.run(told, {"start": True, **ROWS})
    assert first["states"] == {"lines.a.price": state("closed"), "lines.b.price": state("closed")}


def test_formulas_follow_what_they_are_made_of(live: Live) -> None:
    from platform_core.expressions import check
    from tests.live_forms.driving import ir, scope_of

    computed = {
        "net": {"type": "decimal", "scale": 2, "ir": ir(check("amount * 0.333", scope_of(FIELDS)))},
        "none": {"type": "decimal", "scale": 2, "ir": ir(check("amount / 0", scope_of(FIELDS)))},
    }
    told = payload(FIELDS, [RuleDef(id="r", when="amount > 1", require=("website",))], computed=computed)
    _, step, other = live.run(told, {"start": True}, {"put": {"amount": "10"}}, {"put": {"website": "x"}})
    assert step["computed"] == {"net": "3.33"}
    assert other == {"states": {}, "values": {}, "computed": {}, "checks": {}, "offers": {}}


def test_what_stands_behind_a_changed_link_is_left_to_the_server(live: Live) -> None:
    fields = {**FIELDS, "account.country": field("text")}
    told = payload(
        fields, [RuleDef(id="r", when="account.country == 'DE'", require=("website",))],
        record={"account": "1", "account.country": "DE"},
    )  # fmt: skip
    first, step = live.run(told, {"start": True}, {"put": {"account": "2"}})
    assert first["states"] == {"website": state("required")}
    assert step["states"] == {}, "the last answer stays"


def test_a_rule_whose_reason_is_not_told_keeps_the_answer_of_the_server(live: Live) -> None:
    secret = {"id": "r", "label": "Secret", "require": ["website"], "holds": True}
    told = {
        **payload(FIELDS, []),
        "rules": [secret, {**secret, "id": "s", "show": ["budget"], "require": [], "holds": False}],
    }
    first, step = live.run(told, {"start": True}, {"put": {"amount": "3"}})
    assert first["states"] == {"website": state("required"), "budget": state("hidden")}
    assert step["states"] == {}


def test_the_stage_decides_together_with_the_rules(live: Live) -> None:
    matrix = {
        "field": "stage",
        "levels": {"quoting": {"amount": "required"}, "won": {"amount": "read", "budget": "hidden"}},
    }
    told = payload(FIELDS, [], matrix=matrix, record={"stage": "quoting"}, old={"stage": "quoting"})
    first, moved = live.run(told, {"start": True}, {"put": {"stage": "won"}})
    assert first["states"] == {"amount": state("required")}
    assert moved["states"] == {"amount": state("open")}, "what was open before the move stays open during it"
    told = payload(FIELDS, [], matrix=matrix, record={"stage": "won"}, old={"stage": "won"})
    assert live.run(told, {"start": True})[0]["states"] == {
        "amount": state("closed"),
        "budget": state("hidden"),
    }


def test_what_the_server_fixed_holds_against_every_rule(live: Live) -> None:
    told = payload(FIELDS, [RuleDef(id="r", require=("budget",))], states={"budget": {"read_only": True}})
    assert live.run(told, {"start": True})[0]["states"] == {"budget": state("closed")}


def test_a_circle_of_values_ends(live: Live) -> None:
    rules = [RuleDef(id="a", set={"amount": "discount + 1"}), RuleDef(id="b", set={"discount": "amount + 1"})]
    _, step = live.run(payload(FIELDS, rules), {"start": True}, {"put": {"amount": "1"}})
    assert set(step["values"]) == {"amount", "discount"}


def test_a_change_costs_less_than_five_milliseconds_with_100_fields_and_50_rules() -> None:
    steps = [{"put": {f"f{number % 50}": str(number)}} for number in range(400)]
    timing = Live("--time")
    try:
        took = timing.run(busy_payload(), {"start": True}, *steps)
    finally:
        timing.close()
    slow = sorted(each["took"] for each in took[50:])
    assert slow[len(slow) // 2] < 5, slow[-20:]


def test_a_value_that_the_page_cannot_read_leaves_its_rules_to_the_server(live: Live) -> None:
    told = payload(
        FIELDS, [RuleDef(id="r", when="code == 'x'", require=("website",)), RuleDef(id="c", check="code == 'y'")],
        record={"code": "x"},
    )  # fmt: skip
    first, step, again = live.run(
        told, {"start": True}, {"put": {"code": {"unknown": True}}}, {"put": {"code": "y"}}
    )
    assert first["states"] == {"website": state("required")} and first["checks"]["c"] != []
    assert (step["states"], step["checks"]) == ({}, {"c": []}), "the last answer stays, and nothing complains"
    assert again["states"] == {"website": state("open")}


def test_a_table_that_is_not_on_the_screen_counts_with_its_stored_rows(live: Live) -> None:
    rules = [
        RuleDef(id="r", when="SUM(lines.qty) > 2", require=("website",)),
        RuleDef(id="c", check="code == 'x'", message={"en": "No"}),
    ]
    stored = {"lines": [{"id": "1", "qty": "2"}, {"id": "2", "qty": "1"}], "code": {"raw": "x", "e164": None}}
    (first,) = live.run(payload(FIELDS, rules, record=stored), {"start": True})
    assert (first["states"], first["checks"]) == ({"website": state("required")}, {"c": []})
