"""OpenAPI, jobs, health, versions and pages."""

from __future__ import annotations

import pytest
from litestar.types import ASGIApp

from platform_core import api, database, definitions, jobs
from platform_core.api import OpenApiPart, add_openapi, forget_openapi, page
from platform_core.definitions import ChangeItem
from platform_core.errors import Invalid, NotFound
from platform_core.identity import SYSTEM, Actor, User
from tests.api.conftest import Browser
from tests.permissions.example_forms import role


async def test_the_document_describes_the_cores_own_routes(lina_here: Browser) -> None:
    answer = await lina_here.get("/api/v1/openapi.json")
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert {"/api/v1/session", "/api/v1/me", "/api/v1/jobs/{id}"} <= document["paths"].keys()
    assert "Problem" in document["components"]["schemas"]
    again = await lina_here.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_each_room_adds_what_this_caller_may_see(lina_here: Browser, ada_here: Browser) -> None:
    def part(actor: Actor) -> OpenApiPart:
        return OpenApiPart(paths={"/api/v1/vault": {}} if actor.is_admin else {})

    add_openapi(part)
    try:
        assert "/api/v1/vault" in (await ada_here.get("/api/v1/openapi.json")).json()["paths"]
        assert "/api/v1/vault" not in (await lina_here.get("/api/v1/openapi.json")).json()["paths"]
    finally:
        forget_openapi(part)


async def test_a_publish_makes_a_new_document(lina_here: Browser) -> None:
    calls = []

    def part(actor: Actor) -> OpenApiPart:
        calls.append(actor)
        return OpenApiPart(schemas={"Version": {"const": definitions.catalog().version}})

    add_openapi(part)
    try:
        first = await lina_here.get("/api/v1/openapi.json")
        await lina_here.get("/api/v1/openapi.json")
        assert len(calls) == 1
        await definitions.publish([ChangeItem(kind="role", name="a", definition=role("a"))], actor=SYSTEM)
        second = await lina_here.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["etag"]})
        assert second.status_code == 200
        assert second.headers["etag"] != first.headers["etag"]
    finally:
        forget_openapi(part)


async def test_one_sees_ones_own_jobs_and_an_admin_all(
    lina_here: Browser, ada_here: Browser, lina: User
) -> None:
    own = await jobs.add("export", {"secret": "payload"}, created_by=lina.id)
    foreign = await jobs.add("export", {}, created_by=SYSTEM.user_id)
    answer = await lina_here.get(f"/api/v1/jobs/{own}")
    assert answer.json()["state"] == "ready"
    assert answer.json()["progress"] == {"done": 0, "total": None, "note": ""}
    assert "payload" not in answer.text
    assert (await lina_here.get(f"/api/v1/jobs/{foreign}")).status_code == 404
    assert (await lina_here.get("/api/v1/jobs/nonsense")).status_code == 404
    assert (await ada_here.get(f"/api/v1/jobs/{foreign}")).status_code == 200


async def test_ready_means_that_the_database_answers(application: ASGIApp) -> None:
    await definitions.refresh()
    async with Browser(application) as monitor:
        assert (await monitor.get("/readyz")).json() == {"status": "ok"}
        await database.close()
        answer = await monitor.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
        assert (await monitor.get("/healthz")).status_code == 200


@pytest.mark.parametrize(("given", "version"), [('"7"', 7), ('W/"7"', 7), ("7", 7), ("*", None)])
async def test_a_change_says_which_version_it_means(
    lina_here: Browser, given: str, version: int | None
) -> None:
    answer = await lina_here.change("PATCH", "/api/v1/things", headers={"If-Match": given})
    assert answer.json() == {"version": version}


@pytest.mark.parametrize("given", ['"x"', '"7", "8"', "-1", '"7'])
async def test_a_version_that_is_none_is_refused(lina_here: Browser, given: str) -> None:
    answer = await lina_here.change("PATCH", "/api/v1/things", headers={"If-Match": given})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "if_match")


async def test_a_change_without_a_version_is_told_to_say_it(lina_here: Browser) -> None:
    answer = await lina_here.change("PATCH", "/api/v1/things")
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
    assert "If-Match" in answer.json()["remedy"]


def test_a_page_has_a_total_only_where_it_was_asked_for() -> None:
    assert page([1, 2], "next") == {"items": [1, 2], "next_cursor": "next"}
    assert page([], None, 0) == {"items": [], "next_cursor": None, "total": 0}


def test_a_limit_is_a_number_up_to_two_hundred() -> None:
    assert [api.limit(raw) for raw in (None, "", "1", "200")] == [50, 50, 1, 200]
    for raw in ("0", "201", "-1", "many", "1.5"):
        with pytest.raises(Invalid):
            api.limit(raw)


def test_a_problem_is_written_in_the_language_of_its_reader() -> None:
    assert api.problem(NotFound(), "en")["detail"] == "There is nothing here, or you may not see it."
    assert api.problem(NotFound(), "qps")["detail"] != api.problem(NotFound(), "en")["detail"]
    invalid = Invalid.one("/qty", "low", "At least {min}.", min=5, remedy="Take {min}.")
    assert api.problem(invalid)["errors"] == [
        {"pointer": "/qty", "code": "low", "message": "At least 5.", "remedy": "Take 5."}
    ]
