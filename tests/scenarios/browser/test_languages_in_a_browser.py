"""The main screens in the languages that stretch them: Arabic from right to left, Spanish and French with long words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.fixtures_crm import PASSWORD, copy_installation
from tests.scenarios.browser.serving import serving
from tests.scenarios.browser.test_first_day_in_a_browser import Person
from tests.scenarios.browser.test_first_day_in_a_browser import browser as _browser

browser = _browser
pytestmark = pytest.mark.browser

SCREENS = (
    "/r/account",
    "{record}",
    "{record}/edit",
    "/r/account/new",
    "/r/account/import",
    "/r/deal",
    "/admin/definitions",
)

KEPT = {"Tradewind 信风", "Tradewind", "Nordic Tools AB", "WhatsApp", "https://"}
"""Names, and how an address begins, stay as they are."""

_TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const one of document.querySelectorAll("button, .btn, h1, h2, h3, label, .tabs a, .tag")) {
    const style = getComputedStyle(one);
    if (one.closest(".sr") || !one.getClientRects().length || style.overflow === "visible") continue;
    if (style.textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 1) found.push(`cut: ${one.textContent.trim()}`);
  }
  return found;
}"""
_WORDS = """() => [...document.querySelectorAll("h1, h2, h3, button, label, th, .btn, nav a, [placeholder], [aria-label]")]
  .filter((one) => one.getClientRects().length && !one.closest("[lang]:not(html), bdi, code, kbd, tw-json, .me"))
  .flatMap((one) => [one.textContent, one.placeholder ?? "", one.getAttribute("aria-label") ?? ""])
  .map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("languages")
    with serving(copy_installation("sqlite", folder), folder) as address:
        yield address


@pytest.fixture(scope="module")
def record(site: str) -> str:
    """The address of a customer of the admin's."""
    with httpx.Client(base_url=site, headers={"Origin": site}) as client:
        session = client.post(
            "/api/v1/session", json={"email": "admin@demo.example", "password": PASSWORD}
        ).json()
        company = {
            "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "USD",
            "main_categories": ["controllers"], "email_general": "info@nordic.example",
        }  # fmt: skip
        headers = {"X-CSRF-Token": session["csrf_token"]}
        made = client.post("/api/v1/records/account", json=company, headers=headers)
        assert made.status_code == 201, made.text
        return f"/r/account/{made.json()['id']}"


def _speak(page: Page, language: str) -> None:
    """As the menu of one's own account does it."""
    with page.expect_navigation():
        page.evaluate(
            "(code) => { const wish = document.querySelector(`button[name=language][value=${code}]`);"
            " wish.form.requestSubmit(wish); }",
            language,
        )


@pytest.mark.parametrize("language", ["ar", "es", "fr"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_no_screen_is_wider_than_the_window_and_nothing_is_cut(
    browser: Browser, site: str, record: str, language: str, phone: bool
) -> None:
    admin = Person(browser, site, "admin", phone=phone)
    _speak(admin.page, language)
    for screen in SCREENS:
        page = admin.go(screen.format(record=record))
        page.locator("html[data-ready]").wait_for(state="attached")
        assert page.evaluate(_TOO_WIDE) == [], screen
    _speak(admin.page, "en")
    admin.leave()


def test_arabic_runs_from_right_to_left_and_leaves_no_english(
    browser: Browser, site: str, record: str
) -> None:
    admin = Person(browser, site, "admin")
    _speak(admin.page, "ar")
    for screen in SCREENS:
        page = admin.go(screen.format(record=record))
        page.locator("html[data-ready]").wait_for(state="attached")
        assert page.evaluate("() => [document.documentElement.lang, document.dir]") == ["ar", "rtl"]
        side, main = page.locator(".side").bounding_box(), page.locator("main").bounding_box()
        assert side and main and side["x"] > main["x"], screen
        english = {text for text in page.evaluate(_WORDS) if not re.search(r"[\u0600-\u06ff]", text)}
        words = {text for text in english if re.search(r"[a-z]{4}", text)}
        assert words - KEPT == set(), screen
    _speak(admin.page, "en")
    admin.leave()
