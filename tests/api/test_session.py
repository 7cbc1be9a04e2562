"""Signing in and out, by program and on screen."""

from __future__ import annotations

import pytest
from litestar.types import ASGIApp

from platform_core import definitions, identity
from platform_core.definitions import ChangeItem
from platform_core.identity import SYSTEM, User
from platform_core.web import DemoAccount, offer_demo_accounts, safe_next
from tests.api.conftest import HERE, PASSWORD, Browser
from tests.permissions.example_forms import role


async def test_signing_in_answers_who_one_is_and_the_token_for_changes(browser: Browser, lina: User) -> None:
    await definitions.publish(
        [ChangeItem(kind="role", name="seller", definition=role("seller", "import"))], actor=SYSTEM
    )
    answer = await browser.sign_in("lina@demo.example")
    assert answer.status_code == 200
    body = answer.json()
    assert body["user"] == {
        "id": lina.id,
        "email": "lina@demo.example",
        "name": "Lina",
        "language": "en",
        "zone": "UTC",
        "roles": ["seller"],
        "team": None,
        "teams": [],
        "territories": [],
        "actions": ["import"],
        "admin": False,
    }
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("tradewind_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie  # plain HTTP on loopback: the browser would not send it back
    assert answer.headers["cache-control"] == "no-store"
    assert (await browser.get("/api/v1/me")).json() == body["user"]
    assert (await browser.get("/api/v1/session")).json() == body


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"email": "lina@demo.example", "password": "wrong"}, 401, "sign_in_refused"),
        ({"email": "nobody@demo.example", "password": PASSWORD}, 401, "sign_in_refused"),
        ({"email": "lina@demo.example"}, 400, "malformed"),
        ({"email": "lina@demo.example", "password": PASSWORD, "extra": 1}, 400, "malformed"),
        ({"email": "lina@demo.example", "password": "x" * 2000}, 400, "malformed"),
        ({"email": "lina@demo.example", "password": PASSWORD, "totp": "123456"}, 422, "invalid"),
    ],
)
async def test_a_refused_sign_in_sets_no_cookie(
    browser: Browser, lina: User, body: dict[str, object], status: int, code: str
) -> None:
    answer = await browser.post("/api/v1/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "set-cookie" not in answer.headers


async def test_too_many_failures_are_told_to_wait(browser: Browser, lina: User) -> None:
    for _ in range(10):
        await browser.sign_in("lina@demo.example", "wrong password")
    answer = await browser.sign_in("lina@demo.example")
    assert (answer.status_code, answer.json()["code"]) == (429, "sign_in_throttled")
    assert int(answer.headers["retry-after"]) == 30
    page = await browser.post("/login", data={"email": "lina@demo.example", "password": PASSWORD})
    assert page.status_code == 429
    assert "Try again in" in page.text


async def test_signing_out_ends_the_session_and_takes_the_cookie(lina_here: Browser) -> None:
    token = lina_here.cookies["tradewind_session"]
    answer = await lina_here.change("DELETE", "/api/v1/session")
    assert answer.status_code == 204
    assert "tradewind_session" not in lina_here.cookies
    lina_here.cookies.set("tradewind_session", token)
    assert (await lina_here.get("/api/v1/me")).status_code == 401


async def test_signing_in_again_ends_the_session_before(lina_here: Browser) -> None:
    before = lina_here.cookies["tradewind_session"]
    await lina_here.sign_in("lina@demo.example")
    assert lina_here.cookies["tradewind_session"] != before
    lina_here.cookies.clear()
    lina_here.cookies.set("tradewind_session", before)
    assert (await lina_here.get("/api/v1/me")).status_code == 401


async def test_the_sign_in_page_opens_a_session_and_goes_on(browser: Browser, lina: User) -> None:
    page = await browser.get("/login?next=/r/account%3Fview%3Dmine")
    assert page.status_code == 200
    assert 'name="next" value="/r/account?view=mine"' in page.text
    answer = await browser.post(
        "/login",
        data={"email": "lina@demo.example", "password": PASSWORD, "next": "/r/account?view=mine"},
        headers={"Origin": HERE},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/r/account?view=mine")
    assert (await browser.get("/api/v1/me")).json()["name"] == "Lina"
    again = await browser.get("/login")
    assert (again.status_code, again.headers["location"]) == (303, "/")


async def test_a_refused_sign_in_shows_the_page_again_with_the_address_kept(
    browser: Browser, lina: User
) -> None:
    answer = await browser.post(
        "/login", data={"email": "<lina>", "password": "wrong password", "next": "/x"}
    )
    assert answer.status_code == 401
    assert "The e-mail address or the password is not right." in answer.text
    assert "&lt;lina&gt;" in answer.text
    assert "wrong password" not in answer.text
    assert 'value="/x"' in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "r/account",
        "/a\nb",
        "",
        "/login",
        "/logout",
        "/\t/evil.example",
    ],
)
async def test_nobody_is_sent_to_another_site_after_signing_in(
    browser: Browser, lina: User, url: str
) -> None:
    assert safe_next(url) == "/"
    answer = await browser.post(
        "/login", data={"email": "lina@demo.example", "password": PASSWORD, "next": url}
    )
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("url", ["/", "/r/account?view=mine&q=%2F%2F", "/r/account/01a2"])
def test_our_own_addresses_are_kept(url: str) -> None:
    assert safe_next(url) == url


