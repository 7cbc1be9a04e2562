"""One table: every effect of a rule at every door through which values come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from litestar.handlers import HTTPRouteHandler

from form_engine.definition import RuleDef
from platform_core import definitions, records
from platform_core.definitions import LOCAL, ChangeItem
from tests.fixtures_crm import Client, Crm
from tests.form_engine.rules.doors import CHANGE, FORM, NEW


class Case(NamedTuple):
    """A rule, values that it refuses with words, and what is stored of values that it lets in."""

    rule: Mapping[str, object]
    refused: Mapping[str, str]
    words: str
    good: Mapping[str, str]
    stored: Mapping[str, object]


CASES: Mapping[str, Case] = {
    "show": Case(
        {"when": "kind == 'open'", "show": ["word"]},
        {"kind": "late", "word": "hello"}, "This field is hidden here by 'One rule'.",
        {"kind": "open", "word": "hello"}, {"word": "hello"},
    ),
    "require": Case(
        {"when": "kind == 'late'", "require": ["word"]},
        {"kind": "late", "word": ""}, "This is required.",
        {"kind": "late", "word": "sorry"}, {"word": "sorry"},
    ),
    "read_only": Case(
        {"when": "kind == 'late'", "read_only": ["word"]},
        {"kind": "late", "word": "hello"}, "This field is closed here by 'One rule'.",
        {"kind": "open", "word": "hello"}, {"word": "hello"},
    ),
    "set": Case(
        {"when": "kind == 'late'", "set": {"word": "'so late'"}},
        {"kind": "late", "word": "hello"}, "The rule 'One rule' fills this in.",
        {"kind": "late"}, {"word": "so late"},
    ),
    "options": Case(
        {"when": "word == 'hello'", "options": {"kind": "kind != 'late'"}},
        {"kind": "late", "word": "hello"}, "This value is not offered here: see 'One rule'.",
        {"kind": "open", "word": "hello"}, {"kind": "open"},
    ),
    "check": Case(
        {"check": "kind != 'late' or starts_with(word, 's')", "at": "word", "message": {"en": "Say sorry."}},
        {"kind": "late", "word": "hello"}, "Say sorry.",
        {"kind": "late", "word": "sorry"}, {"word": "sorry"},
    ),
}  # fmt: skip


async def _publish(crm: Crm, rule: Mapping[str, object], *, stages: bool = False) -> None:
    kinds: dict[str, object] = {
        "kind": "dictionary", "schema": 1, "name": "thing_kind", "label": {"en": "Kind"},
        "values": [{"key": key, "label": {"en": key.capitalize()}} for key in ("fresh", "open", "late")],
    }  # fmt: skip
    form: dict[str, object] = {
        "kind": "form", "schema": 1, "name": FORM, "label": {"en": "Thing"},
        "fields": [
            {"type": "choice", "name": "kind", "dictionary": "thing_kind", "label": {"en": "Kind"}},
            {"type": "text", "name": "word", "label": {"en": "Word"}},
        ],
        "rules": [{"id": "one", "label": {"en": "One rule"}, **rule}],
    }  # fmt: skip
    if stages:
        form["stages"] = {"field": "kind", "transitions": [
            {"name": f"to_{to}", "from": "fresh", "to": to, "label": {"en": to}, "ask": [{"field": "word", "optional": True}]}
            for to in ("open", "late")
        ]}  # fmt: skip
    items = [
        ChangeItem(app=LOCAL, kind=str(each["kind"]), name=str(each["name"]), definition=each)
        for each in (kinds, form)
    ]
    await definitions.publish(items, actor=await crm.actor("admin"))


@pytest.fixture
async def admin(crm: Crm) -> Client:
    return await crm.login("admin")


def test_the_table_has_every_effect_that_a_rule_can_have() -> None:
    described = {"id", "label", "when", "at", "message"}
    assert set(CASES) == set(RuleDef.__struct_fields__) - described


ROUTES: Mapping[str, str] = {
    "POST /r/{form}/new": "screen", "POST /r/{form}/{record_id}/edit": "screen",
    "POST /r/{form}/import": "import", "POST /r/{form}/import/{import_id}/commit": "import", "POST /api/v1/imports/{form}": "import",
    "POST /api/v1/records/{form}": "REST", "PATCH /api/v1/records/{form}/{record}": "REST",
    "POST /api/v1/records/{form}/batch": "batch", "POST /api/v1/records/{form}/{record}/transition": "transition",
    "POST /r/{form}/{record_id}/move/{name}": "transition", "POST /r/{form}/{record_id}/resolve": "screen",
}  # fmt: skip
"""Routes that take values for a form's records, and the door of the table that stands for each."""
NO_VALUES = (
    "bulk",
    "delete",
    "restore",
    "undo",
    "columns",
    "comments",
    "timeline",
    "export",
    "exports",
    "search",
    "query",
    "aggregate",
)
"""Last parts of routes that take none."""


def test_every_route_that_takes_values_stands_in_the_table(crm: Crm) -> None:
    found = set()
    for path, methods in _routes(crm):
        plain = re.sub(r":\w+}", "}", path)
        if re.match(r"(/r/{form}|/api/v1/records/{form}|/api/v1/imports/{form})", plain):
            found |= {f"{method} {plain}" for method in methods & {"POST", "PUT", "PATCH"}}
    unnamed = {each for each in found if each.rpartition("/")[2] not in NO_VALUES} - set(ROUTES)
    assert unnamed == set(), "a new way in: give it a door in doors.py"
    assert set(ROUTES.values()) <= {*NEW, *CHANGE}


def _routes(crm: Crm) -> list[tuple[str, set[str]]]:
    handlers = [each for each in crm.registry.routes if isinstance(each, HTTPRouteHandler)]
    return [(path, {str(m) for m in each.http_methods}) for each in handlers for path in each.paths]


@pytest.mark.parametrize("effect", CASES)
async def test_an_effect_holds_for_new_records_at_every_door(crm: Crm, admin: Client, effect: str) -> None:
    case = CASES[effect]
    await _publish(crm, case.rule)
    answers = {name: await enter(crm, admin, case.refused) for name, enter in NEW.items()}
    assert {name: case.words in told for name, told in answers.items()} == dict.fromkeys(NEW, True), answers
    assert await _kept(crm) == []
    for name, enter in NEW.items():
        assert await enter(crm, admin, case.good) == "", name
    kept = await _kept(crm)
    assert [{name: each[name] for name in case.stored} for each in kept] == [dict(case.stored)] * len(NEW)


@pytest.mark.parametrize("effect", CASES)
async def test_an_effect_holds_for_changes_at_every_door(crm: Crm, admin: Client, effect: str) -> None:
    case = CASES[effect]
    await _publish(crm, case.rule, stages=True)
    for name, enter in CHANGE.items():
        start = await records.create(FORM, {"kind": "fresh"}, actor=await crm.actor("admin"))
        told = await enter(crm, admin, start.id, case.refused)
        assert case.words in told, (name, told)
        assert (await records.get(FORM, start.id, actor=await crm.actor("admin"))).version == 1
        assert await enter(crm, admin, start.id, case.good) == "", name
        changed = await records.get(FORM, start.id, actor=await crm.actor("admin"))
        assert {key: changed.values[key] for key in case.stored} == case.stored, name


async def _kept(crm: Crm) -> list[records.Wire]:
    found = await records.query(records.RecordQuery(form=FORM, limit=50), actor=await crm.actor("admin"))
    return [dict(each.values) for each in found.items]
