"""What every request meets at the gate."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator

import msgspec
import pytest
from litestar.types import ASGIApp

from platform_core import api, audit, identity, settings
from platform_core.audit import AuditQuery
from platform_core.identity import SYSTEM, User
from tests.api.conftest import ERRORS, HERE, SECURE, Browser, counter, router


async def test_who_is_signed_in_acts_under_their_own_name(lina_here: Browser) -> None:
    answer = await lina_here.get("/api/v1/things", headers={"X-Request-Id": "from-the-proxy-1"})
    assert answer.json()["by"] == "Lina"
    assert answer.json()["via"] == "api"
    assert answer.json()["request"] == answer.headers["x-request-id"] == "from-the-proxy-1"
    assert answer.json()["pinned"] >= 0


async def test_a_request_id_that_makes_no_sense_is_replaced(lina_here: Browser) -> None:
    answer = await lina_here.get("/api/v1/things", headers={"X-Request-Id": 'x"><script>'})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


async def test_without_a_session_a_program_gets_401_and_a_person_the_sign_in(browser: Browser) -> None:
    for path in ("/api/v1/things", "/api/v1/me", "/api/v1/nothing/here", "/api/v1/openapi.json"):
        answer = await browser.get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthorized"
    screen = await browser.get("/r/account?view=mine&sort=-name")
    assert screen.status_code == 303
    assert screen.headers["location"] == "/login?next=/r/account%3Fview%3Dmine%26sort%3D-name"
    part = await browser.get(
        "/r/account/rows", headers={"HX-Request": "true", "HX-Current-URL": f"{HERE}/r/account?view=all"}
    )
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login?next=/r/account%3Fview%3Dall")
    posted = await browser.post("/screens/save", data={"name": "x"})
    assert (posted.status_code, posted.headers["location"]) == (303, "/login")


async def test_what_needs_no_session_is_open(browser: Browser) -> None:
    assert (await browser.get("/healthz")).json() == {"status": "ok"}
    page = await browser.get("/login")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (await browser.post("/hooks/erp/abc")).json() == {"token": "abc"}
    assert (await browser.get("/loginx")).status_code == 303


async def test_every_answer_carries_the_security_headers(lina_here: Browser, browser: Browser) -> None:
    for path in ("/login", "/api/v1/things", "/api/v1/fail/broken", "/nothing", "/healthz"):
        headers = (await lina_here.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers
    assert (await lina_here.get("/api/v1/things")).headers["cache-control"] == "no-store"


async def test_a_page_runs_our_scripts_only_each_with_a_fresh_nonce(browser: Browser) -> None:
    policies = [(await browser.get("/login")).headers["content-security-policy"] for _ in range(2)]
    nonces = [re.search(r"'nonce-([A-Za-z0-9_-]{20,})'", policy) for policy in policies]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0].group(1) != nonces[1].group(1)
    assert "unsafe" not in policies[0]
    assert "default-src 'self'" in policies[0]


@pytest.mark.parametrize("kind", ERRORS)
async def test_every_error_of_the_api_has_the_same_shape(lina_here: Browser, kind: str) -> None:
    answer = await lina_here.get(f"/api/v1/fail/{kind}")
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "errors", "request_id"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    expected = {
        "invalid": 422, "missing": 404, "forbidden": 403, "conflict": 409, "stale": 412, "unversioned": 428,
        "slow_down": 429, "broken": 500,
    }  # fmt: skip
    assert answer.status_code == expected[kind]


async def test_errors_tell_what_the_caller_needs_and_nothing_else(lina_here: Browser) -> None:
    invalid = (await lina_here.get("/api/v1/fail/invalid")).json()
    assert invalid["errors"] == [
        {"pointer": "/email", "code": "email", "message": "This is not an e-mail address."}
    ]
    stale = (await lina_here.get("/api/v1/fail/stale")).json()
    assert (stale["base"], stale["yours"], stale["theirs"]) == ({"a": 1}, {"a": 2}, {"a": 3})
    conflict = (await lina_here.get("/api/v1/fail/conflict")).json()
    assert conflict["details"] == {"items": ["field.fax.removed"]}
    slow = await lina_here.get("/api/v1/fail/slow_down")
    assert slow.headers["retry-after"] == "7"
    broken = await lina_here.get("/api/v1/fail/broken")
    assert "hunter2" not in broken.text
    assert "RuntimeError" not in broken.text


async def test_what_the_router_refuses_has_that_shape_too(lina_here: Browser) -> None:
    missing = await lina_here.get("/api/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    method = await lina_here.change("PUT", "/api/v1/me")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    malformed = await lina_here.change("POST", "/api/v1/things", json={"name": 5})
    assert (malformed.status_code, malformed.json()["code"]) == (400, "malformed")
    assert malformed.json()["errors"][0]["pointer"] == "/name"
    unreadable = await lina_here.change(
        "POST", "/api/v1/things", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (unreadable.status_code, unreadable.json()["code"]) == (400, "malformed")


async def test_on_screens_missing_and_forbidden_are_the_same_page(lina_here: Browser) -> None:
    pages = [
        await lina_here.get(path) for path in ("/screens/fail/forbidden", "/screens/fail/missing", "/nowhere")
    ]
    assert {page.status_code for page in pages} == {404}
    bodies = {
        re.sub(r"[0-9a-f-]{36}|/screens/fail/\w+|/nowhere|[A-Za-z0-9_-]{22}", "", page.text) for page in pages
    }
    assert len(bodies) == 1
    assert "text/html" in pages[0].headers["content-type"]


async def test_an_error_in_a_fragment_is_a_message_beside_the_page(lina_here: Browser) -> None:
    answer = await lina_here.get("/screens/fail/conflict", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#toasts"
    assert "<html" not in answer.text
    assert "Two at once." in answer.text


async def test_a_page_tells_nothing_of_an_error_that_nobody_foresaw(lina_here: Browser) -> None:
    answer = await lina_here.get("/screens/fail/broken")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.headers["x-request-id"] in answer.text


async def test_errors_and_pages_speak_the_readers_language(lina_here: Browser, lina: User) -> None:
    await identity.set_preferences(await identity.actor_of(lina.id), language="zh")
    assert (await lina_here.get("/api/v1/things")).json()["language"] == "zh"
    async with Browser(api.frame(router()), **{"Accept-Language": "xx, ar;q=0.8, en;q=0.5"}) as stranger:
        assert 'lang="ar"' in (await stranger.get("/login")).text


async def test_plain_http_is_for_this_machine_only(application: ASGIApp) -> None:
    for at, ip in (
        ("http://crm.example", "198.51.100.7"),
        ("http://crm.example", "127.0.0.1"),
        (HERE, "198.51.100.7"),
    ):
        async with Browser(application, at, ip) as stranger:
            answer = await stranger.post("/api/v1/session", json={"email": "a", "password": "b"})
            assert (answer.status_code, answer.json()["code"]) == (403, "plain_http")
            assert "allow_plain_http" in answer.json()["remedy"]
            assert (await stranger.get("/healthz")).status_code == 200


async def test_the_settings_may_allow_plain_http(
    application: ASGIApp, lina: User, installation: settings.Settings
) -> None:
    settings.use(msgspec.structs.replace(installation, allow_plain_http=True))
    async with Browser(application, "http://crm.example", "198.51.100.7") as stranger:
        assert (await stranger.sign_in("lina@demo.example")).status_code == 200
        assert "tradewind_session" in stranger.cookies


async def test_over_https_only_the_host_cookie_counts(application: ASGIApp, lina: User) -> None:
    async with Browser(application, SECURE, "198.51.100.7") as secure:
        answer = await secure.sign_in("lina@demo.example")
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("__host-tradewind=")
        for part in ("secure", "httponly", "samesite=lax", "path=/"):
            assert part in cookie
        assert "domain" not in cookie
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        token = secure.cookies["__Host-tradewind"]
        assert (await secure.get("/api/v1/me")).status_code == 200
    async with Browser(application, SECURE, "198.51.100.7") as planted:
        planted.cookies.set("tradewind_session", token)
        assert (await planted.get("/api/v1/me")).status_code == 401


async def test_a_body_over_the_limit_is_refused_before_it_is_read(lina_here: Browser) -> None:
    big = b"x" * (2 * 1024 * 1024)
    told = await lina_here.change("POST", "/api/v1/things", content=big)
    assert (told.status_code, told.json()["code"]) == (413, "payload_too_large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield b"x" * 65536

    untold = await lina_here.change(
        "POST", "/api/v1/things", content=pieces(), headers={"Content-Type": "application/json"}
    )
    assert (untold.status_code, untold.json()["code"]) == (413, "payload_too_large")
    assert counter.made == 0


async def test_a_caller_that_runs_wild_is_told_to_wait(lina: User, db: str) -> None:
    limiter = api.RateLimiter(signed_in=api.Rate(5, seconds=60), anonymous=api.Rate(3, seconds=60))
    async with Browser(api.frame(router(), limiter=limiter)) as wild:
        await wild.sign_in("lina@demo.example")
        answers = [await wild.get("/api/v1/me") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[0].headers["ratelimit-limit"] == "5"
        assert [answer.headers["ratelimit-remaining"] for answer in answers[:5]] == ["4", "3", "2", "1", "0"]
        assert int(answers[5].headers["retry-after"]) in range(1, 13)
        assert (await wild.get("/healthz")).status_code == 200
        wild.cookies.clear()
        assert [(await wild.get("/login")).status_code for _ in range(4)] == [200, 200, 429, 429]


async def test_a_key_is_refused_as_long_as_nobody_reads_keys(browser: Browser) -> None:
    answer = await browser.get("/api/v1/things", headers={"Authorization": "Bearer tw_abc"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_refused")


async def test_whoever_reads_keys_lets_programs_in_without_a_csrf_token(lina: User, db: str) -> None:
    async def read_key(key: str, _visit: object) -> identity.Actor | None:
        return await identity.actor_of(lina.id, "api") if key == "tw_right" else None

    async with Browser(api.frame(router(), read_key=read_key)) as program:
        right = {"Authorization": "Bearer tw_right"}
        made = await program.post("/api/v1/things", json={"name": "a"}, headers=right)
        assert made.json()["by"] == "Lina"
        wrong = await program.post(
            "/api/v1/things", json={"name": "a"}, headers={"Authorization": "Bearer tw_no"}
        )
        assert wrong.status_code == 401


async def test_refused_changes_are_noted_and_mere_looking_is_not(lina_here: Browser, lina: User) -> None:
    await lina_here.get("/api/v1/nothing")
    await lina_here.get("/api/v1/fail/missing")
    await lina_here.post("/api/v1/things", json={"name": "a"})
    await lina_here.get("/api/v1/fail/forbidden")
    await lina_here.change("DELETE", "/api/v1/nothing")
    lines = await audit.read(AuditQuery(action="request.refused"))
    assert [(line.subject, line.detail["status"], line.detail["code"]) for line in lines] == [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/fail/forbidden", 403, "forbidden"),
        ("/api/v1/things", 403, "csrf"),
    ]
    assert {line.user_id for line in lines} == {lina.id}


async def test_a_change_without_a_session_is_noted_with_its_address(browser: Browser) -> None:
    await browser.post("/api/v1/things", json={"name": "a"})
    await browser.post("/screens/save", data={"name": "a"})
    lines = await audit.read(AuditQuery(action="request.refused"))
    assert [(line.user_id, line.ip) for line in lines] == [(identity.NOBODY_ID, "127.0.0.1")] * 2


async def test_each_request_leaves_one_line_in_the_log(
    lina_here: Browser, lina: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "tradewind.access"):
        await lina_here.get("/api/v1/things?secret=1")
    (line,) = [record for record in caplog.records if record.name == "tradewind.access"]
    facts = line.__dict__
    assert (facts["method"], facts["path"], facts["status"], facts["user"]) == (
        "GET",
        "/api/v1/things",
        200,
        lina.id,
    )
    assert "secret" not in line.getMessage()
    assert facts["ms"] >= 0


async def test_a_closed_account_is_out_at_once(lina_here: Browser, lina: User) -> None:
    assert (await lina_here.get("/api/v1/me")).status_code == 200
    await identity.deactivate(lina.id, actor=SYSTEM)
    assert (await lina_here.get("/api/v1/me")).status_code == 401
