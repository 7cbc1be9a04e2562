"""Building without code in a real browser: a choice list by mouse and keys, conditions by clicks, the stage grid, an app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fixtures_crm import PASSWORD, copy_installation
from tests.scenarios.browser.serving import serving
from tests.web_look.conftest import CHROMIUM
from tests.web_look.test_accessible import complaints

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


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


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """An admin's page; script errors fail the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", base_url=site
    )
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.goto("/login")
    made.fill("input[name=email]", "admin@demo.example")
    made.fill("input[name=password]", PASSWORD)
    made.press("input[name=password]", "Enter")
    made.wait_for_url(lambda url: not url.endswith("/login"))
    yield made
    assert wrong == []
    context.close()


def draft(page: Page, kind: str, name: str) -> dict[str, object]:
    answer = page.request.get(f"/api/v1/definitions/{kind}/{name}/draft")
    return cast("dict[str, object]", answer.json()["definition"])


def settled(page: Page, kind: str, name: str, condition: str) -> dict[str, object]:
    """The draft once a condition over `draft` holds."""
    script = f"""async (url) => {{
        for (let left = 100; left > 0; left -= 1) {{
            const draft = (await (await fetch(url)).json()).definition;
            if ({condition}) return draft;
            await new Promise((done) => setTimeout(done, 100));
        }}
        throw new Error("the draft never came to it");
    }}"""
    found = page.evaluate(script, f"/api/v1/definitions/{kind}/{name}/draft")
    return cast("dict[str, object]", found)


def saved(page: Page) -> None:
    expect(page.locator("[data-told]")).to_have_text("Draft saved")


def test_a_choice_list_changes_by_mouse_and_keys_and_two_values_are_merged(page: Page) -> None:
    page.goto("/admin/dictionaries/customer_grade")
    rows = page.locator(".build-list > li:visible")
    rows.nth(0).locator("[data-down]").click()
    saved(page)
    rows.nth(1).locator("input[data-key^='label.']").first.press("Alt+ArrowDown")
    page.get_by_role("button", name="Add a value").click()
    rows.last.locator("input[data-key^='label.']").first.fill("Top customer")
    expect(rows.last.locator("[data-key=key]")).to_have_value("top_customer")
    rows.last.locator("input[data-key^='label.']").first.press("Tab")
    made = settled(page, "dictionary", "customer_grade", "draft.values.at(-1).key === 'top_customer'")
    values = cast("list[dict[str, object]]", made["values"])
    found = complaints(page)
    page.locator("select[name=value]").select_option("a")
    page.locator("select[name=into]").select_option("b")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Let it stand again")).to_be_visible()

    assert [value["key"] for value in values] == ["b", "c", "a", "unrated", "top_customer"]
    assert [value["order"] for value in values] == [1, 2, 3, 4, 5]
    assert found == []


def test_a_rule_is_made_by_clicks_and_the_grid_by_keys(page: Page) -> None:
    page.goto("/admin/design/form/deal/rules")
    before = len(cast("list[object]", draft(page, "form", "deal").get("rules") or []))
    page.get_by_role("button", name="Add a rule").click()
    rule = page.locator("tw-struct > [data-list] > .build-list > li").last
    rule.locator("input[data-key^='label.']").first.fill("Needs a term")
    rule.locator("[data-part=field]").first.select_option("stage")
    rule.locator("[data-part=value] select").first.select_option("quoting", force=True)
    expect(rule.locator("textarea").first).to_have_value("stage == 'quoting'")
    rule.locator("select[data-key=require]").select_option(["incoterm"])
    made = settled(page, "form", "deal", "draft.rules.at(-1).require && draft.rules.at(-1).when")
    rules = cast("list[dict[str, object]]", made["rules"])
    found = complaints(page)

    page.goto("/admin/design/form/deal/stages")
    cell = page.locator("table[data-matrix] button").first
    cell.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("q")
    saved(page)
    matrix = page.locator("table[data-matrix] button[value=required]")

    assert len(rules) == before + 1
    assert rules[-1]["id"] == "needs_a_term"
    assert rules[-1]["when"] == "stage == 'quoting'"
    assert rules[-1]["require"] == ["incoterm"]
    assert matrix.count() > 0
    assert [*found, *complaints(page)] == []


def test_an_app_is_built_in_the_browser_alone(page: Page) -> None:
    page.goto("/admin/new/app")
    page.fill("input[name=label]", "Projects")
    expect(page.locator("input[name=name]")).to_have_value("projects")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/admin/apps/projects.projects")
    for template, name in (("project", "project"), ("visit", "milestone"), ("equipment", "task")):
        page.goto(f"/admin/new/form/template/{template}")
        page.fill("input[name=label]", name.capitalize())
        page.fill("input[name=name]", name)
        page.select_option("select[name=app]", "projects")
        page.select_option("select[name=menu]", "projects.projects")
        page.get_by_role("button", name="Make the form").click()
        page.wait_for_url(f"**/admin/design/form/projects.{name}")
    page.goto("/admin/apps/projects.projects")
    page.locator(".build-list > li").nth(2).locator("[data-up]").click()
    saved(page)
    found = complaints(page)
    page.get_by_role("link", name="Check and publish").click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(lambda url: "published=" in url)
    page.goto("/r/projects.task")

    menu = [one.strip() for one in page.locator("a[href^='/r/']").all_inner_texts()]
    ours = [one for one in menu if one in ("Projects", "Task", "Milestone")]
    assert ours[:3] == ["Projects", "Task", "Milestone"]
    assert found == []
