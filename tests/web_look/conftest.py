"""A site with the look alone, and a browser to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.web_look.site import Handler, serving

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the running site."""
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are left out, and the test command says so."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Tab:
    """A page that must stay free of script errors and of breaches of the content security policy."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        # a failed request is the matter of the test that provokes it
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str = "/", **asked: str) -> Page:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        self.page.goto(f"{self.site}{path}{'?' + query if query else ''}")
        self.page.locator("html[data-ready]").wait_for(state="attached")
        # the larger elements are fetched when they are first seen
        expect(self.page.locator(":not(:defined)")).to_have_count(0)
        return self.page


@pytest.fixture
def tab(browser: Browser, site: str) -> Iterator[Tab]:
    """A desk of 1440 by 900 pixels."""
    Handler.posts.clear()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    made = Tab(context, site)
    yield made
    context.close()
    assert made.complaints == []


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Tab]:
    """A phone of 390 by 844 pixels with touch."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    made = Tab(context, site)
    yield made
    context.close()
    assert made.complaints == []
