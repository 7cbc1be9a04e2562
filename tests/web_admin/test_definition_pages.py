"""The admin pages as plain HTML: every step of a definition's life without a line of JavaScript."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
import pytest

from platform_core import database, definitions
from platform_core.database import new_id
from platform_core.identity import SYSTEM
from tests.definitions.example_kinds import chart, item, sheet
from tests.web_admin.conftest import Desk

CUSTOMER = "/admin/definitions/sheet/crm.customer"


async def published(*raws: definitions.Raw) -> None:
    await definitions.publish([item(raw, "crm") for raw in raws], actor=SYSTEM)


def text_in_editor(page: str) -> Any:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert found
    return json.loads(html.unescape(found[1]))


def marked(page: str) -> list[str]:
    """Pointers of what the editor marks."""
    found = re.search(r'data-problems="([^"]*)"', page)
    assert found
    return [one["pointer"] for one in json.loads(html.unescape(html.unescape(found[1])))]


async def test_the_admin_home_leads_to_every_kind_and_to_waiting_drafts(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    await definitions.put_draft("sheet", "customer", sheet("customer"), actor=SYSTEM)
    page = await ada.open("/admin")
    assert ada.status == 200
    assert 'href="/admin/definitions?kind=sheet"' in page
    assert f'href="{CUSTOMER}"' in page


async def test_the_list_is_narrowed_by_kind_app_state_and_words(ada: Desk) -> None:
    await published(sheet("customer", "city"), sheet("deal"), chart("map", "deal"))
    await definitions.put_draft("sheet", "new", sheet("new"), actor=SYSTEM)

    async def names(query: str) -> set[str]:
        page = await ada.open(f"/admin/definitions{query}")
        return set(re.findall(r'data-id="[^"]*/(\w+)"', page))

    assert await names("") == {"customer", "deal", "map", "new"}
    assert await names("?kind=chart") == {"map"}
    assert await names("?app=local") == {"new"}
    assert await names("?state=draft") == {"new"}
    assert await names("?q=CUSTOMER") == {"customer"}
    assert await names("?q=customer表") == {"customer"}
    page = await ada.open("/admin/definitions?q=nothing")
    assert "Nothing fits these filters" in page


async def test_a_new_definition_begins_as_a_draft_that_can_be_completed(ada: Desk) -> None:
    await ada.open("/admin/definitions/new?kind=sheet")
    page = await ada.send(
        "/admin/definitions/new", kind="sheet", name="shipment", app="local", label="Shipment"
    )
    assert ada.path == "/admin/definitions/sheet/local.shipment"
    assert text_in_editor(page) == {
        "kind": "sheet",
        "schema": 2,
        "name": "shipment",
        "label": {"en": "Shipment"},
    }
    assert marked(page) == []


@pytest.mark.parametrize(
    ("name", "told"), [("Big Ship", "is no name"), ("customer", "There is a sheet &#39;customer&#39;")]
)
async def test_a_wrong_beginning_keeps_what_was_typed(ada: Desk, name: str, told: str) -> None:
    await published(sheet("customer", "city"))
    await ada.open("/admin/definitions/new")
    page = await ada.send("/admin/definitions/new", kind="sheet", name=name, app="crm", label="Ship")
    assert ada.status in (409, 422)
    assert told in page
    assert f'value="{name}"' in page
    assert 'value="Ship"' in page


async def test_the_editor_shows_the_draft_and_marks_what_is_wrong(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    page = await ada.open(CUSTOMER)
    assert text_in_editor(page) == sheet("customer", "city")
    wrong = sheet("customer", "city", titel="x")
    page = await ada.send(CUSTOMER, definition=json.dumps(wrong), rev=ada.rev, do="save")
    assert (ada.status, ada.path) == (200, CUSTOMER)
    assert marked(page) == ["/titel"]
    assert "titel set to “x”" in page
    assert "Did you mean &#39;title&#39;?" in page


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"kind": "sheet",}', "This is not JSON: line 1, column"),
        ("[]", "A definition is a JSON object."),
        ('{"name": "a", "name": "b"}', "stands twice"),
        ('{"name": NaN}', "This is not JSON."),
        ("[" * 100_000, "This is not JSON."),
    ],
)
async def test_what_is_no_json_is_not_saved_and_not_lost(ada: Desk, text: str, told: str) -> None:
    await published(sheet("customer", "city"))
    await ada.open(CUSTOMER)
    page = await ada.send(CUSTOMER, definition=text, rev=ada.rev, do="save")
    assert ada.status == 422
    assert told in html.unescape(page)
    assert html.escape(text[:200], quote=True).replace("&quot;", "&#34;") in page
    assert not (await definitions.get_draft("sheet", "customer", actor=SYSTEM)).exists


async def test_a_stale_save_shows_both_and_may_overwrite_knowingly(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    await ada.open(CUSTOMER)
    rev = ada.rev
    await definitions.put_draft("sheet", "customer", sheet("customer", "city", "theirs"), actor=SYSTEM)
    mine = json.dumps(sheet("customer", "city", "mine"))
    page = await ada.send(CUSTOMER, definition=mine, rev=rev, do="save")
    assert ada.status == 409
    assert "Tradewind has changed this draft in the meantime" in page
    assert "Field “Theirs” added" in page
    assert text_in_editor(page) == sheet("customer", "city", "mine")
    await ada.send(CUSTOMER, definition=mine, rev=ada.rev, do="save")
    assert ada.status == 200
    draft = await definitions.get_draft("sheet", "customer", actor=SYSTEM)
    assert draft.definition == sheet("customer", "city", "mine")


async def test_saving_by_itself_answers_with_rev_and_problems(ada: Desk, http: httpx.AsyncClient) -> None:
    await published(sheet("customer", "city"))
    page = await ada.open(CUSTOMER)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    head = {"X-CSRF-Token": token[1]}

    async def autosave(text: str, rev: str) -> httpx.Response:
        return await http.post(f"{CUSTOMER}/autosave", data={"definition": text, "rev": rev}, headers=head)

    first = await autosave(json.dumps(sheet("customer", titel="x")), ada.rev)
    assert [one["pointer"] for one in first.json()["problems"]] == ["/titel"]
    assert "titel set to “x”" in first.json()["draft"]
    assert "draft waiting" in first.json()["head"]
    assert (await autosave("{", str(first.json()["rev"]))).status_code == 422
    stale = await autosave(json.dumps(sheet("customer")), ada.rev)
    assert stale.status_code == 409
    assert "in the meantime" in stale.json()["told"]
    assert (await http.post(f"{CUSTOMER}/autosave", data={"definition": "{}"})).status_code == 403


async def test_the_plan_counts_live_data_asks_for_consent_and_publishes(ada: Desk) -> None:
    await published(sheet("customer", "city", "fax"), chart("map", "customer", "city"))
    await database.execute("INSERT INTO t_crm__customer (id, fax) VALUES (?, ?)", (new_id(), "1"))
    await ada.open(CUSTOMER)
    page = await ada.send(CUSTOMER, definition=json.dumps(sheet("customer")), rev=ada.rev, do="publish")
    assert ada.path == f"{CUSTOMER}/publish"
    assert "Publish revision 2 of Customer" in page
    assert "1 rows have a value" in page
    assert "this breaks: 1 chart (crm.map)" in html.unescape(page)
    assert re.findall(r'name="accept\[\]" value="([^"]+)"', page) == ["field.fax.removed", "uses.city"]
    page = await ada.send(f"{CUSTOMER}/publish", rev=ada.rev, note="away", **{"accept[]": ["uses.city"]})
    assert ada.status == 409
    assert "Agree to what is marked" in page
    assert 'value="away"' in page
    assert re.findall(r'value="([^"]+)" checked', page) == ["uses.city"]
    both = ["field.fax.removed", "uses.city"]
    page = await ada.send(f"{CUSTOMER}/publish", rev=ada.rev, note="away", **{"accept[]": both})
    assert (ada.status, ada.path) == (200, CUSTOMER)
    assert "Revision 2 is published" in page
    line = (await definitions.revisions("sheet", "customer", actor=SYSTEM))[0]
    assert (line.number, line.note, line.author_name) == (2, "away", "Ada")


async def test_a_plan_page_publishes_only_what_it_showed(ada: Desk) -> None:
    await definitions.put_draft("sheet", "customer", sheet("customer", "city"), "crm", actor=SYSTEM)
    await ada.open(f"{CUSTOMER}/publish")
    seen = ada.rev
    await definitions.put_draft("sheet", "customer", sheet("customer", "other"), "crm", actor=SYSTEM)
    await ada.send(f"{CUSTOMER}/publish", rev=seen, note="")
    assert ada.status == 409
    assert (await definitions.refresh()).get("sheet", "customer") is None


async def test_problems_stand_in_the_way_of_publishing_and_lead_to_their_place(ada: Desk) -> None:
    await definitions.put_draft("sheet", "customer", sheet("customer", titel="x"), "crm", actor=SYSTEM)
    page = await ada.open(f"{CUSTOMER}/publish")
    assert "This cannot be published yet" in page
    assert f'href="{CUSTOMER}#/titel"' in page
    assert 'name="note"' not in page


async def test_without_a_draft_there_is_nothing_to_publish(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    assert "Nothing would change" in await ada.open(f"{CUSTOMER}/publish")


async def test_revisions_are_compared_and_taken_back(ada: Desk) -> None:
    for fields in (("city",), ("city", "fax"), ("city", "fax", "phone")):
        await published(sheet("customer", *fields))
    page = await ada.open(f"{CUSTOMER}/revisions")
    assert "From revision 2 to revision 3" in page
    assert "Field “Phone” added" in page
    page = await ada.open(f"{CUSTOMER}/revisions?from=3&to=1")
    assert page.count("removed") >= 2
    page = await ada.open(f"{CUSTOMER}/revisions/1")
    assert text_in_editor(page) == sheet("customer", "city")
    page = await ada.open(f"{CUSTOMER}/rollback/1")
    assert "Take Customer back to revision 1" in page
    assert "Field “Fax” removed" in page
    page = await ada.send(f"{CUSTOMER}/rollback/1", rev=ada.rev, note="")
    assert "Revision 4 is published" in page


async def test_a_definition_is_retired_with_consent_and_comes_back(ada: Desk) -> None:
    await published(sheet("customer", "city"), chart("map", "customer"))
    page = await ada.open(f"{CUSTOMER}/retire")
    assert "Take Customer out of use" in page
    await ada.send(f"{CUSTOMER}/retire", rev=ada.rev)
    assert ada.status == 409
    await ada.send(f"{CUSTOMER}/retire", rev=ada.rev, **{"accept[]": ["uses"]})
    assert ada.path == "/admin/definitions"
    assert "Retired" in ada.page.text
    await ada.open(f"{CUSTOMER}/rollback/1")
    assert "Revision 2 is published" in await ada.send(f"{CUSTOMER}/rollback/1", rev=ada.rev)


async def test_a_draft_is_thrown_away(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    await definitions.put_draft("sheet", "customer", sheet("customer"), actor=SYSTEM)
    await ada.open(CUSTOMER)
    page = await ada.send(CUSTOMER, definition="whatever", rev=ada.rev, do="discard")
    assert text_in_editor(page) == sheet("customer", "city")


async def test_opening_and_saving_without_a_change_makes_no_draft(ada: Desk) -> None:
    await published(sheet("customer", "city"))
    page = await ada.open(CUSTOMER)
    await ada.send(CUSTOMER, definition=json.dumps(text_in_editor(page)), rev=ada.rev, do="save")
    assert not (await definitions.get_draft("sheet", "customer", actor=SYSTEM)).exists


PAGES = ("", "/publish", "/revisions", "/revisions/1", "/rollback/1", "/retire")


@pytest.mark.parametrize(
    "page", ["/admin", "/admin/definitions", "/admin/definitions/new", *(CUSTOMER + one for one in PAGES)]
)
async def test_the_pages_are_closed_to_who_may_not_define(
    lina: Desk, http: httpx.AsyncClient, page: str
) -> None:
    await published(sheet("customer", "city"))
    await lina.open(page)
    assert lina.status == 404  # as if there were no such page
    await http.post("/logout", data={"_csrf_token": "x"})
    http.cookies.clear()
    answer = await http.get(page)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login")


@pytest.mark.parametrize("one", ["", "/autosave", "/publish", "/rollback/1", "/retire"])
async def test_the_forms_are_closed_to_who_may_not_define(
    lina: Desk, http: httpx.AsyncClient, one: str
) -> None:
    await published(sheet("customer", "city"))
    page = await lina.open("/welcome")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    form = {"_csrf_token": token[1], "definition": json.dumps(sheet("customer", "x")), "rev": "1"}
    assert (await http.post(CUSTOMER + one, data=form)).status_code == 404
    assert len(await definitions.revisions("sheet", "customer", actor=SYSTEM)) == 1


async def test_an_unknown_definition_is_a_page_that_says_so(ada: Desk) -> None:
    await ada.open("/admin/definitions/shoe/customer")
    assert ada.status == 404
    await ada.open("/admin/definitions/sheet/crm.nothing/revisions/3")
    assert ada.status == 404
