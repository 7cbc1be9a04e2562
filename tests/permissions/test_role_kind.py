"""What a role must hold before it is published."""

from __future__ import annotations

import pytest

from platform_core import definitions
from platform_core.definitions import ChangeItem, CheckResult, NotAccepted
from platform_core.identity import SYSTEM
from tests.permissions.conftest import Office, person
from tests.permissions.example_forms import form, role


async def check(*raws: dict[str, object]) -> CheckResult:
    items = [ChangeItem(kind=str(r["kind"]), name=str(r["name"]), definition=r) for r in raws]
    return await definitions.check(items, actor=SYSTEM)


async def problems(raw: dict[str, object]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in (await check(raw)).problems]


@pytest.fixture
async def thing(office: Office) -> Office:
    await office.publish(form("thing", "name", "cost:decimal", "parent:link:thing", "helpers:users"))
    return office


@pytest.mark.parametrize(
    "scope",
    [
        *("none", "own", "team", "team_tree", "territory", "all"),
        "owner == user.id or includes(helpers, user.id)",
        "parent.owner == user.id",
        "cost < 1000 and team in user.teams",
    ],
)
async def test_scopes_are_names_or_expressions(thing: Office, scope: str) -> None:
    assert await problems(role("seller", thing={"read": scope})) == []


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ("teams", "unknown_scope"),
        ("everything", "unknown_scope"),
        ("owner = user.id", "use_double_equals"),
        ("owner == user.id and", "syntax"),
        ("cost + 1", "wrong_type"),
        ("cost / 3 > 5", "not_sqlable"),
    ],
)
async def test_a_wrong_scope_is_told_at_its_place(thing: Office, scope: str, code: str) -> None:
    found = (await check(role("seller", thing={"read": scope}))).problems
    assert [problem.pointer for problem in found] == ["/forms/thing/read"] * len(found)
    assert found
    if code in ("unknown_scope", "not_sqlable"):
        assert found[0].code == code
        assert found[0].remedy


async def test_a_near_miss_is_recognised(thing: Office) -> None:
    (problem,) = (await check(role("seller", thing={"read": "teams"}))).problems
    assert problem.params["near"] == "team"


async def test_a_form_or_field_that_is_not_there_is_told_with_its_place(thing: Office) -> None:
    raw = role("seller", thing={"read": "all", "fields": {"cots": "hidden"}}, thin={"read": "all"})
    found = {problem.pointer: problem for problem in (await check(raw)).problems}
    assert set(found) == {"/forms/thing/fields/cots", "/forms/thin"}
    assert found["/forms/thing/fields/cots"].params["near"] == "cost"
    assert found["/forms/thin"].params["near"] == "thing"


async def test_a_scope_over_a_field_that_is_not_there_is_told_even_where_the_form_is_new(
    office: Office,
) -> None:
    result = await check(form("thing", "name"), role("seller", thing={"read": "nmae == 'A'"}))
    assert [(p.pointer, p.code) for p in result.by_item[1]] == [("/forms/thing/read", "unknown_part")]


async def test_system_fields_may_be_hidden_but_not_what_names_a_record(thing: Office) -> None:
    assert await problems(role("seller", thing={"read": "all", "fields": {"created_by": "hidden"}})) == []
    hidden = role("seller", thing={"read": "all", "fields": {"id": "hidden", "version": "masked"}})
    assert await problems(hidden) == [
        ("/forms/thing/fields/id", "always_readable"),
        ("/forms/thing/fields/version", "always_readable"),
    ]


async def test_admin_is_built_in(thing: Office) -> None:
    assert await problems(role("admin")) == [("/name", "reserved")]


@pytest.mark.parametrize(
    ("grant", "pointer"),
    [
        ({"raed": "all"}, "/forms/thing"),
        ({"read": 1}, "/forms/thing/read"),
        ({"create": "yes"}, "/forms/thing/create"),
        ({"fields": {"name": "secret"}}, "/forms/thing/fields/name"),
        ({"export": {"rows": -1}}, "/forms/thing/export"),
    ],
)
async def test_a_wrong_shape_is_told_at_its_place(
    thing: Office, grant: dict[str, object], pointer: str
) -> None:
    found = await problems(role("seller", thing=grant))
    assert found
    assert all(place.startswith(pointer) for place, _ in found)


async def test_an_action_that_nobody_asks_for_is_advice_and_no_error(thing: Office) -> None:
    result = await check(role("seller", "import", "fly"))
    assert result.ok
    assert [(item.id, item.severity) for item in result.plan] == [("action.fly.unknown", "advice")]


async def test_changing_without_seeing_is_advised_against(thing: Office) -> None:
    result = await check(role("seller", thing={"update": "all"}))
    assert [item.id for item in result.plan] == ["form.thing.unseen"]


async def test_the_plan_of_a_new_form_says_who_will_see_it(office: Office) -> None:
    alone = (await check(form("thing", "name"))).plan
    assert [(item.id, item.severity) for item in alone] == [("roles.none", "advice")]
    together = (await check(form("thing", "name"), role("seller", thing={"read": "own"}))).plan
    assert [item.params for item in together] == [{"roles": "local.seller"}]


async def test_removing_a_field_that_a_role_names_breaks_that_role(thing: Office) -> None:
    await thing.publish(role("seller", thing={"read": "cost > 5", "fields": {"name": "hidden"}}))
    result = await check(form("thing", "parent:link:thing", "helpers:users"))
    assert {item.id for item in result.plan if item.destructive} == {"uses.cost", "uses.name"}
    with pytest.raises(NotAccepted):
        await thing.publish(form("thing", "parent:link:thing", "helpers:users"))


async def test_a_role_may_let_its_people_change_definitions(office: Office) -> None:
    await office.publish(role("designer", "definitions"), role("seller"))
    assert definitions.may_define(person("designer"))
    assert not definitions.may_define(person("seller"))
