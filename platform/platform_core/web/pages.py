"""Jinja for screens: StrictUndefined, autoescape, `_()`, icons, assets, formats, and the typed page frame.

Templates of the core live in `templates/web/`; an engine, app or plugin adds its own folder with
`add_templates`, and its templates are called by their path inside it ("form_engine/list.html").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup, escape

from platform_core import clock, i18n
from platform_core.web import assets, htmx_tools, pickers
from platform_core.web.browsers import browser_name
from platform_core.web.icons import icon
from platform_core.web.shell import Option, Shell

_folders: list[Path] = [Path(__file__).parent / "templates"]
_globals: dict[str, object] = {}


def add_templates(folder: Path) -> None:
    """Lets templates below `folder` be found; the core's own names cannot be overlaid."""
    if folder not in _folders:
        _folders.append(folder)
        _forget()


def add_global(name: str, value: object) -> None:
    """Gives every template a further name: a formatter or a registry an engine brings."""
    _globals[name] = value
    _forget()


def _forget() -> None:
    environment.cache_clear()
    _fixed.cache_clear()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one Jinja environment of the process."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in _folders]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        cache_size=1000,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    # Structs may be handed to scripts as JSON; `tojson` escapes what HTML would read
    made.policies["json.dumps_function"] = lambda value, **_unused: msgspec.json.encode(value).decode()
    made.globals.update(_builtin())
    made.globals.update(_globals)
    return made


def render(template: str, shell: Shell, **context: object) -> str:
    """The page or fragment as HTML, in the shell's language and zone."""
    i18n.use(shell.language, shell.zone, formats=shell.formats)
    return environment().get_template(template).render(shell=shell, csrf_token=shell.csrf_token, **context)


@lru_cache(maxsize=64)
def _fixed(template: str, language: str) -> Markup:
    return Markup(environment().get_template(template).render())


def fixed(template: str) -> Markup:
    """A part of the page that depends on the language only, rendered once per language."""
    return _fixed(template, i18n.current().language)


def _builtin() -> Mapping[str, object]:
    texts: dict[str, Callable[..., object]] = {
        "_": i18n._, "gettext": i18n._, "ngettext": i18n.ngettext, "pgettext": i18n.pgettext, "_html": html_text,
        "label": i18n.label,
    }  # fmt: skip
    formats: dict[str, Callable[..., object]] = {
        "format_bytes": i18n.format_bytes, "format_date": i18n.format_date, "format_datetime": i18n.format_datetime,
        "format_money": i18n.format_money, "format_number": i18n.format_number,
        "format_percent": i18n.format_percent, "format_time": i18n.format_time, "join_list": i18n.join_list,
        "country_name": i18n.country_name, "currency_name": i18n.currency_name, "language_name": i18n.language_name,
        "relative_time": since, "languages": i18n.languages, "input_number": i18n.input_number,
    }  # fmt: skip
    parts: dict[str, Callable[..., object]] = {
        "icon": icon, "asset": assets.url, "has_asset": assets.has, "asset_modules": assets.modules,
        "hx_attributes": htmx_tools.attributes, "attrs": attrs, "initials": initials, "hue": hue,
        "picker_options": pickers.options, "browser_name": browser_name, "iso": iso, "options_of": options_of, "fixed": fixed,
    }  # fmt: skip
    return {**texts, **formats, **parts}


def html_text(msgid: str, /, **params: object) -> Markup:
    """`_()` whose parameters may be markup: the text and plain parameters are escaped, markup stays."""
    return Markup(escape(i18n._(msgid))).format(**params)


def attrs(*sources: Mapping[str, object] | None, **more: object) -> Markup:
    """HTML attributes: True is bare; None, False and "" are left out; `data_x` becomes `data-x`.

    Later ones win, but classes add up.
    """
    merged: dict[str, object] = {}
    for source in (*sources, more):
        for raw, value in (source or {}).items():
            name = raw.rstrip("_").replace("_", "-")
            merged[name] = f"{merged[name]} {value}" if name == "class" and name in merged else value
    parts: list[str] = []
    for name, value in merged.items():
        # `x if y` without else is Jinja's lenient Undefined
        if value is None or value is False or isinstance(value, Undefined) or value == "":
            continue
        if not name.replace("-", "").replace(":", "").isalnum():
            raise ValueError(f"not an attribute name: {name!r}")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return Markup("".join(parts))


def initials(name: str) -> str:
    """One or two letters for an avatar: "LN" for Li Na, the last character of a Han name."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E7F:
        return words[0][-1]
    return (words[0][0] + (words[1][0] if len(words) > 1 else words[0][1:2])).upper()


def hue(key: str) -> int:
    """0…5: the colour of an avatar, always the same for the same key."""
    return sum(key.encode()) % 6


def iso(value: datetime) -> str:
    """An instant for `<time datetime>` and `data-` attributes: UTC with Z, whole seconds."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def since(value: datetime) -> str:
    """ "5 h ago", counted from now."""
    return i18n.relative_time(value, clock.now())


def options_of(pairs: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    """Options from (value, label) pairs."""
    return tuple(Option(value, label) for value, label in pairs)
