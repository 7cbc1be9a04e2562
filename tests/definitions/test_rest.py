"""The REST door of definitions, as a program knocks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from platform_core import api, definitions, settings, web
from platform_core.api.definitions import definition_routes
from platform_core.api.schemas import schema_routes
from platform_core.identity import Actor
from tests.definitions.example_kinds import chart, item, sheet

BASE = "/api/v1/definitions"
CUSTOMER = f"{BASE}/sheet/customer"


@pytest.fixture
async def http(db: str, admin: Actor, seller: Actor, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client with an admin's key; `seller` is another key."""
    settings.use(settings.load(environ={"TRADEWIND_DATA": str(tmp_path)}))
    keys = {"admin": admin, "seller": seller}

    async def read_key(key: str, visit: web.Visit) -> Actor | None:
        return keys.get(key)

    router = Litestar(
        [*definition_routes(), *schema_routes()],
        openapi_config=None,
        logging_config=None,
        exception_handlers=web.exception_handlers(),
    )
    transport = httpx.ASGITransport(api.frame(router, read_key=read_key))  # type: ignore[arg-type]  # httpx's own types
    headers = {"Authorization": "Bearer admin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client
    settings.use(None)


async def published(admin: Actor, *raws: definitions.Raw) -> None:
    await definitions.publish([item(raw) for raw in raws], actor=admin)


async def test_the_way_of_a_definition_from_draft_to_published(http: httpx.AsyncClient) -> None:
    empty = await http.get(f"{CUSTOMER}/draft")
    assert (empty.status_code, empty.json()["rev"], empty.json()["definition"]) == (200, 0, {})
    saved = await http.put(f"{CUSTOMER}/draft", json=sheet("customer", "city"), headers={"If-Match": '"0"'})
    assert (saved.status_code, saved.json()["rev"], saved.headers["etag"]) == (200, 1, '"1"')
    patch = {"rev": 1, "patches": [{"op": "replace", "path": "/fields/0/required", "value": True}]}
    assert (await http.patch(f"{CUSTOMER}/draft", json=patch)).status_code == 422
    patch["patches"][0]["op"] = "add"  # type: ignore[index]  # JSON
    patched = await http.patch(f"{CUSTOMER}/draft", json=patch)
    assert patched.json()["definition"]["fields"][0]["required"] is True
    checked = (await http.post(f"{CUSTOMER}/check")).json()
    assert (checked["problems"], [found["id"] for found in checked["plan"]]) == ([], ["sheet"])
    answer = await http.post(f"{CUSTOMER}/publish", json={"note": "first", "accept": []})
    assert (answer.status_code, answer.json()["revision"], answer.json()["unchanged"]) == (200, 1, False)
    standing = (await http.get(CUSTOMER)).json()
    assert (standing["revision"], standing["app"], standing["note"]) == (1, "local", "first")
    assert standing["definition"]["fields"][0]["name"] == "city"


async def test_problems_come_with_pointer_sentence_and_remedy(http: httpx.AsyncClient) -> None:
    wrong = sheet("customer", "city", titel="x")
    await http.put(f"{CUSTOMER}/draft", json=wrong)
    expected = {
        "pointer": "/titel",
        "code": "unknown_member",
        "message": "'titel' is not known here.",
        "remedy": "Did you mean 'title'?",
    }
    assert (await http.post(f"{CUSTOMER}/check")).json()["problems"] == [expected]
    refused = await http.post(f"{CUSTOMER}/publish", json={"note": "", "accept": []})
    assert (refused.status_code, refused.json()["errors"]) == (422, [expected])
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await http.get(CUSTOMER)).status_code == 404


