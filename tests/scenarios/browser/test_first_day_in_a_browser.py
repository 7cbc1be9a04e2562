"""The first day in a real browser, against the real program: on SQLite and PostgreSQL, on a desk and on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.fixtures_crm import PASSWORD, copy_installation
from tests.scenarios.browser.serving import serving
from tests.web_look.conftest import CHROMIUM

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(engine: str, tmp_path: Path) -> Iterator[str]:
    with serving(copy_installation(engine, tmp_path), tmp_path) as address:
        yield address


class Person:
    """Somebody with a browser of their own; every complaint of the browser fails the test at the end."""

    def __init__(self, browser: Browser, site: str, name: str, *, phone: bool = False) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            viewport=PHONE if phone else DESK, has_touch=phone, locale="en-GB"
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", lambda answer: self._note(answer.status, answer.url))
        self.go("/login")
        self.page.fill("input[name=email]", f"{name}@demo.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(re.compile(r"/r/|/admin|/welcome"))

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def leave(self) -> None:
        self.context.close()
        assert self.complaints == []

    def _note(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"{status} {url}")


def choose(page: Page, label: str, text: str) -> None:
    """Pick a value in a searchable select, by keyboard."""
    box = page.get_by_role("combobox", name=re.compile(f"^{label}"))
    box.first.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_an_admin_adds_a_field_and_the_salesperson_uses_it(browser: Browser, site: str) -> None:
    admin = Person(browser, site, "admin")
    page = admin.go("/admin/definitions/form/account")
    area = page.locator("tw-json textarea")
    definition = json.loads(area.input_value())
    definition["fields"].append(
        {"name": "trade_fair", "type": "text", "label": {"en": "Met at", "zh": "展会"}}
    )
    definition["layout"]["tabs"][0]["sections"][0]["fields"].append("trade_fair")
    area.focus()
    area.press("Control+a")
    page.keyboard.insert_text(json.dumps(definition, ensure_ascii=False))
    page.get_by_role("button", name="Check and publish").click()
    expect(page.get_by_role("heading", name=re.compile("Publish revision 2"))).to_be_visible()
    page.get_by_label("Note for the revision list").fill("Where we met")
    page.get_by_role("button", name=re.compile("Publish revision 2")).click()
    page.wait_for_load_state()
    admin.leave()

    lina = Person(browser, site, "lina")
    page = lina.go("/r/account/new")
    expect(page.get_by_label("展会")).to_be_visible()
    page.get_by_label("公司名称").fill("Nordic Tools AB")
    choose(page, "国家", "瑞典")
    page.get_by_label("展会").fill("Hannover")
    page.get_by_role("tab", name=re.compile("业务")).click()
    choose(page, "主要产品线", "手动")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordic Tools AB")
    expect(page.get_by_text("Hannover")).to_be_visible()
    lina.leave()


def test_a_phone_finds_opens_and_comments_a_customer(browser: Browser, site: str) -> None:
    carlos = Person(browser, site, "carlos", phone=True)
    page = carlos.go("/r/note/new")
    page.locator("[name=subject]").fill("Packing")
    page.locator("textarea[name=text]").fill("Cartons at most 18 kg")
    page.get_by_role("button", name=re.compile("Save")).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Packing")
    page.get_by_label("Comment").fill("Told the warehouse.")
    page.get_by_role("button", name="Save comment").click()
    expect(page.get_by_text("Told the warehouse.")).to_be_visible()
    page = carlos.go("/r/note")
    page.get_by_role("searchbox").first.fill("pack")
    expect(page.get_by_role("link", name="Packing")).to_be_visible()
    page.get_by_role("searchbox").first.fill("nothing like this")
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    carlos.leave()


def test_what_was_typed_survives_a_refusal(browser: Browser, site: str) -> None:
    carlos = Person(browser, site, "carlos")
    page = carlos.go("/r/account/new")
    page.locator("[name=name]").fill("Astillero del Norte")
    page.locator("[name=email_general]").fill("not an address")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Astillero del Norte")
    expect(page.locator("[name=email_general]")).to_have_attribute("aria-invalid", "true")
    carlos.leave()
