"""Pictures of the pattern page, to be looked at: `python -m tests.web_look.shots FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.web_look.site import serving

VIEWS = [
    ("/", width, theme, language)
    for width in (1440, 820, 390)
    for theme in ("light", "dark")
    for language in ("en", "zh", "ar")
]
PAGES = [
    (path, width, theme, "en")
    for path in ("/sign-in", "/error/404", "/error/503")
    for width, theme in ((1440, "light"), (390, "dark"))
]


def main(folder: Path) -> None:
    """One full-page PNG per view."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for path, width, theme, language in VIEWS + PAGES:
            context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=width < 500)
            tab = context.new_page()
            tab.on(
                "console",
                lambda message: print(message.type, message.text) if message.type != "log" else None,
            )
            tab.on("pageerror", lambda error: print("ERROR", error))
            tab.goto(f"{address}{path}?theme={theme}&language={language}")
            tab.wait_for_load_state("networkidle")
            name = path.strip("/").replace("/", "-") or "patterns"
            tab.screenshot(path=str(folder / f"{name}-{width}-{theme}-{language}.png"), full_page=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
