"""A definition with mistakes is answered with all of them: where, what, and what to do."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from platform_core import definitions
from platform_core.errors import Problem
from platform_core.identity import Actor
from tests.definitions.example_kinds import chart, item, sheet


async def problems(raw: Any, actor: Actor) -> dict[str, Problem]:
    """By pointer."""
    name = raw.get("name", "customer") if isinstance(raw, dict) else "customer"
    change = definitions.ChangeItem(kind="sheet", name=name, definition=raw)
    result = await definitions.check([change], actor=actor)
    return {problem.pointer: problem for problem in result.problems}


async def test_a_sound_definition_has_no_problems_and_a_plan(db: str, admin: Actor) -> None:
    result = await definitions.check([item(sheet("customer", "city"))], actor=admin)
    assert result.ok
    assert [found.id for found in result.plan] == ["sheet"]


async def test_all_problems_come_at_once(db: str, admin: Actor) -> None:
    raw = sheet("customer", "city", "Country")
    raw["fields"][0]["max_length"] = "many"  # type: ignore[index]  # JSON
    raw["fields"][0]["requird"] = True  # type: ignore[index]  # JSON
    raw["lable"] = {}
    del raw["label"]
    found = await problems(raw, admin)
    assert set(found) == {"/fields/0/max_length", "/fields/0/requird", "/fields/1/name", "/label", "/lable"}
    assert found["/fields/0/max_length"].text == 'This must be a whole number, not "many".'
    assert found["/fields/0/requird"].params["near"] == "required"
    assert found["/lable"].remedy == "Did you mean '{near}'?"
    assert found["/label"].code == "required"


async def test_in_a_union_only_the_branch_of_the_tag_speaks(db: str, admin: Actor) -> None:
    raw = sheet("customer", "city")
    raw["fields"] += [  # type: ignore[operator]  # JSON
        {"type": "choice", "name": "grade", "show": "button"},
        {"type": "txt", "name": "street"},
        {"name": "zip"},
        "phone",
    ]
    found = await problems(raw, admin)
    assert set(found) == {"/fields/1/show", "/fields/2/type", "/fields/3/type", "/fields/4"}
    assert found["/fields/1/show"].params["near"] == "buttons"
    assert found["/fields/2/type"].params["near"] == "text"
    assert found["/fields/3/type"].params["known"] == "choice, text"
    assert found["/fields/4"].text == 'This must be an object, not "phone".'
    assert not any("any of the given schemas" in problem.text for problem in found.values())


async def test_a_union_of_a_text_and_an_object_follows_what_was_written(db: str, admin: Actor) -> None:
    raw = sheet("customer", "city", layout=["city", {"field": "city", "spn": 2}, 7])
    found = await problems(raw, admin)
    assert set(found) == {"/layout/1/spn", "/layout/2"}
    assert found["/layout/1/spn"].params["near"] == "span"
    assert found["/layout/2"].text == "This must be a text or an object, not 7."


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"kind": "chart"}, "/kind", "const"),
        ({"name": "Customer"}, "/name", "pattern"),
        ({"schema": 3}, "/schema", "schema_version"),
        ({"schema": 0}, "/schema", "schema_version"),
        ({"schema": "2"}, "/schema", "const"),
        ({"title": 3}, "/title", "type"),
        ({"fields": {}}, "/fields", "type"),
        ({"label": {"en": 1}}, "/label/en", "type"),
    ],
)
async def test_each_mistake_has_its_code(
    db: str, admin: Actor, change: dict[str, object], pointer: str, code: str
) -> None:
    raw = {**sheet("customer", "city"), **change}
    change_item = definitions.ChangeItem(kind="sheet", name="customer", definition=raw)
    result = await definitions.check([change_item], actor=admin)
    assert (pointer, code) in [(problem.pointer, problem.code) for problem in result.problems]


@pytest.mark.parametrize("raw", [[], "text", None, 5])
async def test_what_is_no_object_is_no_definition(db: str, admin: Actor, raw: object) -> None:
    assert (await problems(raw, admin))[""].text == "A definition is a JSON object."


async def test_the_kind_itself_checks_what_a_schema_cannot(db: str, admin: Actor) -> None:
    found = await problems(sheet("customer", "city", title="town"), admin)
    assert found["/title"].text == "There is no field 'town'."


async def test_a_definition_says_what_its_address_says(db: str, admin: Actor) -> None:
    change = definitions.ChangeItem(kind="sheet", name="client", definition=sheet("customer", "city"))
    result = await definitions.check([change], actor=admin)
    assert [problem.pointer for problem in result.problems] == ["/name"]


async def test_an_unknown_kind_and_an_unsound_app_are_named(db: str, admin: Actor) -> None:
    changes = [
        definitions.ChangeItem(kind="sheets", name="customer", definition=sheet()),
        definitions.ChangeItem(kind="sheet", app="My App", name="customer", definition=sheet()),
    ]
    result = await definitions.check(changes, actor=admin)
    assert [(problem.pointer, problem.code) for problem in result.problems] == [
        ("/items/0/definition/kind", "unknown_kind"),
        ("/items/1/definition/app", "pattern"),
    ]
    assert result.problems[0].params["near"] == "sheet"


async def test_an_editors_schema_hint_is_welcome_and_not_kept(db: str, admin: Actor) -> None:
    raw = {"$schema": "/api/v1/schemas/sheet.json", **sheet("customer", "city")}
    await definitions.publish([item(raw)], actor=admin)
    published = await definitions.revision("sheet", "customer", actor=admin)
    assert "$schema" not in published.raw


async def test_an_older_schema_is_lifted(db: str, admin: Actor) -> None:
    old = sheet("customer", "city", schema=1)
    old["columns"] = old.pop("fields")
    result = await definitions.check([item(deepcopy(old))], actor=admin)
    assert result.ok
    await definitions.publish([item(old)], actor=admin)
    assert (await definitions.revision("sheet", "customer", actor=admin)).raw["schema"] == 2


async def test_an_older_schema_of_the_wrong_shape_says_so(db: str, admin: Actor) -> None:
    found = await problems(sheet("customer", "city", schema=1), admin)
    assert (
        found["/schema"].text
        == "This does not have the shape of schema 1, so it cannot be brought up to date."
    )


async def test_references_must_point_somewhere(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city", "country"))], actor=admin)
    result = await definitions.check([item(chart("map", "customr", "city"))], actor=admin)
    assert result.problems[0].text == "There is no sheet 'customr'."
    assert result.problems[0].params["near"] == "customer"
    result = await definitions.check([item(chart("map", "customer", "city", "contry"))], actor=admin)
    assert [problem.pointer for problem in result.problems] == ["/fields/1"]
    assert result.problems[0].text == "The sheet 'customer' has no 'contry'."
    assert result.problems[0].params["near"] == "country"


async def test_definitions_of_one_change_set_see_each_other(db: str, admin: Actor) -> None:
    items = [item(chart("map", "customer", "city")), item(sheet("customer", "city"))]
    assert (await definitions.check(items, actor=admin)).ok
    items = [item(chart("map", "customer", "street")), item(sheet("customer", "city"))]
    result = await definitions.check(items, actor=admin)
    assert [problem.pointer for problem in result.problems] == ["/items/0/definition/fields/0"]
    assert [len(found) for found in result.by_item] == [1, 0]


async def test_the_same_definition_twice_in_a_change_set_is_a_mistake(db: str, admin: Actor) -> None:
    result = await definitions.check([item(sheet()), item(sheet())], actor=admin)
    assert [problem.code for problem in result.problems] == ["twice"]


async def test_a_bare_name_means_the_own_app_first_and_is_refused_where_it_is_anybodys(
    db: str, admin: Actor
) -> None:
    await definitions.publish(
        [item(sheet("customer", "a"), "one"), item(sheet("customer", "b"), "two")], actor=admin
    )
    assert (await definitions.check([item(chart("map", "customer", "a"), "one")], actor=admin)).ok
    assert (await definitions.check([item(chart("map", "two.customer", "b"), "one")], actor=admin)).ok
    result = await definitions.check([item(chart("map", "customer", "a"), "three")], actor=admin)
    assert {problem.code for problem in result.problems} == {"ambiguous_name"}
    assert result.problems[0].text == "Several apps have a sheet 'customer': one.customer, two.customer."


def test_the_schema_of_a_kind_is_json_schema_for_editors() -> None:
    from jsonschema import Draft202012Validator

    schema = definitions.schema_of("sheet")
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid({"$schema": "sheet.json", **sheet("customer", "city")})
    assert not Draft202012Validator(schema).is_valid({**sheet(), "schema": 1})
    with pytest.raises(definitions.UnknownKind, match="Did you mean 'sheet'"):
        definitions.schema_of("sheeet")