async def test_a_definition_that_is_not_saved_can_be_checked(http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{CUSTOMER}/check", json={"definition": sheet("customer", titel="x")})
    assert [found["pointer"] for found in answer.json()["problems"]] == ["/titel"]


async def test_stale_drafts_are_refused_with_all_three_versions(http: httpx.AsyncClient) -> None:
    await http.put(f"{CUSTOMER}/draft", json=sheet("customer", "city"))
    await http.put(f"{CUSTOMER}/draft", json=sheet("customer", "city", "fax"))
    stale = await http.put(f"{CUSTOMER}/draft", json=sheet("customer"), headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_draft")
    assert stale.json()["base"]["definition"] == sheet("customer", "city")
    assert stale.json()["yours"]["definition"] == sheet("customer")
    assert stale.json()["theirs"]["rev"] == 2
    assert [change["sentence"] for change in stale.json()["theirs"]["changes"]] == ["Field “Fax” added"]
    patch: dict[str, Any] = {"rev": 1, "patches": []}
    assert (await http.patch(f"{CUSTOMER}/draft", json=patch)).status_code == 409
    publish = await http.post(f"{CUSTOMER}/publish", json={"note": "", "accept": [], "rev": 1})
    assert publish.status_code == 409
    assert (await http.put(f"{CUSTOMER}/draft", json=sheet("customer"))).json()["rev"] == 3


async def test_what_breaks_needs_its_id_in_accept(http: httpx.AsyncClient, admin: Actor) -> None:
    await published(admin, sheet("customer", "city"), chart("map", "customer", "city"))
    await http.put(f"{CUSTOMER}/draft", json=sheet("customer"))
    plan = {found["id"]: found for found in (await http.post(f"{CUSTOMER}/check")).json()["plan"]}
    assert plan["uses.city"]["destructive"] is True
    assert plan["uses.city"]["message"] == "Without 'city' this breaks: 1 chart (local.map)."
    refused = await http.post(f"{CUSTOMER}/publish", json={"note": "", "accept": []})
    assert (refused.status_code, refused.json()["details"]["missing"]) == (409, ["uses.city"])
    assert refused.json()["errors"][0]["pointer"] == "/accept"
    assert (await http.post(f"{CUSTOMER}/publish", json={"accept": ["uses.city"]})).json()["revision"] == 2


async def test_revisions_differences_rollback_and_retiring(http: httpx.AsyncClient, admin: Actor) -> None:
    await published(admin, sheet("customer", "city"))
    await published(admin, sheet("customer", "city", "fax"))
    listed = (await http.get(f"{CUSTOMER}/revisions")).json()["items"]
    assert [(line["revision"], line["current"]) for line in listed] == [(2, True), (1, False)]
    assert (await http.get(f"{CUSTOMER}/revisions/1")).json()["definition"] == sheet("customer", "city")
    assert (await http.get(f"{CUSTOMER}/revisions/9")).status_code == 404
    diff = (await http.get(f"{CUSTOMER}/diff", params={"from": 1, "to": 2})).json()
    assert diff["changes"][0]["sentence"] == "Field “Fax” added"
    await http.put(f"{CUSTOMER}/draft", json=sheet("customer"))
    to_draft = (await http.get(f"{CUSTOMER}/diff", params={"from": 2, "to": "draft"})).json()
    assert len(to_draft["changes"]) == 2
    back = await http.post(f"{CUSTOMER}/rollback", json={"revision": 1})
    assert back.json()["revision"] == 3


async def test_retiring_what_is_used_needs_consent(http: httpx.AsyncClient, admin: Actor) -> None:
    await published(admin, sheet("customer", "city"), chart("map", "customer", "city"))
    refused = await http.post(f"{CUSTOMER}/retire")
    assert (refused.status_code, refused.json()["details"]["missing"]) == (409, ["uses"])
    assert (await http.post(f"{CUSTOMER}/retire", json={"accept": ["uses"]})).json()["retired"] is True
    assert (await http.get(CUSTOMER)).status_code == 404
    assert (await http.get(f"{CUSTOMER}/revisions")).status_code == 200


async def test_change_sets_are_checked_and_published_together(http: httpx.AsyncClient) -> None:
    items = [{"kind": str(raw["kind"]), "name": str(raw["name"]), "definition": raw}
             for raw in (sheet("customer", "city"), chart("map", "customer", "town"))]  # fmt: skip
    checked = (await http.post("/api/v1/changesets/check", json={"items": items})).json()
    assert [found["pointer"] for found in checked["problems"]] == ["/items/1/definition/fields/0"]
    refused = await http.post(
        "/api/v1/changesets/publish", json={"items": items[1:], "note": "", "accept": []}
    )
    assert refused.status_code == 422
    assert {error["pointer"].split("/definition")[0] for error in refused.json()["errors"]} == {"/items/0"}
    items[1]["definition"] = chart("map", "customer", "city")
    items[0]["app"] = items[1]["app"] = "crm"
    done = (
        await http.post("/api/v1/changesets/publish", json={"items": items, "note": "both", "accept": []})
    ).json()
    assert [(made["app"], made["kind"], made["name"], made["revision"]) for made in done["revisions"]] == [
        ("crm", "sheet", "customer", 1),
        ("crm", "chart", "map", 1),
    ]
    again = (
        await http.post("/api/v1/changesets/publish", json={"items": items, "note": "", "accept": []})
    ).json()
    assert (again["revisions"], again["unchanged"]) == ([], ["crm/sheet/customer", "crm/chart/map"])


async def test_the_list_tells_where_each_definition_stands(http: httpx.AsyncClient, admin: Actor) -> None:
    await published(admin, sheet("customer", "city"), sheet("deal", "city"), chart("map", "deal"))
    await http.put(f"{CUSTOMER}/draft", json=sheet("customer"))
    await http.put(f"{BASE}/sheet/new/draft", json=sheet("new"))
    listed = (await http.get(BASE, params={"kind": "sheet"})).json()["items"]
    assert [(line["name"], line["state"], line["revision"]) for line in listed] == [
        ("customer", "changed", 1),
        ("deal", "published", 1),
        ("new", "draft", None),
    ]
    assert (await http.get(BASE, params={"kind": "shoe"})).status_code == 404


async def test_a_name_in_two_apps_is_called_by_its_app(http: httpx.AsyncClient, admin: Actor) -> None:
    both = [item(sheet("customer", "a"), "one"), item(sheet("customer", "b"), "two")]
    await definitions.publish(both, actor=admin)
    assert (await http.get(CUSTOMER)).status_code == 409
    assert (await http.get(f"{BASE}/sheet/two.customer")).json()["app"] == "two"
    assert (await http.get(CUSTOMER, params={"app": "one"})).json()["app"] == "one"


async def test_schemas_are_served_for_editors(http: httpx.AsyncClient) -> None:
    schema = await http.get("/api/v1/schemas/sheet.json")
    assert schema.headers["content-type"].startswith("application/schema+json")
    assert schema.json()["$schema"].startswith("https://json-schema.org/")
    assert (await http.get("/api/v1/schemas/shoe.json")).status_code == 404
    assert {"sheet", "chart"} <= {
        line["kind"] for line in (await http.get("/api/v1/schemas")).json()["items"]
    }


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("PUT", f"{CUSTOMER}/draft", b"{oops"),
        ("PUT", f"{CUSTOMER}/draft", b"[1]"),
        ("PATCH", f"{CUSTOMER}/draft", b'{"rev": "1", "patches": []}'),
        ("POST", f"{CUSTOMER}/publish", b'{"accept": "all"}'),
        ("POST", f"{CUSTOMER}/rollback", b"{}"),
        ("POST", "/api/v1/changesets/publish", b'{"items": []}'),
        ("POST", "/api/v1/changesets/check", b'{"items": [{"kind": 1}]}'),
    ],
)
async def test_a_malformed_body_is_answered_as_a_problem(
    http: httpx.AsyncClient, method: str, address: str, body: bytes
) -> None:
    answer = await http.request(method, address, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", BASE),
        ("GET", CUSTOMER),
        ("GET", f"{CUSTOMER}/draft"),
        ("PUT", f"{CUSTOMER}/draft"),
        ("DELETE", f"{CUSTOMER}/draft"),
        ("POST", f"{CUSTOMER}/check"),
        ("POST", f"{CUSTOMER}/publish"),
        ("POST", f"{CUSTOMER}/retire"),
        ("GET", f"{CUSTOMER}/revisions"),
        ("GET", f"{CUSTOMER}/revisions/1"),
        ("GET", f"{CUSTOMER}/diff?from=0&to=1"),
        ("POST", "/api/v1/changesets/check"),
        ("POST", "/api/v1/changesets/publish"),
    ],
)
async def test_every_address_refuses_who_may_not_define(
    http: httpx.AsyncClient, admin: Actor, method: str, address: str
) -> None:
    await published(admin, sheet("customer", "city"))
    body: dict[str, Any] = (
        {"items": [{"kind": "sheet", "name": "x", "definition": {}}]} if "changesets" in address else {}
    )
    content = None if method in ("GET", "DELETE") else body
    answer = await http.request(method, address, json=content, headers={"Authorization": "Bearer seller"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = await http.request(method, address, json=content, headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
