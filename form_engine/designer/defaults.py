"""The inputs for what a new record is filled with: a fixed value as its type is written, or a formula."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from form_engine.designer.inputs import Input, Kind, nothing
from form_engine.dictionary.definition import DictionaryDef
from platform_core import definitions, i18n
from platform_core.definitions import Draft, World
from platform_core.i18n import _
from platform_core.web import Option

_KINDS: Mapping[str, Kind] = {
    "text": "text", "email": "text", "phone": "text", "url": "text", "long_text": "long", "integer": "number",
    "decimal": "decimal", "percent": "decimal", "date": "date", "country": "text", "currency": "text",
    "language": "text", "timezone": "text", "rating": "number",
}  # fmt: skip
_NONE = frozenset(
    {
        "children",
        "file",
        "files",
        "image",
        "signature",
        "autonumber",
        "formula",
        "lookup",
        "rollup",
        "button",
        "table",
    }
)
"""Types whose values come by themselves, or only from people."""


def default_inputs(draft: Draft, raw: Mapping[str, object]) -> Iterable[Input]:
    """Two inputs over `default`: setting one takes the other away. None for types without defaults."""
    type_name, held = str(raw.get("type") or ""), raw.get("default")
    if type_name in _NONE:
        return
    by_formula = isinstance(held, Mapping) and set(held) == {"expr"}
    fixed = None if by_formula else held
    label = _("Always this value")
    if type_name == "boolean":
        options = (nothing(), Option("true", _("Yes")), Option("false", _("No")))
        value = "" if fixed is None else json.dumps(fixed)
        yield Input(key="default", label=label, kind="truth", value=value, options=options)
    elif type_name == "choice":
        values = (nothing(), *_values(draft, str(raw.get("dictionary") or "")))
        yield Input(key="default", label=label, kind="select", value=fixed, options=values)
    elif type_name in _KINDS:
        shown = fixed if isinstance(fixed, str | int) or fixed is None else json.dumps(fixed)
        yield Input(key="default", label=label, kind=_KINDS[type_name], value=shown)
    else:
        text = "" if fixed is None else json.dumps(fixed, ensure_ascii=False)
        yield Input(key="default", label=label, kind="json", value=text, help=_("As JSON."))
    expr = str(held["expr"]) if by_formula and isinstance(held, Mapping) else ""
    yield Input(key="default", label=_("Or by a formula"), kind="expr", value=expr, help=_("As “today()”."))


def _values(draft: Draft, name: str) -> list[Option]:
    found = World(definitions.catalog(), {}, draft.key).find("dictionary", name) if name else None
    if not isinstance(found, DictionaryDef):
        return []
    return [Option(one.key, i18n.label(one.label) or one.key) for one in found.values]
