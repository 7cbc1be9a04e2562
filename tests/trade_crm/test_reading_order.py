"""Definitions are shown in the order of their structs; the files of an app stay sorted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import trade_crm
from platform_core.definitions import Raw
from platform_core.definitions.reading_order import in_reading_order
from tests.fixtures_crm import Crm

FILES = sorted((Path(trade_crm.__file__).parent / "definitions").rglob("*.json"))


async def test_every_shipped_definition_reads_from_its_name_to_its_details(crm: Crm) -> None:
    for file in FILES:
        raw = cast(Raw, json.loads(file.read_text()))
        shown = in_reading_order(str(raw["kind"]), raw)
        assert shown == raw, file.name
        assert list(shown)[:5] == ["$schema", "kind", "schema", "name", "label"], file.name
        assert list(raw) == sorted(raw), file.name


async def test_the_draft_of_a_published_form_is_in_that_order_and_ones_own_order_is_kept(crm: Crm) -> None:
    admin = await crm.login("admin")
    answer = await admin.api("GET", "/definitions/form/account/draft")
    definition = cast(Raw, answer["definition"])
    assert list(definition)[:4] == ["kind", "schema", "name", "label"]
    fields = cast("list[Raw]", definition["fields"])
    assert all(list(field)[:3] == ["name", "type", "label"] for field in fields)
    competitors = next(field for field in fields if field["name"] == "competitors")
    assert all(list(cell)[:2] == ["name", "type"] for cell in cast("list[Raw]", competitors["fields"]))
    page = await admin.page("/admin/definitions/form/account")
    assert page.index("&#34;kind&#34;") < page.index("&#34;fields&#34;")
    own = {"title": "{name}", **{name: value for name, value in definition.items() if name != "title"}}
    await admin.api("PUT", "/definitions/form/account/draft", own)
    again = await admin.api("GET", "/definitions/form/account/draft")
    assert list(cast(Raw, again["definition"])) == list(own)


async def test_a_member_that_nobody_knows_stays_behind_the_others(crm: Crm) -> None:
    raw: Raw = {
        "wings": 2,
        "fields": [{"wheels": 4, "type": "text", "name": "a"}, 7, {"type": "kite"}],
        "kind": "form",
    }
    shown = in_reading_order("form", raw)
    assert shown == raw
    assert list(shown) == ["kind", "fields", "wings"]
    assert list(cast("list[Raw]", shown["fields"])[0]) == ["name", "type", "wheels"]
