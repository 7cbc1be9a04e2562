"""People in a real browser: signing in with a code, opening an account on the phone, and nothing that axe finds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.web_admin.conftest import PASSWORD
from tests.web_admin.site import serving
from tests.web_admin.test_in_a_browser import signed_in
from tests.web_look.conftest import CHROMIUM
from tests.web_look.test_accessible import complaints

pytestmark = pytest.mark.browser

PAGES = (
    "/me", "/me/security", "/me/second-factor", "/me/keys", "/admin/people", "/admin/people/new", "/admin/teams",
    "/admin/territories", "/admin/territories/new", "/admin/roles", "/admin/keys", "/admin/sign-in",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path) as address:
        yield address


@pytest.fixture
def windows(browser: Browser, site: str) -> Iterator[Callable[[int], BrowserContext]]:
    """Opens windows of a width; they are closed before the site stops, which would wait for their streams."""
    opened: list[BrowserContext] = []

    def open_one(width: int) -> BrowserContext:
        opened.append(browser.new_context(viewport={"width": width, "height": 844}))
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


def test_a_person_sets_up_a_second_factor_and_signs_in_with_it(
    windows: Callable[[int], BrowserContext], site: str
) -> None:
    desk = signed_in(windows(1440), site)
    desk.page.goto(f"{site}/me/security")
    desk.page.get_by_role("link", name="Set up").click()
    secret = desk.page.locator("code.secret").inner_text().replace(" ", "")
    expect(desk.page.locator("svg.qr")).to_be_visible()
    totp = pyotp.TOTP(secret)
    desk.page.fill("input[name=code]", totp.at(int(time.time()) - 30))
    desk.page.get_by_role("button", name="Switch on").click()
    expect(desk.page.locator(".codes code")).to_have_count(10)
    recovery = desk.page.locator(".codes code").first.inner_text()
    desk.page.get_by_role("link", name="I have kept them").click()
    expect(desk.page.get_by_text("10 recovery codes left")).to_be_visible()

    page = windows(1440).new_page()
    for code in (totp.at(int(time.time())), recovery):
        page.goto(f"{site}/login?next=/me")
        page.fill("input[name=email]", "ada@demo.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        expect(page.locator("input[name=totp]")).to_be_focused()
        assert page.locator("input[name=password]").count() == 0
        page.fill("input[name=totp]", code)
        page.press("input[name=totp]", "Enter")
        page.wait_for_url(f"{site}/me")
        page.context.clear_cookies()
    assert desk.complaints == []


def test_an_admin_opens_an_account_on_the_phone(windows: Callable[[int], BrowserContext], site: str) -> None:
    phone = signed_in(windows(390), site)
    page = phone.page
    page.goto(f"{site}/admin/people")
    page.get_by_role("link", name="New person").click()
    page.fill("input[name=name]", "Wei Zhang")
    page.fill("input[name=email]", "not an address")
    page.get_by_role("button", name="Open account").first.click()
    expect(page.get_by_text("This is not an e-mail address.")).to_be_visible()
    assert page.input_value("input[name=name]") == "Wei Zhang"
    page.fill("input[name=email]", "wei@demo.example")
    page.get_by_role("button", name="Open account").first.click()
    link = page.input_value("input[name=link]")
    assert re.fullmatch(rf"{site}/password/new\?token=[\w-]{{43}}", link)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    other = windows(390).new_page()
    other.goto(link)
    other.fill("input[name=password]", "a lighthouse in the fog")
    other.fill("input[name=again]", "a lighthouse in the fog")
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_text("Your password is set.")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    windows: Callable[[int], BrowserContext], site: str, width: int
) -> None:
    tab = signed_in(windows(width), site)
    wrong = []
    for path in PAGES:
        tab.page.goto(f"{site}{path}")
        wrong += [f"{path}: {found}" for found in complaints(tab.page)]
        if not tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wrong.append(f"{path}: runs over the edge")
    tab.page.goto(f"{site}/admin/people")
    tab.page.locator("table a").first.click()
    wrong += [f"a person: {found}" for found in complaints(tab.page)]
    assert wrong == []
    assert tab.complaints == []
