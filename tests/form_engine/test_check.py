"""Everything that may be wrong with a form or a choice list is said at once, with its place and what to do."""

from __future__ import annotations

import pytest

from platform_core import definitions
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import check, form, insert, plan_of, problems_of, publish, text

Raw = dict[str, object]

LIST: Raw = {"name": "all", "columns": ["name"]}


def link(name: str, target: str) -> Raw:
    return {"type": "link", "name": name, "form": target}


WRONG: list[tuple[str, Raw, dict[str, str]]] = [
    (
        "two fields of one name",
        form("account", text("name"), text("name")),
        {"/fields/1/name": "duplicate"},
    ),
    (
        "names of the system",
        form("account", text("owner"), text("a__b"), text("true"), text("title")),
        {f"/fields/{place}/name": "reserved" for place in range(4)},
    ),
    (
        "a former name that is in use",
        form("account", text("name"), text("city", was="name")),
        {"/fields/1/was": "was"},
    ),
    (
        "a dictionary that is not there",
        form("account", {"type": "choice", "name": "grade", "dictionary": "grad"}),
        {"/fields/0/dictionary": "unknown_reference"},
    ),
    (
        "a link to nowhere",
        form("account", link("parent", "acount")),
        {"/fields/0/form": "unknown_reference"},
    ),
    (
        "a link with two ways to say where",
        form("account", {"type": "link", "name": "about", "form": "account", "forms": ["account"]}),
        {"/fields/0/form": "link_target"},
    ),
    (
        "related records by a field that is no link",
        form("account", text("name"), {"type": "children", "name": "all", "form": "account", "by": "name"}),
        {"/fields/1/by": "not_a_link"},
    ),
    (
        "related records by a field that is not there",
        form("account", text("name"), {"type": "children", "name": "all", "form": "account", "by": "boss"}),
        {"/fields/1/by": "unknown_part"},
    ),
    (
        "a default that the field refuses",
        form("account", {"type": "integer", "name": "staff", "default": "many"}),
        {"/fields/0/default": "number"},
    ),
    (
        "half of a money default",
        form("account", {"type": "money", "name": "limit", "default": {"amount": "5"}}),
        {"/fields/0/default/currency": "required"},
    ),
    (
        "a default expression over an unknown name",
        form("account", text("zone", default={"expr": "user.zonn"})),
        {"/fields/0/default/expr": "unknown_name"},
    ),
    (
        "a default expression of another type",
        form("account", {"type": "date", "name": "since", "default": {"expr": "1 + 1"}}),
        {"/fields/0/default/expr": "wrong_type"},
    ),
    (
        "an expression as the default of a column",
        form(
            "quote",
            {"type": "table", "name": "lines", "fields": [text("item", default={"expr": "user.name"})]},
        ),
        {"/fields/0/fields/0/default": "not_in_rows"},
    ),
    (
        "unique text that no index takes",
        form("account", text("name", unique=True, max_length=2000)),
        {"/fields/0/max_length": "index_length"},
    ),
    (
        "bounds that nothing meets",
        form("account", {"type": "integer", "name": "staff", "min": 5, "max": 1}),
        {"/fields/0/min": "range"},
    ),
    (
        "a title with unknown places",
        form("account", text("name"), title="{nam} {", subtitle="{cod}"),
        {"/title": "unknown_field", "/subtitle": "unknown_field"},
    ),
    (
        "a file in a title",
        form("account", {"type": "file", "name": "logo"}, title="{logo}"),
        {"/title": "no_text"},
    ),
    (
        "a layout with unknown, repeated and too wide fields",
        form(
            "account",
            text("name"),
            text("city"),
            layout={
                "tabs": [
                    {
                        "sections": [
                            {
                                "columns": 1,
                                "fields": [
                                    "nme",
                                    "name",
                                    "name",
                                    {"field": "city", "span": 2, "widget": "sliderr"},
                                ],
                            }
                        ]
                    }
                ]
            },
        ),
        {
            "/layout/tabs/0/sections/0/fields/0": "unknown_field",
            "/layout/tabs/0/sections/0/fields/2": "twice",
            "/layout/tabs/0/sections/0/fields/3/span": "span",
            "/layout/tabs/0/sections/0/fields/3/widget": "widget",
        },
    ),
    (
        "a list with wrong columns and orders",
        form(
            "account",
            text("name"),
            {"type": "long_text", "name": "note"},
            lists=[LIST, {"name": "all", "columns": ["name", "name", "xyz"], "sort": ["-note", "nam"]}],
        ),
        {
            "/lists/1/name": "duplicate",
            "/lists/1/columns/1": "twice",
            "/lists/1/columns/2": "unknown_field",
            "/lists/1/sort/0": "not_sortable",
            "/lists/1/sort/1": "unknown_field",
        },
    ),
    (
        "a filter over an unknown field",
        form("account", text("name"), lists=[{**LIST, "filter": "nam == 'x'"}]),
        {"/lists/0/filter": "unknown_name"},
    ),
    (
        "a filter that is no condition",
        form("account", text("name"), lists=[{**LIST, "filter": "name"}]),
        {"/lists/0/filter": "not_a_condition"},
    ),
    (
        "a number without a sequence",
        form("account", text("name"), numbering={"pattern": "CUS-{YYYY}"}),
        {"/numbering/pattern": "pattern"},
    ),
    (
        "a number that begins again without saying so",
        form("account", text("name"), numbering={"pattern": "CUS-{seq:3}", "reset": "year"}),
        {"/numbering/reset": "reset"},
    ),
    (
        "a number from a field that is not there",
        form("account", text("name"), numbering={"pattern": "{naem}-{seq}"}),
        {"/numbering/pattern": "pattern"},
    ),
    (
        "keys that are not known",
        form("account", text("name", colour="red"), ruels=[]),
        {"/fields/0/colour": "unknown_member", "/ruels": "unknown_member"},
    ),
]


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
async def test_a_wrong_form_is_refused_at_the_place(
    db: str, admin: Actor, given: Raw, expected: dict[str, str]
) -> None:
    assert await problems_of(admin, given) == expected


