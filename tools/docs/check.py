"""Whether the documentation hangs together: links resolve, pages are reachable, decisions are complete."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.docs.pages import DOCS, FRONT, Link, Page, read_pages
from tools.steps import ROOT

DECISIONS = DOCS / "adr"
DECISION_HEADINGS = ("Context", "Options", "Decision", "Consequences")
OUTSIDE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def problems() -> Iterator[str]:
    """One line per problem: `file:line: sentence`."""
    pages = {page.path: page for page in read_pages()}
    for page in pages.values():
        yield from _broken_links(page, pages)
        if page.path.parent == DECISIONS and page.path.name != "index.md":
            yield from _incomplete_decision(page)
    yield from _unreachable(pages)


def target_of(page: Page, link: Link) -> tuple[Path, str] | None:
    """File and anchor a link points to, or None for an address outside the checkout."""
    if OUTSIDE.match(link.target) or link.target.startswith("//"):
        return None
    place, _, anchor = link.target.partition("#")
    path = (page.path.parent / place).resolve() if place else page.path
    return (path / "index.md" if path.is_dir() and (path / "index.md").is_file() else path), anchor


def _broken_links(page: Page, pages: Mapping[Path, Page]) -> Iterator[str]:
    for link in page.links:
        target = target_of(page, link)
        if target is None:
            continue
        path, anchor = target
        if not path.exists():
            yield f"{page.name}:{link.line}: links to {link.target}, which is not there"
        elif not path.is_relative_to(ROOT):
            yield f"{page.name}:{link.line}: links to {link.target}, outside the checkout"
        elif anchor and path in pages and anchor not in pages[path].anchors:
            yield f"{page.name}:{link.line}: links to {link.target}, but that page has no such heading"


def _incomplete_decision(page: Page) -> Iterator[str]:
    if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.path.name):
        yield f"{page.name}:1: a decision's file is called NNNN-short-title.md"
    for heading in DECISION_HEADINGS:
        if heading not in page.headings:
            yield f"{page.name}:1: a decision needs the heading “{heading}”"


def _unreachable(pages: Mapping[Path, Page]) -> Iterator[str]:
    linked = {
        target[0]
        for page in pages.values()
        for link in page.links
        if (target := target_of(page, link)) and target[0] != page.path
    }
    for page in pages.values():
        if page.path not in linked and page.name not in FRONT:
            yield f"{page.name}:1: no page links here, so nobody finds it"
