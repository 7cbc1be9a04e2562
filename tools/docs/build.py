"""`make docs`: the Markdown files as linked HTML pages in build/docs, readable without a server."""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tools.docs.check import OUTSIDE
from tools.docs.pages import DOCS, Page, parser, read_pages
from tools.steps import ROOT

TARGET = ROOT / "build" / "docs"
SECTIONS = {
    "": "Start",
    "tutorials": "Tutorials",
    "how-to": "How to",
    "reference": "Reference",
    "explanation": "Explanation",
    "adr": "Decisions",
}


def main() -> int:
    """Build every page; the folder is swapped whole. Returns the exit code."""
    fresh = TARGET.with_name("docs.new")
    shutil.rmtree(fresh, ignore_errors=True)
    built = build_into(fresh)
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)
    print(f"{len(built)} pages, beginning with {(TARGET / 'index.html').relative_to(ROOT)}")
    return 0


def build_into(folder: Path) -> list[Path]:
    """Write every page and picture below `folder`; returns the pages written."""
    template = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    ).get_template("page.html")
    pages = read_pages()
    built = []
    for page in pages:
        place = folder / _built_name(page.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        menu, home = _menu(page, pages), _address(page, DOCS / "index.md")
        place.write_text(
            template.render(title=page.title, body=_body(page), menu=menu, home=home), encoding="utf-8"
        )
        built.append(place)
    _copy_pictures(folder)
    return built


def _built_name(path: Path) -> Path:
    """Where a Markdown file lands below the target: docs/ is the root, the front pages stand beside it."""
    inside = path.relative_to(DOCS) if path.is_relative_to(DOCS) else path.relative_to(ROOT)
    return inside.with_suffix(".html")


def _address(page: Page, target: Path, anchor: str = "") -> str:
    here = _built_name(page.path).parent
    there = os.path.relpath(_built_name(target), here) if target.suffix == ".md" else _beside(target, here)
    return there + (f"#{anchor}" if anchor else "")


def _beside(target: Path, here: Path) -> str:
    inside = target.relative_to(DOCS) if target.is_relative_to(DOCS) else target.relative_to(ROOT)
    return os.path.relpath(inside, here)


def _body(page: Page) -> Markup:
    for token in page.tokens:
        for part in token.children or []:
            name = {"link_open": "href", "image": "src"}.get(part.type)
            written = part.attrGet(name) if name else None
            if name and isinstance(written, str) and not OUTSIDE.match(written):
                part.attrSet(name, _rewritten(page, written))
    markdown = parser()
    return Markup(markdown.renderer.render(page.tokens, markdown.options, {}))


def _rewritten(page: Page, written: str) -> str:
    place, _, anchor = written.partition("#")
    if not place:
        return written
    target = (page.path.parent / place).resolve()
    if target.is_dir():
        target = target / "index.md"
    return _address(page, target, anchor)


def _menu(page: Page, pages: Iterable[Page]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """(section title, [(page title, address, is this page)]) in reading order."""
    sections: dict[str, list[tuple[str, str, bool]]] = {title: [] for title in SECTIONS.values()}
    for other in pages:
        folder = other.path.parent.relative_to(DOCS).parts if other.path.is_relative_to(DOCS) else ()
        title = SECTIONS.get(folder[0] if folder else "", "Start")
        sections[title].append((other.title, _address(page, other.path), other is page))
    return [(title, entries) for title, entries in sections.items() if entries]


def _copy_pictures(target: Path) -> None:
    for picture in DOCS.rglob("*"):
        if picture.suffix in {".png", ".svg", ".jpg"}:
            place = target / picture.relative_to(DOCS)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, place)
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, target / name)


if __name__ == "__main__":
    sys.exit(main())
