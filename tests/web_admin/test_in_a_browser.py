"""The admin pages in a real browser: saved by themselves, problems found again by a click, consent by ticks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.web_admin.conftest import PASSWORD
from tests.web_admin.site import serving
from tests.web_look.conftest import CHROMIUM, Tab
from tests.web_look.test_accessible import complaints

pytestmark = pytest.mark.browser

CUSTOMER = "/admin/definitions/sheet/crm.customer"
SHIPMENT = "/admin/definitions/sheet/crm.shipment"


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


def signed_in(context: BrowserContext, site: str) -> Tab:
    made = Tab(context, site)
    made.page.goto(f"{site}/login?next=/admin")
    made.page.fill("input[name=email]", "ada@demo.example")
    made.page.fill("input[name=password]", PASSWORD)
    made.page.press("input[name=password]", "Enter")
    made.page.wait_for_url(f"{site}/admin")
    return made


@pytest.fixture
def ada(browser: Browser, site: str) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    made = signed_in(context, site)
    yield made
    context.close()
    assert made.complaints == []


def write(page: Page, text: str) -> None:
    """Replaces the text of the editor as typing does."""
    area = page.locator("tw-json textarea")
    area.focus()
    area.press("Control+a")
    page.keyboard.insert_text(text)


def test_the_way_from_an_idea_to_a_published_field_and_back(ada: Tab) -> None:
    page = ada.open("/admin/definitions")
    page.get_by_role("link", name="Customer").first.click()
    page.wait_for_url("**/crm.customer")
    page.locator("html[data-ready]").wait_for(state="attached")
    area = page.locator("tw-json textarea")
    text = area.input_value()
    write(page, text.replace('"fax"', '"telex"').replace('"Fax"', '"Telex"'))
    expect(page.locator("[data-told]")).to_contain_text("Draft 3, saved by Ada Chen")
    expect(page.locator("[data-draft]")).to_contain_text("Field “Fax” removed")
    expect(page.locator("[data-head]")).to_contain_text("draft waiting")
    page.get_by_role("button", name="Check and publish").click()
    expect(page.get_by_role("heading", name="Publish revision 3 of Customer")).to_be_visible()
    go = page.get_by_role("button", name="Publish revision 3")
    expect(go).to_be_disabled()
    page.get_by_label("I agree to this").check()
    expect(go).to_be_enabled()
    page.get_by_label("Note for the revision list").fill("Telex instead of fax")
    go.click()
    expect(page.get_by_text("Revision 3 is published")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Revisions")).click()
    expect(page.get_by_text("Field “Telex” added")).to_be_visible()
    page.get_by_role("row", name=re.compile("Phone numbers")).get_by_role("link", name="Roll back…").click()
    page.get_by_role("button", name="Publish revision 2 again").click()
    expect(page.get_by_text("Revision 4 is published")).to_be_visible()


def test_a_click_on_a_problem_goes_to_its_place(ada: Tab) -> None:
    page = ada.open(SHIPMENT)
    line = page.locator("tw-json .jx-list li", has_text="'titel' is not known here.")
    expect(line).to_contain_text("Did you mean 'title'?")
    line.get_by_role("button").click()
    chosen = page.evaluate(
        "() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd) }"
    )
    assert "titel" in chosen or chosen == '"vessel"'
    page.goto(f"{ada.site}{SHIPMENT}/publish")
    page.locator(".problems a").click()
    page.wait_for_url(f"{ada.site}{SHIPMENT}#/titel")
    expect(page.locator("tw-json textarea")).to_be_focused()


def test_mending_a_mistake_takes_its_mark_away(ada: Tab) -> None:
    page = ada.open(SHIPMENT)
    expect(page.locator("tw-json .jx-list li")).to_have_count(1)
    text = page.locator("tw-json textarea").input_value()
    write(page, text.replace('"titel"', '"title"'))
    expect(page.locator("[data-told]")).to_contain_text("Draft 2")
    expect(page.locator("tw-json .jx-list li")).to_have_count(0)


def test_what_somebody_else_saved_is_not_overwritten(ada: Tab) -> None:
    page = ada.open(CUSTOMER)
    other = ada.context.new_page()
    other.goto(f"{ada.site}{CUSTOMER}")
    other.locator("html[data-ready]").wait_for(state="attached")
    text = page.locator("tw-json textarea").input_value()
    write(other, text.replace('"Fax"', '"Theirs"'))
    expect(other.locator("[data-told]")).to_contain_text("Draft 3")
    write(page, text.replace('"Fax"', '"Mine"'))
    expect(page.locator("[data-trouble]")).to_contain_text("in the meantime")
    page.get_by_role("button", name="Save draft").click()
    expect(
        page.get_by_text("Field “Theirs”: label in English changed from “Fax” to “Theirs”")
    ).to_be_visible()
    assert '"Mine"' in page.locator("tw-json textarea").input_value()
    page.get_by_role("button", name="Overwrite with mine").click()
    expect(page.locator("[data-told]")).to_contain_text("Draft 4")


def test_the_editor_completes_from_the_schema_of_the_kind(ada: Tab) -> None:
    page = ada.open(CUSTOMER)
    write(page, "{\n  \n}")
    page.locator("tw-json textarea").press("ArrowUp")
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+Space")
    expect(page.locator(".jx-hints")).to_contain_text("fields")


PAGES = (
    "/admin",
    "/admin/definitions",
    "/admin/definitions?q=nothing",
    "/admin/definitions/new",
    CUSTOMER,
    SHIPMENT,
    f"{CUSTOMER}/publish",
    f"{SHIPMENT}/publish",
    f"{CUSTOMER}/revisions",
    f"{SHIPMENT}/revisions",
    f"{CUSTOMER}/revisions/1",
    f"{CUSTOMER}/rollback/1",
    f"{CUSTOMER}/retire",
)


@pytest.mark.parametrize(("width", "language", "theme"), [(1440, "en", "light"), (390, "ar", "dark")])
def test_every_page_is_accessible_and_fits_its_screen(
    browser: Browser, site: str, width: int, language: str, theme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    tab = signed_in(context, site)
    token = tab.page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    form: dict[str, str | float | bool] = {
        "_csrf_token": token,
        "language": language,
        "theme": theme,
        "next": "/admin",
    }
    tab.page.request.post(f"{site}/me/preferences", form=form, headers={"Origin": site})
    found: dict[str, object] = {}
    for address in PAGES:
        page = tab.open(address)
        if wide := page.evaluate("document.documentElement.scrollWidth") > width:
            found[f"{address} is too wide"] = wide
        if said := complaints(page):
            found[address] = said
    context.close()
    assert found == {}
    assert tab.complaints == []