async def test_the_sign_in_page_speaks_the_language_that_was_chosen(browser: Browser) -> None:
    chosen = await browser.get("/login?language=zh")
    assert 'lang="zh' in chosen.text
    assert 'lang="zh' in (await browser.get("/login")).text
    assert 'lang="en' in (await browser.get("/login?language=tlh", headers={"Cookie": ""})).text


async def test_a_demo_offers_its_accounts_and_others_do_not(browser: Browser) -> None:
    assert "lina@demo.example" not in (await browser.get("/login")).text
    offer_demo_accounts(lambda: [DemoAccount("lina@demo.example", "Lina, sales")])
    try:
        assert "Lina, sales" in (await browser.get("/login")).text
    finally:
        offer_demo_accounts(None)


async def test_signing_out_on_screen_leads_to_the_sign_in_page(lina_here: Browser) -> None:
    answer = await lina_here.post("/logout", data={"_csrf_token": lina_here.token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "storage" in answer.headers["clear-site-data"]
    assert (await lina_here.get("/api/v1/me")).status_code == 401


async def test_preferences_are_changed_and_count_at_once(lina_here: Browser, lina: User) -> None:
    answer = await lina_here.post(
        "/me/preferences",
        data={"_csrf_token": lina_here.token, "language": "ar", "theme": "dark", "density": "roomy"},
        headers={"Referer": f"{HERE}/r/account?view=mine"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/r/account?view=mine")
    page = (await lina_here.get("/welcome")).text
    assert 'dir="rtl"' in page
    found = await identity.user(lina.id)
    assert (found.language, found.theme, found.density) == ("ar", "dark", "roomy")


async def test_wrong_preferences_are_refused(lina_here: Browser, lina: User) -> None:
    answer = await lina_here.post("/me/preferences", data={"_csrf_token": lina_here.token, "theme": "neon"})
    assert answer.status_code == 422
    assert (await identity.user(lina.id)).theme == "auto"


async def test_two_browsers_of_one_person_are_two_sessions(lina_here: Browser, application: ASGIApp) -> None:
    async with Browser(application) as other:
        await other.sign_in("lina@demo.example")
        await other.change("DELETE", "/api/v1/session")
        assert (await lina_here.get("/api/v1/me")).status_code == 200


async def test_people_change_their_password_where_they_are_signed_in(
    lina_here: Browser, application: ASGIApp
) -> None:
    async with Browser(application) as other:
        await other.sign_in("lina@demo.example")
        wrong = await lina_here.change(
            "POST", "/api/v1/me/password", json={"current": "x", "new": "wind from the south"}
        )
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/current")
        right = {"current": PASSWORD, "new": "wind from the south"}
        assert (await lina_here.change("POST", "/api/v1/me/password", json=right)).status_code == 204
        assert (await lina_here.get("/api/v1/me")).status_code == 200
        assert (await other.get("/api/v1/me")).status_code == 401
