"""axe finds nothing: WCAG 2.2 AA and best practice, in every theme, direction and width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.web_look.conftest import AXE, Tab

pytestmark = pytest.mark.browser

_RUN = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
  return found.violations.map((one) => one.id + ": " + one.help + "\\n    "
    + one.nodes.slice(0, 6).map((node) => node.target.join(" ") + "  " + (node.any[0] || node.all[0] || node.none[0] || {message: ""}).message).join("\\n    "));
}"""


def complaints(page: Page) -> list[str]:
    """What axe says of the page as it is now. axe is run in the page's own world, past its security policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN)
    return found


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1440, "en", "light"), (1440, "ar", "dark"), (390, "en", "dark"), (390, "ar", "light")],
)
def test_axe_finds_nothing_on_the_pattern_page(
    browser: Browser, site: str, width: int, language: str, theme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page = Tab(context, site).open("/", language=language, theme=theme)
    assert complaints(page) == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_without_the_frame(tab: Tab, theme: str) -> None:
    paths = ("/sign-in", "/error/403", "/error/404", "/error/500", "/error/503")
    found = {path: complaints(tab.open(path, theme=theme)) for path in paths}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "opener",
    [
        ".finder",
        ".me",
        "[popovertarget=sample-menu]",
        "[data-dialog-open=sample-dialog]",
        "[data-dialog-open=help]",
    ],
)
def test_axe_finds_nothing_on_what_floats(tab: Tab, opener: str) -> None:
    page = tab.open("/")
    page.locator(opener).first.click()
    page.evaluate(
        "Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations === 1).map((one) => one.finished))"
    )
    assert complaints(page) == []


def test_axe_finds_nothing_on_an_open_combobox(tab: Tab) -> None:
    page = tab.open("/")
    page.get_by_role("combobox", name="Country").click()
    page.get_by_role("listbox").first.wait_for()
    assert complaints(page) == []
