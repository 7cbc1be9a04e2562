"""Long option lists (countries, currencies, languages, zones) as ready HTML, built once per language."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from platform_core import i18n

_LISTS = {
    "country": i18n.countries,
    "currency": i18n.currencies,
    "language": i18n.spoken_languages,
    "timezone": i18n.zones,
}


@lru_cache(maxsize=64)
def _all(kind: str, language: str) -> str:
    """Currencies and zones show their code too: people type "USD" as often as "US dollar"."""
    noted = kind in ("currency", "timezone")
    return "".join(
        f'<option value="{code}"{f" data-note={chr(34)}{code}{chr(34)}" if noted else ""}>{escape(name)}</option>'
        for code, name in _LISTS[kind](language)
    )


def options(kind: str, value: str = "", empty: str | None = "") -> Markup:
    """The `<option>`s of a `country`, `currency`, `language` or `timezone` picker, `value` selected.

    A value that is on no list (an old currency) is kept as an option of its own. `empty` is the text of the
    option for "none"; None leaves it out.
    """
    html = _all(kind, i18n.current().language)
    mark = f'value="{escape(value)}"'
    if value and mark in html:
        html = html.replace(mark, f"{mark} selected", 1)
    elif value:
        html = f'<option value="{escape(value)}" selected>{escape(value)}</option>{html}'
    if empty is not None:
        html = f'<option value="">{escape(empty)}</option>{html}'
    return Markup(html)
