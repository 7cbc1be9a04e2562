"""From source to catalogues: collect the marked messages, carry them into every language, tell what is missing."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from platform_core import errors
from platform_core.i18n.catalogs import DOMAIN, LOCALES
from platform_core.i18n.languages import LANGUAGES, SOURCE, known
from platform_core.i18n.plurals import new_catalog

# Every name that marks a message; 1-based positions of the parts, "c" for the context.
KEYWORDS: dict[str, object] = {
    "_": None, "N_": None, "_html": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
_NAMES = re.compile(r"\{(\w*)\}")
_NOT_PRODUCT = ("/vendor/", "/_patterns_", "/patterns.py", "/web/patterns.html")
# Said on the console and in logs, in English.
_FOR_THE_OPERATOR = ("/database/", "/settings/", "/platform_host/", "/i18n/")
_TEMPLATE_OPTIONS = {
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
    "trim_blocks": "true",
    "silent": "false",
}

# Dates, tool versions and people would change with every run.
_CHANGING = tuple(
    f'"{name}'
    for name in (
        "POT-Creation",
        "PO-Revision",
        "Generated-By",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid",
    )
)

Found = tuple[str, int, "str | tuple[str, ...]", list[str], str | None]


def sources(root: Path) -> Iterator[Path]:
    """The product's Python, template and script files below `root`, in a stable order."""
    rooms = ("platform", "form_engine", "flow_engine", "report_engine", "apps")
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            name = path.as_posix()
            if path.suffix in (".py", ".html", ".js") and not any(part in name for part in _NOT_PRODUCT):
                yield path


def _messages(path: Path, root: Path) -> Iterator[Found]:
    name = path.relative_to(root).as_posix()
    method = {".py": "python", ".js": "javascript"}.get(path.suffix, babel_extract)
    options = {".html": _TEMPLATE_OPTIONS, ".js": {"parse_template_string": "true"}}.get(path.suffix, {})
    with path.open("rb") as file:
        for line, message, comments, context in extract(method, file, KEYWORDS, ("i18n:",), options):  # type: ignore[arg-type]  # Babel's stubs know fewer keyword shapes
            yield name, line, message, comments, context


def _sentences_of_errors(path: Path) -> Iterator[str]:
    """What errors say, found by its place: errors stand below this room and cannot mark their own words.

    The first sentence of a raised error or of `X.one(…)`, every `remedy=`, and the classes' `default_message`.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        places: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            places = [keyword.value for keyword in node.keywords if keyword.arg == "remedy"]
            places += node.args if name in errors.__all__ or name == "one" else []
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            places = [node.value for target in targets if getattr(target, "id", "") == "default_message"]
        for place in places:
            if isinstance(place, ast.Constant) and isinstance(place.value, str) and " " in place.value:
                yield place.value


def template(root: Path) -> Catalog:
    """All messages of the product. Line numbers are left out: they change with every edit and say little."""
    catalog = Catalog(domain=DOMAIN, project="Tradewind", fuzzy=False, charset="utf-8")
    for path in sources(root):
        for name, _line, message, comments, context in _messages(path, root):
            catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
        if path.suffix == ".py" and not any(part in path.as_posix() for part in _FOR_THE_OPERATOR):
            for sentence in _sentences_of_errors(path):
                catalog.add(sentence, None, [(path.relative_to(root).as_posix(), 0)])
    return catalog


def po_path(language: str, folder: Path = LOCALES) -> Path:
    """Where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str, folder: Path = LOCALES) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    path = po_path(language, folder)
    if not path.exists():
        return new_catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=known(language).locale, domain=DOMAIN)


def update(root: Path, folder: Path = LOCALES) -> dict[str, int]:
    """Writes new messages into every catalogue and drops what the source no longer says. Returns what lacks words."""
    found = template(root)
    missing: dict[str, int] = {}
    for language in LANGUAGES:
        catalog = read(language.code, folder)
        catalog.update(found, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        _write(catalog, po_path(language.code, folder))
        missing[language.code] = len(untranslated(language.code, folder))
    return missing


def _write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment = f"# Tradewind in {catalog.locale.english_name if catalog.locale else 'English'}."
    image = io.BytesIO()
    write_po(
        image,
        catalog,
        width=110,
        sort_output=True,
        ignore_obsolete=True,
        omit_header=False,
        include_lineno=False,
    )
    lines = image.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(_CHANGING)]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def untranslated(language: str, folder: Path = LOCALES) -> list[str]:
    """Message ids without words in a language; English needs none."""
    if language == SOURCE:
        return []
    return [
        message_id(message) for message in read(language, folder) if message.id and not _complete(message)
    ]


def message_id(message: Message) -> str:
    """The English text of a message, of a plural one the singular; "context|text" where it has a context."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}|{text}" if message.context else text


def _complete(message: Message) -> bool:
    words = _texts(message)
    return not message.fuzzy and bool(words) and all(words)


def _texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fill(language: str, words: dict[str, str | list[str]], folder: Path = LOCALES) -> int:
    """Puts translations (message id → text, or plural forms) into a catalogue. Returns how many were taken."""
    catalog = read(language, folder)
    taken = 0
    for message in catalog:
        given = words.get(message_id(message)) if message.id else None
        if given:
            message.string = given if isinstance(given, str) else tuple(given)
            taken += 1
    _write(catalog, po_path(language, folder))
    return taken


def compile_all(folder: Path = LOCALES) -> list[Path]:
    """Writes `.mo` beside each `.po`; the product compiles in memory where they are missing."""
    made: list[Path] = []
    for language in LANGUAGES:
        path = po_path(language.code, folder).with_suffix(".mo")
        if path.with_suffix(".po").exists():
            with path.open("wb") as file:
                write_mo(file, read(language.code, folder))
            made.append(path)
    return made


def check_placeholders(language: str, folder: Path = LOCALES) -> list[str]:
    """Message ids whose translation uses other `{names}` than the English text: they would fail when shown."""
    wrong: list[str] = []
    for message in read(language, folder):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        allowed = {name for one in ids for name in _NAMES.findall(one)}
        if any(text and set(_NAMES.findall(text)) - allowed for text in _texts(message)):
            wrong.append(message_id(message))
    return wrong
