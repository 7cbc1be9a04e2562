"""`/api/v1/records`, as a program uses it: an admin, a seller who sees their own, and somebody without a role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from form_engine.rest.lists import LIST_ROUTES
from form_engine.rest.one import ONE_ROUTES
from form_engine.rest.openapi import record_part
from form_engine.saving.choices import refuse_inactive_choices
from form_engine.saving.phones import read_phones_in_their_country
from platform_core import api, definitions, identity, permissions, records, settings, web
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import form, publish, text

BASE = "/api/v1/records/account"

ACCOUNT = form(
    "account",
    text("name", required=True, search=True),
    {"type": "country", "name": "country"},
    {"type": "phone", "name": "phone", "region_from": "country"},
    {"type": "email", "name": "email"},
    {"type": "money", "name": "credit"},
    {"type": "choice", "name": "grade", "dictionary": "grade"},
    {"type": "integer", "name": "staff"},
    text("secret"),
    {"type": "link", "name": "parent", "form": "account"},
    {
        "type": "table",
        "name": "lines",
        "max_rows": 5,
        "fields": [text("item", required=True), {"type": "integer", "name": "pieces"}],
    },
    {"type": "children", "name": "people", "form": "contact", "by": "account"},
    title="{name}",
    numbering={"pattern": "CUS-{seq:3}"},
    lists=[
        {"name": "big", "columns": ["name", "staff"], "filter": "staff > 100", "sort": ["-staff"]},
        {"name": "all", "columns": ["name"]},
    ],
)
CONTACT = form("contact", text("name"), {"type": "link", "name": "account", "form": "account"})
SELLER: dict[str, Any] = {
    "kind": "role",
    "schema": 1,
    "name": "seller",
    "label": {"en": "Seller"},
    "forms": {
        "account": {
            "read": "own",
            "create": True,
            "update": "own",
            "fields": {"secret": "hidden", "credit": "masked", "staff": "read"},
        }
    },
}


@pytest.fixture
def seller() -> Actor:
    return Actor(user_id="0190d3a1-7c00-7000-8000-00000000000a", name="Lina", roles=("shop.seller",))


@pytest.fixture
async def http(db: str, admin: Actor, seller: Actor, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the admin's key, over the published shop."""
    settings.use(settings.load(environ={"TRADEWIND_DATA": str(tmp_path)}))
    definitions.register_kind(permissions.RoleKind())
    await publish(admin, GRADE, ACCOUNT, CONTACT, SELLER)
    leave = [
        records.on_slot("computed", read_phones_in_their_country),
        records.on_slot("rules", refuse_inactive_choices),
    ]
    keys = {"admin": admin, "seller": seller, "nobody": Actor(user_id=identity.NOBODY_ID, name="X")}

    async def read_key(key: str, visit: web.Visit) -> Actor | None:
        return keys.get(key)

    router = Litestar(
        [*LIST_ROUTES, *ONE_ROUTES],
        openapi_config=None,
        logging_config=None,
        exception_handlers=web.exception_handlers(),
    )
    transport = httpx.ASGITransport(api.frame(router, read_key=read_key))  # type: ignore[arg-type]  # httpx's own types
    headers = {"Authorization": "Bearer admin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client
    for take_out in leave:
        take_out()


SELLS = {"Authorization": "Bearer seller"}


async def made(
    http: httpx.AsyncClient, *, headers: dict[str, str] | None = None, **values: object
) -> dict[str, Any]:
    answer = await http.post(BASE, json=values, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


async def test_a_record_is_made_read_changed_and_deleted(http: httpx.AsyncClient) -> None:
    created = await http.post(
        BASE, json={"name": "Nordic", "credit": {"amount": "1200.10", "currency": "EUR"}}
    )
    record = created.json()
    address = created.headers["location"]
    read = await http.get(address)
    changed = await http.patch(address, json={"staff": 120}, headers={"If-Match": read.headers["etag"]})
    gone = await http.delete(address, headers={"If-Match": changed.headers["etag"]})
    after = await http.get(address)

    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    assert (record["code"], record["version"], record["title"]) == ("CUS-001", 1, "Nordic")
    assert read.json()["credit"] == {"amount": "1200.10", "currency": "EUR"}
    assert read.json()["_access"]["can_update"] is True
    assert (changed.status_code, changed.json()["staff"], changed.headers["etag"]) == (200, 120, '"2"')
    assert (gone.status_code, gone.content, after.status_code) == (204, b"", 404)


async def test_every_wrong_value_is_named_at_its_place_in_the_body(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        BASE,
        json={
            "email": "anna@",
            "credit": {"amount": "1.005", "currency": "EUR"},
            "staff": "many",
            "grade": "zz",
            "lines": [{"item": "Bolt"}, {"pieces": 2}],
            "colour": "red",
        },
    )

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert codes(answer) == {
        "/name": "required",
        "/email": "email",
        "/credit/amount": "decimals",
        "/staff": "number",
        "/grade": "choice",
        "/lines/1/item": "required",
        "/colour": "unknown_field",
    }


async def test_a_change_must_say_which_version_it_changes(http: httpx.AsyncClient) -> None:
    record = await made(http, name="Nordic")
    address = f"{BASE}/{record['id']}"

    without = await http.patch(address, json={"staff": 1})
    first = await http.patch(address, json={"staff": 2}, headers={"If-Match": '"1"'})
    stale = await http.patch(address, json={"staff": 3}, headers={"If-Match": '"1"'})
    merged = await http.patch(address, json={"name": "N"}, headers={"If-Match": '"1"', "Prefer": "merge"})
    clash = await http.patch(address, json={"staff": 4}, headers={"If-Match": '"1"', "Prefer": "merge"})
    forced = await http.patch(address, json={"staff": 5}, headers={"If-Match": "*"})
    removed = await http.delete(address)

    assert [answer.status_code for answer in (without, first, stale, merged, clash, forced, removed)] == [
        428, 200, 412, 200, 412, 200, 428,
    ]  # fmt: skip
    assert (stale.json()["yours"], stale.json()["theirs"]["staff"]) == ({"staff": 3}, 2)
    assert (merged.json()["name"], merged.json()["staff"]) == ("N", 2)


async def test_a_list_is_filtered_sorted_cut_and_counted(http: httpx.AsyncClient) -> None:
    for name, staff in (("A", 50), ("B", 150), ("C", 250), ("D", 350)):
        await made(http, name=name, staff=staff)

    first = (
        await http.get(
            BASE,
            params={"filter": "staff > 60", "sort": "-staff", "fields": "name", "limit": "2", "total": "1"},
        )
    ).json()
    second = (
        await http.get(
            BASE,
            params={
                "filter": "staff > 60",
                "sort": "-staff",
                "fields": "name",
                "limit": "2",
                "cursor": first["next_cursor"],
            },
        )
    ).json()
    view = (await http.get(BASE, params={"view": "big"})).json()
    found = (await http.get(BASE, params={"q": "B"})).json()

    assert ([item["name"] for item in first["items"]], first["total"]) == (["D", "C"], 3)
    assert ([item["name"] for item in second["items"]], second["next_cursor"]) == (["B"], None)
    assert [item["staff"] for item in view["items"]] == [350, 250, 150]
    assert [item["name"] for item in found["items"]] == ["B"]


async def test_a_misspelt_parameter_is_refused_not_ignored(http: httpx.AsyncClient) -> None:
    answer = await http.get(BASE, params={"fliter": "staff > 60"})
    broken = await http.get(BASE, params={"filter": "staff >"})
    unknown = await http.get(BASE, params={"filter": "stuff > 1"})

    assert (answer.status_code, codes(answer)) == (400, {"/fliter": "unknown_parameter"})
    assert "filter" in answer.json()["errors"][0]["remedy"]
    assert (broken.status_code, list(codes(broken))) == (400, ["/filter"])
    assert codes(unknown) == {"/filter": "unknown_name"}


async def test_groups_are_measured(http: httpx.AsyncClient) -> None:
    for country, staff in (("DE", 10), ("DE", 20), ("FR", 5)):
        await made(http, name="x", country=country, staff=staff)

    answer = await http.get(f"{BASE}/aggregate", params={"by": "country", "measures": "count(),sum(staff)"})

    assert answer.json()["items"] == [
        {"country": "DE", "count()": 2, "sum(staff)": 30},
        {"country": "FR", "count()": 1, "sum(staff)": 5},
    ]


async def test_a_link_is_chosen_by_what_is_typed_and_answered_with_title_and_code(
    http: httpx.AsyncClient,
) -> None:
    parent = await made(http, name="Nordic Group")
    child = await made(http, name="Nordic Tools", parent={"code": parent["code"]})

    offered = (await http.get(f"{BASE}/choices", params={"q": "nordic gr"})).json()["items"]

    assert [choice["id"] for choice in offered] == [parent["id"]]
    assert child["parent"] == {"id": parent["id"], "code": parent["code"], "title": "Nordic Group"}


async def test_related_lists_come_along_when_asked_for(http: httpx.AsyncClient) -> None:
    account = await made(http, name="Nordic")
    await http.post("/api/v1/records/contact", json={"name": "Anna", "account": account["id"]})

    record = (await http.get(f"{BASE}/{account['id']}", params={"include": "people"})).json()

    assert [person["name"] for person in record["people"]["items"]] == ["Anna"]


async def test_rows_are_changed_by_their_ids(http: httpx.AsyncClient) -> None:
    record = await made(http, name="Nordic", lines=[{"item": "Bolt", "pieces": 5}, {"item": "Nut"}])
    bolt, nut = record["lines"]

    changed = await http.patch(
        f"{BASE}/{record['id']}",
        json={"lines": [{"id": nut["id"]}, {"id": bolt["id"], "pieces": 6}, {"item": "Pin"}]},
        headers={"If-Match": "*"},
    )

    assert [(row["item"], row.get("pieces")) for row in changed.json()["lines"]] == [
        ("Nut", None), ("Bolt", 6), ("Pin", None),
    ]  # fmt: skip


async def test_a_table_takes_no_more_rows_than_it_may(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, json={"name": "Nordic", "lines": [{"item": "x"}] * 6})

    assert codes(answer) == {"/lines": "too_many"}


async def test_a_batch_does_all_or_nothing_unless_told_otherwise(http: httpx.AsyncClient) -> None:
    old = await made(http, name="Old")
    mixed: dict[str, Any] = {
        "create": [{"name": "One"}, {"staff": 1}],
        "update": [{"id": old["id"], "version": 1, "name": "Older"}],
    }

    refused = await http.post(f"{BASE}/batch", json=mixed)
    kept = (await http.get(f"{BASE}/{old['id']}")).json()
    done = await http.post(f"{BASE}/batch", json={**mixed, "atomic": False})
    deleted = await http.post(f"{BASE}/batch", json={"delete": [old["id"]]})

    assert (refused.status_code, codes(refused)) == (422, {"/create/1/name": "required"})
    assert kept["name"] == "Old"
    assert [(each["op"], each["ok"]) for each in done.json()["results"]] == [
        ("create", True), ("create", False), ("update", True),
    ]  # fmt: skip
    assert done.json()["results"][1]["errors"][0]["pointer"] == "/create/1/name"
    assert deleted.json()["ok"] is True


async def test_a_batch_of_the_wrong_shape_says_where(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{BASE}/batch", json={"create": 5, "update": [{"name": "x"}], "delte": []})

    assert codes(answer) == {"/create": "type", "/update/0/id": "required", "/delte": "unknown_member"}


async def test_history_timeline_and_comments_tell_what_happened(http: httpx.AsyncClient) -> None:
    record = await made(http, name="Nordic")
    address = f"{BASE}/{record['id']}"
    await http.patch(address, json={"staff": 7}, headers={"If-Match": "*"})
    said = await http.post(f"{address}/timeline", json={"text": "Call again"})

    history = (await http.get(f"{address}/history")).json()["items"]
    timeline = (await http.get(f"{address}/timeline")).json()["items"]
    comments = (await http.get(f"{address}/timeline", params={"kinds": "comment"})).json()["items"]

    assert said.status_code == 201
    assert history[0]["changes"] == {"staff": [None, 7]}
    assert [entry["kind"] for entry in timeline] == ["comment", "change", "change"]
    assert [entry["text"] for entry in comments] == ["Call again"]


async def test_a_deleted_record_lies_in_the_bin_and_comes_back(http: httpx.AsyncClient) -> None:
    record = await made(http, name="Nordic")
    address = f"{BASE}/{record['id']}"
    await http.delete(address, headers={"If-Match": "*"})

    binned = (await http.get(BASE, params={"bin": "1"})).json()["items"]
    back = await http.post(f"{address}/restore")

    assert [item["id"] for item in binned] == [record["id"]]
    assert (back.status_code, (await http.get(address)).status_code) == (200, 200)


async def test_a_seller_sees_their_own_records_and_no_hidden_field(http: httpx.AsyncClient) -> None:
    other = await made(http, name="Theirs", secret="x")
    own = await made(http, headers=SELLS, name="Mine")
    credit = {"credit": {"amount": "5", "currency": "EUR"}, "secret": "x"}
    await http.patch(f"{BASE}/{own['id']}", json=credit, headers={"If-Match": "*"})

    listed = (await http.get(BASE, headers=SELLS)).json()["items"]
    foreign = await http.get(f"{BASE}/{other['id']}", headers=SELLS)
    refused = await http.patch(f"{BASE}/{own['id']}", json={"staff": 5}, headers={**SELLS, "If-Match": "*"})
    hidden = await http.patch(f"{BASE}/{own['id']}", json={"secret": "y"}, headers={**SELLS, "If-Match": "*"})
    filtered = await http.get(BASE, params={"filter": "secret == 'x'"}, headers=SELLS)

    assert [item["name"] for item in listed] == ["Mine"]
    assert "secret" not in listed[0]
    assert str(listed[0]["credit"]).startswith("••••")
    assert foreign.status_code == 404
    assert (refused.status_code, list(codes(refused))) == (422, ["/staff"])
    assert (hidden.status_code, codes(hidden)) == (422, {"/secret": "unknown_field"})
    assert codes(filtered) == {"/filter": "unknown_name"}


async def test_a_field_that_the_form_masks_is_shown_by_the_role_that_names_it(
    http: httpx.AsyncClient, admin: Actor
) -> None:
    bank = form("bank", text("iban", sensitive="masked"), text("note"))
    grant = {"read": "all", "create": True, "update": "all"}
    careful = {**SELLER, "forms": {"bank": grant}}
    trusted = {**SELLER, "forms": {"bank": {**grant, "fields": {"iban": "write"}}}}
    await publish(admin, bank, careful)
    record = (await http.post("/api/v1/records/bank", json={"iban": "DE89370400440532013000"})).json()
    address = f"/api/v1/records/bank/{record['id']}"

    masked = (await http.get(address, headers=SELLS)).json()["iban"]
    refused = await http.patch(address, json={"iban": "x"}, headers={**SELLS, "If-Match": "*"})
    await publish(admin, trusted)
    clear = (await http.get(address, headers=SELLS)).json()["iban"]
    changed = await http.patch(address, json={"iban": "x"}, headers={**SELLS, "If-Match": "*"})

    assert (masked, clear) == ("••••3000", "DE89370400440532013000")
    assert (refused.status_code, changed.status_code) == (422, 200)


async def test_without_a_right_the_form_does_not_exist(http: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer nobody"}

    assert (await http.get(BASE, headers=headers)).status_code == 404
    assert (await http.get("/api/v1/records/nothing", headers=headers)).status_code == 404


async def test_why_gives_the_reasons(http: httpx.AsyncClient) -> None:
    record = await made(http, headers=SELLS, name="Mine")

    answer = (
        await http.get(
            f"{BASE}/{record['id']}/why", params={"action": "edit", "field": "staff"}, headers=SELLS
        )
    ).json()

    assert answer["allowed"] is False
    assert answer["sentences"]


async def test_a_phone_number_is_read_in_the_country_of_its_record(http: httpx.AsyncClient) -> None:
    record = await made(http, name="Nordic", country="DE", phone="030 901820")
    moved = await http.patch(f"{BASE}/{record['id']}", json={"country": "FR"}, headers={"If-Match": "*"})

    assert record["phone"] == {"raw": "030 901820", "e164": "+4930901820"}
    assert moved.json()["phone"] == {"raw": "030 901820", "e164": None}


async def test_a_value_that_is_no_longer_offered_stays_but_is_not_taken_anew(
    http: httpx.AsyncClient, admin: Actor
) -> None:
    record = await made(http, name="Nordic", grade="b")
    values = [{**value, "active": value["key"] == "a"} for value in GRADE["values"]]  # type: ignore[attr-defined]  # JSON
    await publish(admin, {**GRADE, "values": values})

    kept = await http.patch(
        f"{BASE}/{record['id']}", json={"name": "N", "grade": "b"}, headers={"If-Match": "*"}
    )
    refused = await http.post(BASE, json={"name": "New", "grade": "b"})

    assert kept.status_code == 200
    assert codes(refused) == {"/grade": "inactive_choice"}


async def test_the_openapi_document_shows_what_the_caller_may_see(
    http: httpx.AsyncClient, admin: Actor, seller: Actor
) -> None:
    everything, some = record_part(admin), record_part(seller)
    nothing = record_part(Actor(user_id=identity.NOBODY_ID, name="X"))

    full = everything.schemas["account.record"]["properties"]
    seen = some.schemas["account.record"]["properties"]
    writable = some.schemas["account.new"]["properties"]
    assert "secret" in full  # type: ignore[operator]  # JSON
    assert "secret" not in seen  # type: ignore[operator]  # JSON
    assert "staff" in seen  # type: ignore[operator]  # JSON
    assert "staff" not in writable  # type: ignore[operator]  # JSON
    assert some.schemas["account.new"]["required"] == ["name"]
    assert "/api/v1/records/contact" in everything.paths
    assert "/api/v1/records/contact" not in some.paths
    assert "delete" not in some.paths["/api/v1/records/account/{id}"]
    assert nothing.paths == {}
