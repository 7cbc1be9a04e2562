"""Browser files under one versioned address: `/static/<version>/<name>`.

The version is the hash of every file, so an address never changes its meaning and is cached for ever, and the
relative imports of ES modules carry the version along. Style sheets are joined into one file, in layer order; a
small module per language carries the words our JavaScript needs.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

import msgspec

from platform_core import i18n

STATIC = Path(__file__).parent.parent / "static"

# Each sheet names its own layers; the order here only decides within a layer.
STYLES = (
    "tokens", "reset", "base",
    "components/buttons", "components/fields", "components/choices", "components/combo", "components/grid",
    "components/tabs", "components/signs", "components/cards", "components/banners", "components/tables",
    "components/floating", "components/finder", "components/states", "components/time", "components/route",
    "components/timeline", "components/steps", "components/charts", "components/filters", "components/json",
    "components/swaps", "components/typed",
    "screens/shell", "screens/list", "screens/record", "screens/publish", "screens/admin", "screens/builders", "screens/people", "screens/time", "screens/messages",
    "screens/phone", "screens/door",
    "screens/patterns", "screens/print",
    "utilities",
)  # fmt: skip

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
          ".json": "application/json", ".webmanifest": "application/manifest+json"}  # fmt: skip
_IMPORT = re.compile(r'^import [^;]*?"\./([\w./-]+\.js)";', re.MULTILINE)
_MARKED = re.compile(r"""\b(?:_|N_)\(\s*("(?:[^"\\]|\\.)*")""")
_MARKED_PLURAL = re.compile(r"""\bngettext\(\s*("(?:[^"\\]|\\.)*")\s*,\s*("(?:[^"\\]|\\.)*")""")


class Asset(msgspec.Struct, frozen=True):
    """One browser file. `etag` is quoted, ready for the header."""

    body: bytes
    media_type: str
    etag: str


_folders: dict[str, Path] = {"": STATIC}


def add_folder(name: str, folder: Path) -> None:
    """Serves the files of an engine, app or plugin as `<name>/…`; called by the host before the first request."""
    _folders[name] = folder
    _files.cache_clear()
    version.cache_clear()


@lru_cache(maxsize=1)
def _files() -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for prefix, folder in _folders.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                name = path.relative_to(folder).as_posix()
                found[f"{prefix}/{name}" if prefix else name] = _asset(path.name, path.read_bytes())
    sheet = b"\n".join(found[f"css/{part}.css"].body for part in STYLES if f"css/{part}.css" in found)
    found["tradewind.css"] = _asset("tradewind.css", sheet)
    scripts = [
        asset.body.decode()
        for name, asset in found.items()
        if name.startswith("js/") and name.endswith(".js")
    ]
    for language in (*i18n.languages(), i18n.known("qps")):
        found[f"text/{language.code}.js"] = _asset("text.js", _words(scripts, language.code))
    return found


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith("json"):
        kind += "; charset=utf-8"
    return Asset(body, kind, f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def _words(scripts: list[str], language: str) -> bytes:
    """An ES module with the translations of every message our scripts mark, and the language's plural rule."""
    translator = i18n.translator(language)
    words: dict[str, str | list[str]] = {}
    for script in scripts:
        for literal in _MARKED.findall(script):
            msgid = json.loads(literal)
            words[msgid] = translator.gettext(msgid)
        for one_literal, many_literal in _MARKED_PLURAL.findall(script):
            one, many = json.loads(one_literal), json.loads(many_literal)
            words[one] = i18n.plural_forms(language, one, many)
    if language == "en":
        words = {msgid: text for msgid, text in words.items() if isinstance(text, list)}
    body = json.dumps(words, ensure_ascii=False, sort_keys=True)
    rule = i18n.plural_rule(language)
    group, point = i18n.separators(language)
    return (
        f"export const words = {body};\n"
        f"export const plural = (n) => Number({rule});\n"
        f"export const signs = {json.dumps({'group': group, 'point': point}, ensure_ascii=False)};\n"
    ).encode()


@lru_cache(maxsize=1)
def version() -> str:
    """Twelve hexadecimal digits over the names and contents of all files."""
    total = hashlib.sha256()
    for name, asset in sorted(_files().items()):
        total.update(f"{name}\0{asset.etag}\0".encode())
    return total.hexdigest()[:12]


def has(name: str) -> bool:
    """Whether there is such a file: vendor files come with set-up and may be missing in a bare checkout."""
    return name in _files()


def url(name: str) -> str:
    """The address of a browser file. LookupError names the file that does not exist."""
    if name not in _files():
        raise LookupError(f"no browser file named {name!r}; vendor files are copied by `make setup`")
    return f"/static/{version()}/{name}"


def find(name: str) -> Asset | None:
    """The file behind `/static/<version>/<name>`; any version is answered with the newest content."""
    return _files().get(name)


def modules() -> list[str]:
    """Names of the ES modules every page needs, for `modulepreload`: what `app.js` imports, and what those do."""
    found: list[str] = []
    waiting = ["js/app.js"]
    while waiting:
        folder = waiting[0].rpartition("/")[0]
        for name in _IMPORT.findall(_files()[waiting.pop(0)].body.decode()):
            module = f"{folder}/{name}"
            if module not in found:
                found.append(module)
                waiting.append(module)
    return found