async def test_a_misspelt_field_is_answered_with_the_near_one(db: str, admin: Actor) -> None:
    found = await check(admin, form("account", text("name"), lists=[{"name": "all", "columns": ["nmae"]}]))

    assert [problem.params["near"] for problem in found.problems] == ["name"]


async def test_a_filter_with_a_key_that_the_choice_list_lacks_is_refused(db: str, admin: Actor) -> None:
    graded = {"type": "choice", "name": "grade", "dictionary": "grade"}
    wrong = form("account", graded, lists=[{"name": "all", "columns": ["grade"], "filter": "grade == 'aa'"}])

    found = await check(admin, wrong, GRADE)

    assert [problem.pointer for problem in found.problems] == ["/items/0/definition/lists/0/filter"]


async def test_a_filter_through_a_link_makes_the_other_form_say_what_it_breaks(db: str, admin: Actor) -> None:
    account = form("account", text("name"), text("city"))
    deals = [{"name": "near", "columns": ["name"], "filter": "account.city == 'Oslo'"}]
    await publish(admin, account, form("deal", text("name"), link("account", "account"), lists=deals))

    plan = await plan_of(admin, form("account", text("name")))

    assert plan["uses.city"].destructive


async def test_an_unknown_field_behind_a_link_is_reported_once(db: str, admin: Actor) -> None:
    lists: list[Raw] = [{"name": "near", "columns": ["name"], "filter": "parent.cty == 'Oslo'"}]

    found = await check(
        admin, form("account", text("name"), text("city"), link("parent", "account"), lists=lists)
    )

    assert [(one.pointer, one.params.get("near")) for one in found.problems] == [("/lists/0/filter", "city")]


async def test_retiring_a_form_tells_how_many_records_go_out_of_reach(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name")))
    await insert("account", name="Nordic")

    found = await definitions.plan_of_retiring("form", "account", actor=admin)

    assert [(item.id, item.count, item.destructive) for item in found.plan] == [("form.retired", 1, True)]


DICTIONARIES: list[tuple[str, list[Raw], dict[str, str]]] = [
    ("one key twice", [{"key": "a", "label": {}}, {"key": "A", "label": {}}], {"/values/1/key": "duplicate"}),
    ("an unknown parent", [{"key": "a", "label": {}, "parent": "x"}], {"/values/0/parent": "unknown_parent"}),
    (
        "a circle of parents",
        [{"key": "a", "label": {}, "parent": "b"}, {"key": "b", "label": {}, "parent": "a"}],
        {"/values/0/parent": "circular", "/values/1/parent": "circular"},
    ),
    (
        "one outside name for two values",
        [{"key": "a", "label": {}, "aliases": {"erp": "1"}}, {"key": "b", "label": {}, "aliases": {"erp": "1"}}],
        {"/values/1/aliases/erp": "duplicate_alias"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"), [case[1:] for case in DICTIONARIES], ids=[case[0] for case in DICTIONARIES]
)
async def test_a_wrong_choice_list_is_refused_at_the_place(
    db: str, admin: Actor, values: list[Raw], expected: dict[str, str]
) -> None:
    assert await problems_of(admin, {**GRADE, "values": values}) == expected


async def test_taking_a_value_away_counts_the_records_that_hold_it(db: str, admin: Actor) -> None:
    fields: list[Raw] = [
        {"type": "choice", "name": "grade", "dictionary": "grade"},
        {"type": "choices", "name": "wanted", "dictionary": "grade"},
    ]
    await publish(admin, GRADE, form("account", *fields))
    await insert("account", grade="a")
    await insert("account", grade="b", wanted=("a", "b"))

    plan = await plan_of(admin, {**GRADE, "values": GRADE["values"][1:]})  # type: ignore[index]  # JSON

    assert (plan["value.a.removed"].count, plan["value.a.removed"].destructive) == (2, True)
