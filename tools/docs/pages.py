"""Markdown files as pages: title, anchors, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.steps import ROOT

DOCS = ROOT / "docs"
FRONT = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


@dataclass(frozen=True)
class Link:
    """`target` as written; `line` counts from 1."""

    target: str
    line: int


@dataclass(frozen=True)
class Page:
    """One Markdown file; `tokens` have an `id` on each heading, so built pages can be linked into."""

    path: Path
    title: str
    anchors: frozenset[str]
    headings: tuple[str, ...]
    links: tuple[Link, ...]
    tokens: list[Token]

    @property
    def name(self) -> str:
        """Path relative to the checkout, for messages."""
        return self.path.relative_to(ROOT).as_posix()


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def read_pages() -> list[Page]:
    """The front pages and everything below docs/; the index of a folder comes first."""
    inside = sorted(DOCS.rglob("*.md"), key=lambda path: (path.parent, path.name != "index.md", path.name))
    paths = [ROOT / name for name in FRONT] + inside
    return [read_page(path) for path in paths if path.is_file()]


def read_page(path: Path) -> Page:
    tokens = parser().parse(path.read_text(encoding="utf-8"))
    headings = _name_headings(tokens)
    return Page(
        path=path,
        title=next(iter(headings.values()), path.stem),
        anchors=frozenset(headings),
        headings=tuple(headings.values()),
        links=tuple(_links(tokens)),
        tokens=tokens,
    )


def anchor(heading: str) -> str:
    """The anchor that GitHub and our own build give a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def _name_headings(tokens: list[Token]) -> dict[str, str]:
    """Anchor → text of every heading; writes the anchor into the token."""
    named: dict[str, str] = {}
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(part.content for part in inline.children or [])
            first = name = anchor(text)
            copies = 0
            while name in named:
                copies += 1
                name = f"{first}-{copies}"
            named[name] = text
            opening.attrSet("id", name)
    return named


def _links(tokens: list[Token]) -> Iterator[Link]:
    for token in tokens:
        line = (token.map or [0])[0] + 1
        for part in token.children or []:
            target = part.attrGet("href") if part.type == "link_open" else part.attrGet("src")
            if isinstance(target, str):
                yield Link(target, line)
