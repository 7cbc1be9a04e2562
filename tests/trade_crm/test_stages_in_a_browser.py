"""A deal is moved by keyboard on a desk and by touch on a phone; what is missing is told in the dialog; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.fixtures_crm import PASSWORD, copy_installation
from tests.scenarios.browser.serving import serving
from tests.web_look.conftest import CHROMIUM
from tests.web_look.test_accessible import complaints

pytestmark = pytest.mark.browser


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


def _carlos(browser: Browser, site: str, *, phone: bool = False) -> tuple[BrowserContext, str]:
    """Carlos, signed in, and the address of a deal of his."""
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size, has_touch=phone, base_url=site)  # type: ignore[arg-type]  # a plain dict of the two numbers
    headers = {"Origin": site}
    me = context.request.post(
        "/api/v1/session", data={"email": "carlos@demo.example", "password": PASSWORD}, headers=headers
    )
    headers["X-CSRF-Token"] = me.json()["csrf_token"]

    def make(form: str, **values: Any) -> str:  # values of any type go into the JSON body
        answer = context.request.post(f"/api/v1/records/{form}", data=values, headers=headers)
        assert answer.status == 201, answer.text()
        return str(answer.json()["id"])

    account = make(
        "account", name="Astillero del Norte", country="ES", timezone="Europe/Madrid", settlement_currency="EUR",
        main_categories=["tools"],
    )  # fmt: skip
    contact = make("contact", name="Inés Vega", account=account, email="ines@astillero.example")
    deal = make("deal", name="Cranes", account=account, main_contact=contact, source="referral")
    return context, f"/r/deal/{deal}"


def _fill(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name=re.compile("^Product line")).click()
    page.keyboard.type("Hand and")
    page.keyboard.press("Enter")
    dialog.get_by_label("Quantity").fill("40")
    dialog.get_by_label("Website · Customer").fill("https://astillero.example")
    dialog.get_by_label("Next step").fill("Ask for drawings")


def test_a_deal_is_moved_by_keyboard(browser: Browser, site: str) -> None:
    context, url = _carlos(browser, site)
    page = context.new_page()
    page.goto(url)
    button = page.get_by_role("link", name="Confirm needs")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Confirm needs")
    expect(dialog).to_be_visible()
    assert complaints(page) == []
    dialog.get_by_label("Next step").fill("Call")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Confirm needs")
    expect(dialog.get_by_text("'Website' of 'Customer' is needed for 'Needs'.")).to_be_visible()
    expect(dialog.get_by_label("Next step")).to_have_value("Call")
    _fill(page)
    page.keyboard.press("Enter")
    expect(page.locator("[aria-current=step]")).to_contain_text("Needs")
    expect(page.get_by_role("link", name="Quote")).to_be_visible()
    assert complaints(page) == []
    context.close()


def test_a_deal_is_put_on_hold_by_touch(browser: Browser, site: str) -> None:
    context, url = _carlos(browser, site, phone=True)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("button", name="Other moves").tap()
    closed = page.get_by_text(re.compile("^For: .*Regional manager"))
    expect(closed.first).to_be_visible()
    page.get_by_role("menuitem", name="Put on hold").tap()
    dialog = page.get_by_role("dialog", name="Put on hold")
    dialog.get_by_label("Reason for the pause").fill("Budget next year")
    dialog.get_by_label("Resume on").fill("2027-02-01")
    dialog.get_by_role("button", name="Put on hold").tap()
    expect(page.locator("[aria-current=step]")).to_contain_text("On hold")
    assert complaints(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    context.close()
