"""Changes need the session's own token and begin on our own pages: every unsafe route is asked."""

from __future__ import annotations

import httpx
import pytest
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from platform_core.identity import User
from tests.api.conftest import HERE, Browser, counter, router

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
SIGNING_IN = {("POST", "/login"), ("POST", "/api/v1/session")}
FORGOTTEN = {("POST", "/password/forgot"): 200, ("POST", "/password/new"): 404}
"""For who cannot sign in: the first tells nothing, the second wants a one-time link."""
HOOKS = ("/hooks/", "/public/")


def unsafe_routes() -> list[tuple[str, str]]:
    """Every change that the application offers, with sample values in the address."""
    found = []
    for route in router().routes:
        if isinstance(route, HTTPRoute):
            path = "/".join("x" if part.startswith("{") else part for part in route.path_format.split("/"))
            found += [(method, path) for method in sorted(UNSAFE & set(route.methods))]
    return sorted(found)


GUARDED = [route for route in unsafe_routes() if route not in SIGNING_IN and not route[1].startswith(HOOKS)]


def test_the_router_has_changes_to_ask_about() -> None:
    assert ("DELETE", "/api/v1/session") in GUARDED
    assert ("POST", "/logout") in GUARDED
    assert ("POST", "/me/preferences") in GUARDED
    assert len(GUARDED) >= 8


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": ""}], ids=str)
async def test_no_change_is_taken_without_the_token(lina_here: Browser, headers: dict[str, str]) -> None:
    for method, path in GUARDED:
        answer = await lina_here.request(method, path, headers=headers)
        assert answer.status_code in (403, 404), (method, path)
        assert "csrf" in answer.text or "page of your session" in answer.text
    assert (await lina_here.get("/api/v1/me")).status_code == 200


async def test_no_change_is_taken_without_a_session(browser: Browser) -> None:
    for method, path in GUARDED:
        answer = await browser.request(method, path)
        if (method, path) == ("DELETE", "/api/v1/session"):
            assert answer.status_code == 204  # signing out twice is no error
        elif (method, path) in FORGOTTEN:
            assert answer.status_code == FORGOTTEN[method, path]
        elif path.startswith("/api/"):
            assert answer.status_code == 401, (method, path)
        else:
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_no_change_is_taken_from_another_site(lina_here: Browser, headers: dict[str, str]) -> None:
    for method, path in [*GUARDED, *sorted(SIGNING_IN)]:
        answer = await lina_here.change(method, path, headers=headers)
        assert answer.status_code in (403, 404), (method, path)
        assert "foreign_origin" in answer.text or "another site" in answer.text


async def test_the_token_opens_the_door_from_our_own_pages(lina_here: Browser) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": HERE}, {"Origin": HERE}, {}):
        made = await lina_here.change("POST", "/api/v1/things", json={"name": "a"}, headers=headers)
        assert made.status_code == 201
    assert counter.made == 3


async def test_a_form_carries_the_token_as_a_field_and_keeps_all_the_others(lina_here: Browser) -> None:
    fields = {"_csrf_token": lina_here.token, "name": "Nordic Tools", "note": "x" * 200_000}
    plain = await lina_here.post("/screens/save", data=fields)
    assert plain.json() == {"name": "Nordic Tools", "fields": ["_csrf_token", "name", "note"]}
    parts = await lina_here.post("/screens/save", data=fields, files={"file": ("a.csv", b"a;b")})
    assert parts.json() == {"name": "Nordic Tools", "fields": ["_csrf_token", "file", "name", "note"]}


async def test_a_large_file_passes_through_whole(lina_here: Browser) -> None:
    body = bytes(range(256)) * 3000
    answer = await lina_here.post(
        "/screens/upload", data={"_csrf_token": lina_here.token}, files={"data": ("big.bin", body)}
    )
    assert answer.json() == {"name": "big.bin", "size": len(body)}


async def test_a_form_with_a_wrong_token_or_none_is_refused(lina_here: Browser) -> None:
    for data in ({"name": "x"}, {"_csrf_token": "wrong", "name": "x"}, {"_csrf_token": "", "name": "x"}):
        assert (await lina_here.post("/screens/save", data=data)).status_code == 403
        assert (await lina_here.post("/screens/save", data=data, files={"f": ("a", b"b")})).status_code == 403


async def test_another_sessions_token_does_not_fit(
    lina_here: Browser, application: ASGIApp, admin: User
) -> None:
    async with Browser(application) as other:
        await other.sign_in("ada@demo.example")
        answer = await lina_here.post(
            "/api/v1/things", json={"name": "a"}, headers={"X-CSRF-Token": other.token}
        )
        assert answer.json()["code"] == "csrf"


async def test_looking_needs_no_token(lina_here: Browser) -> None:
    answers: list[httpx.Response] = [await lina_here.get("/api/v1/me"), await lina_here.head("/healthz")]
    assert answers[0].status_code == 200
