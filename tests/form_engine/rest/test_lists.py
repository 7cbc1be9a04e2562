"""`/api/v1/records/{form}`, as a program uses it: lists, groups, choices, related lists and batches."""

from __future__ import annotations

from typing import Any

import httpx

from tests.form_engine.rest.shop import BASE, codes, made


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
