"""Stages of a form are checked when it is published, and the plan says what they mean for the records there are."""

from __future__ import annotations

from typing import cast

import pytest

from platform_core.identity import Actor
from tests.form_engine.publishing import check, form, insert, plan_of, problems_of, publish, text

Raw = dict[str, object]

STEPS: Raw = {
    "kind": "dictionary", "schema": 1, "name": "steps", "label": {"en": "Steps"},
    "values": [
        {"key": key, "label": {"en": key.capitalize()}, "order": order}
        for order, key in enumerate(("draft", "sent", "done", "lost"))
    ],
}  # fmt: skip
STAGE: Raw = {"type": "choice", "name": "stage", "dictionary": "steps", "default": "draft"}
CUSTOMER = form(
    "customer", text("name"), text("site"), {"type": "autonumber", "name": "no", "pattern": "{seq}"}
)
BUYER: Raw = {"type": "link", "name": "buyer", "form": "customer"}
SEND: Raw = {"name": "send", "from": "draft", "to": "sent"}
FINISH: Raw = {"name": "finish", "from": ["sent", "draft"], "to": "done"}
LOSE: Raw = {"name": "lose", "from": "*", "to": "lost"}


def order(*transitions: Raw, field: str = "stage", fields: tuple[Raw, ...] = (), **rest: object) -> Raw:
    """An order with stages."""
    stages: Raw = {"field": field, "transitions": list(transitions), **rest}
    return form("order", text("name"), STAGE, BUYER, *fields, stages=stages)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (order(field="stge"), {"/stages/field": "unknown_field"}),
        (order(field="name"), {"/stages/field": "not_a_choice"}),
        (order({**SEND, "to": "snt"}), {"/stages/transitions/0/to": "unknown_part"}),
        (order({**SEND, "from": ["draft", "x"]}), {"/stages/transitions/0/from/1": "unknown_part"}),
        (order({**SEND, "from": ["draft", "sent"]}), {"/stages/transitions/0/to": "to_itself"}),
        (order(SEND, SEND), {"/stages/transitions/1/name": "duplicate"}),
        (order({**SEND, "roles": ["admin", "boss"]}), {"/stages/transitions/0/roles/1": "unknown_reference"}),
        (order({**SEND, "when": "nme == 'x'"}), {"/stages/transitions/0/when": "unknown_name"}),
        (order({**SEND, "when": "name"}), {"/stages/transitions/0/when": "not_a_condition"}),
        (order({**SEND, "ask": ["nme", "name", "name"]}),
         {"/stages/transitions/0/ask/0": "unknown_field", "/stages/transitions/0/ask/2": "twice"}),
        (order({**SEND, "ask": ["stage", "name.x"]}),
         {"/stages/transitions/0/ask/0": "not_fillable", "/stages/transitions/0/ask/1": "not_a_link"}),
        (order({**SEND, "ask": ["buyer.sit", "buyer.no"]}),
         {"/stages/transitions/0/ask/0": "unknown_part", "/stages/transitions/0/ask/1": "not_fillable"}),
        (order(SEND, matrix={"nme": {"sent": "read"}, "name": {"snt": "read"}, "stage": {"sent": "read"}}),
         {"/stages/matrix/nme": "unknown_field", "/stages/matrix/name/snt": "unknown_part",
          "/stages/matrix/stage": "stage_field"}),
        (order(SEND, aside=["gone"]), {"/stages/aside/0": "unknown_part"}),
        (order({**SEND, "sla": "2 days"}), {"/stages/transitions/0/sla": "pattern"}),
    ],
)  # fmt: skip
async def test_what_cannot_work_is_said_at_its_place(
    db: str, admin: Actor, wrong: Raw, expected: dict[str, str]
) -> None:
    found = await problems_of(admin, STEPS, CUSTOMER, wrong)
    assert (
        found == {f"/items/2/definition{place}": code for place, code in expected.items()}
        or found == expected
    )


async def test_the_plan_counts_the_records_that_a_stage_will_find_lacking(db: str, admin: Actor) -> None:
    await publish(admin, STEPS, CUSTOMER, order(SEND, FINISH, LOSE))
    for stage, name in (("sent", "A"), ("sent", None), ("draft", None)):
        await insert("order", stage=stage, name=name)
    plan = await plan_of(
        admin, order(SEND, FINISH, LOSE, matrix={"name": {"sent": "required", "done": "required"}})
    )
    item = plan["stage.sent.name.required"]
    assert (item.count, item.total, item.severity) == (1, 2, "warning")
    assert plan["stage.done.name.required"].count == 0


async def test_the_plan_advises_of_what_contradicts_itself(db: str, admin: Actor) -> None:
    await publish(admin, STEPS, CUSTOMER, order(SEND, FINISH, LOSE))
    needed = text("why", required=True)
    made = order(
        {**SEND, "ask": ["name"]},
        LOSE,
        fields=(needed,),
        matrix={"name": {"sent": "read"}, "why": {"draft": "hidden"}},
    )
    plan = await plan_of(admin, made)
    assert {
        "stage.done.unreachable",
        "transition.send.name.closed",
        "stage.draft.why.contradiction",
    } <= plan.keys()
    assert "stage.sent.unreachable" not in plan


async def test_the_plan_names_the_form_that_needs_a_stage_or_a_linked_field(db: str, admin: Actor) -> None:
    await publish(admin, STEPS, CUSTOMER, order({**SEND, "ask": ["buyer.site"]}, FINISH, LOSE))
    values = cast("list[dict[str, object]]", STEPS["values"])
    fewer = {**STEPS, "values": [each for each in values if each["key"] != "sent"]}
    for made in (fewer, form("customer", text("name"))):
        broken = [each for each in (await check(admin, made)).plan if "shop/form/order" in str(each.params)]
        assert broken and broken[0].severity == "danger"
