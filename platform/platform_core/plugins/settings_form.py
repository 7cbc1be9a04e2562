"""The settings of a plugin as controls of a screen, made from its JSON Schema, and back from what was posted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from platform_core import i18n
from platform_core.plugins.manifest import Manifest
from platform_core.plugins.values import is_reference, is_secret, properties_of
from platform_core.web import Option

Control = Literal["text", "secret", "textarea", "number", "switch", "select"]


class SettingView(Struct, frozen=True, kw_only=True):
    """One control. `value` is what stands in it; a secret never has one, `held` tells whether there is one."""

    name: str
    label: str
    help: str
    control: Control
    value: object
    required: bool
    held: bool = False
    options: tuple[Option, ...] = ()
    error: str = ""


def views(
    manifest: Manifest, settings: Mapping[str, object], errors: Mapping[str, str] | None = None
) -> list[SettingView]:
    """Every setting, in the order of the schema."""
    needed = manifest.settings.get("required", ())
    return [
        _view(name, schema, settings, name in needed, (errors or {}).get(name, ""))
        for name, schema in properties_of(manifest).items()
    ]


def read_form(manifest: Manifest, posted: Mapping[str, object]) -> dict[str, object]:
    """Typed values of what was posted; what was left empty is left out, a secret that is to go is ""."""
    found: dict[str, object] = {}
    for name, schema in properties_of(manifest).items():
        text = str(posted.get(name, "")).strip()
        if is_secret(schema) and posted.get(f"{name}__forget"):
            found[name] = ""
        elif schema["type"] == "boolean":
            found[name] = text == "true"
        elif text:
            found[name] = _typed(schema, text)
    return found


def _view(
    name: str, schema: Mapping[str, Any], settings: Mapping[str, object], required: bool, error: str
) -> SettingView:
    value = settings.get(name, schema.get("default"))
    secret = is_secret(schema)
    return SettingView(
        name=name,
        label=_said(schema, "label") or str(schema.get("title", name)),
        help=_said(schema, "help") or str(schema.get("description", "")),
        control=_control(schema),
        value="" if secret or value is None else value,
        required=required and not (secret and is_reference(value)),
        held=secret and is_reference(value),
        options=tuple(Option(str(one), str(one)) for one in schema.get("enum", ())),
        error=error,
    )


def _said(schema: Mapping[str, Any], what: str) -> str:
    """`x-label` and `x-help` have words per language, where a schema brings them."""
    words = schema.get(f"x-{what}")
    return i18n.label(words) if isinstance(words, Mapping) else ""


def _control(schema: Mapping[str, Any]) -> Control:
    if is_secret(schema):
        return "secret"
    if schema.get("enum"):
        return "select"
    kinds: dict[str, Control] = {"boolean": "switch", "integer": "number", "number": "number"}
    long = schema.get("format") == "textarea" or schema.get("maxLength", 0) > 200
    return kinds.get(schema["type"], "textarea" if long else "text")


def _typed(schema: Mapping[str, Any], text: str) -> object:
    """A number where the schema wants one; what is none stays text, and the schema refuses it."""
    if schema["type"] not in ("integer", "number"):
        return text
    try:
        value = i18n.parse_number(text)
    except (ValueError, ArithmeticError):
        return text
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return float(value) if isinstance(value, Decimal) else value
