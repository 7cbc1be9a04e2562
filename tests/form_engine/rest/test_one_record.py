"""`/api/v1/records/{form}/{id}`, as a program uses it: made, read, changed, deleted, and what is wrong said at its place."""

from __future__ import annotations

import httpx

from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import publish
from tests.form_engine.rest.shop import BASE, codes, made


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
