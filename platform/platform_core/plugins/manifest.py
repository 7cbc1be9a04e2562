"""`plugin.toml`: what a plugin says about itself, parsed once into a frozen struct, or every problem at once."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta, Struct

from platform_core.definitions import did_you_mean
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.plugins.versions import numbers, read_range

if TYPE_CHECKING:
    from jsonschema import ValidationError

MANIFEST = "plugin.toml"

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,39}$")]
Text = Annotated[str, Meta(max_length=400)]
TextMap = dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Text]
Touched = Annotated[str, Meta(min_length=1, max_length=200)]

RESERVED = frozenset({"tradewind", "platform", "apps", "plugins", "tests", "tools", "docs", "core", "local"})
"""Names that would hide something else on the import path or in the catalog."""


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `plugin.toml` says.

    `name` is also the name of the package, the prefix of its tables (`x_<name>_`) and the app of its definitions.
    `tradewind` is the range of versions of the program it works with (">=0.1,<2"), `requires` Python packages with
    ranges. `touches` names by extension point everything it contributes, plus `table` and `outbound` (hosts): what is
    not named here is refused when it is contributed. `definitions` is a folder inside the package, `settings` a JSON
    Schema of type object whose properties become the settings screen (`writeOnly` ones are kept as secrets).
    """

    name: Name
    version: str
    tradewind: str
    label: TextMap
    description: TextMap = {}
    author: Text = ""
    license: Text = ""
    homepage: Text = ""
    requires: tuple[Touched, ...] = ()
    definitions: Annotated[str, Meta(pattern="^[A-Za-z0-9_][A-Za-z0-9_/-]*$")] | None = None
    touches: dict[Annotated[str, Meta(pattern="^[a-z][a-z_]{1,39}$")], tuple[Touched, ...]] = {}
    settings: dict[str, Any] = {}
    hook_seconds: Annotated[float, Meta(gt=0, le=30)] | None = None

    @property
    def table_prefix(self) -> str:
        """What the plugin's own tables begin with."""
        return f"x_{self.name}_"

    def names_of(self, point: str) -> tuple[str, ...]:
        """What it announces at one extension point."""
        return self.touches.get(point, ())


def parse_manifest(text: str) -> tuple[Manifest | None, tuple[Problem, ...]]:
    """The manifest, or None and every problem with it; pointers lead into the file as JSON would have it."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        message = N_("plugin.toml cannot be read: {reason}.")
        return None, (Problem(pointer="", code="toml", message=message, params={"reason": str(exc)}),)
    problems = [*_shape(raw), *_meaning(raw)]
    if problems:
        return None, tuple(problems)
    return msgspec.convert(raw, Manifest), ()


def _shape(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What the JSON Schema of the struct finds; nothing is asked where it fits at once."""
    try:
        msgspec.convert(raw, Manifest)
    except msgspec.ValidationError:
        yield from _misfits(raw)


def _misfits(raw: Mapping[str, Any]) -> Iterator[Problem]:
    # Imported here: jsonschema costs 60 ms, and a plugin that is well never needs it.
    from jsonschema import Draft202012Validator

    schema = msgspec.json.schema(Manifest)
    for error in Draft202012Validator(schema).iter_errors(raw):
        yield from _told(error)


def _told(error: ValidationError) -> Iterator[Problem]:
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for name in sorted(set(_items(error.instance)) - set(known)):
            remedy, hints = did_you_mean(name, known)
            message = N_("plugin.toml has no key '{key}'.")
            yield Problem(
                pointer=f"{pointer}/{name}", code="unknown_key", message=message, params={"key": name, **hints},
                remedy=remedy,
            )  # fmt: skip
    elif error.validator == "required":
        for name in [one for one in _items(error.validator_value) if one not in _items(error.instance)]:
            message = N_("The key '{key}' is missing.")
            yield Problem(pointer=f"{pointer}/{name}", code="required", message=message, params={"key": name})
    else:
        message = N_("This cannot be used here: {reason}.")
        params: dict[str, object] = {"reason": error.message[:200]}
        yield Problem(pointer=pointer, code=str(error.validator), message=message, params=params)


def _items(value: object) -> tuple[str, ...]:
    """The keys of a table, or the members of a list."""
    return tuple(map(str, value)) if isinstance(value, Mapping | list) else ()


def _meaning(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What a schema cannot know. Only looks at keys that have the right type."""
    name = raw.get("name")
    if isinstance(name, str) and (name in RESERVED or name in sys.stdlib_module_names):
        message = N_("A plugin cannot be called '{name}': another package has that name.")
        yield Problem(pointer="/name", code="reserved", message=message, params={"name": name})
    yield from _versions(raw)
    label = raw.get("label")
    if isinstance(label, dict) and "en" not in label:
        message = N_("The label needs at least English (en).")
        yield Problem(pointer="/label/en", code="required", message=message)
    yield from _settings(raw.get("settings"))
    tables = raw.get("touches", {}).get("table", ()) if isinstance(raw.get("touches"), dict) else ()
    for place, table in enumerate(tables if isinstance(tables, list) else ()):
        if isinstance(name, str) and not str(table).startswith(f"x_{name}_"):
            message = N_("The tables of a plugin begin with '{prefix}'.")
            params: dict[str, object] = {"prefix": f"x_{name}_"}
            yield Problem(
                pointer=f"/touches/table/{place}", code="table_name", message=message, params=params
            )


def _versions(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key, read in (("version", numbers), ("tradewind", read_range)):
        value = raw.get(key)
        if not isinstance(value, str):
            continue
        try:
            read(value)
        except ValueError as exc:
            message = N_("This cannot be used here: {reason}.")
            yield Problem(pointer=f"/{key}", code="version", message=message, params={"reason": str(exc)})


_KEPT_TYPES = ("string", "integer", "number", "boolean")


def _settings(schema: object) -> Iterator[Problem]:
    """The settings must be a JSON Schema that a screen can be made of."""
    if not isinstance(schema, dict) or not schema:
        return
    from jsonschema import Draft202012Validator  # imported here, as in `_misfits`
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as exc:
        message = N_("The settings are not a JSON Schema: {reason}.")
        params: dict[str, object] = {"reason": exc.message[:200]}
        yield Problem(pointer="/settings", code="schema", message=message, params=params)
        return
    if schema.get("type") != "object":
        yield Problem(
            pointer="/settings/type", code="schema", message=N_("The settings are a schema of type 'object'.")
        )
    for name, one in schema.get("properties", {}).items():
        if not isinstance(one, dict) or one.get("type") not in _KEPT_TYPES:
            message = N_("A setting is of type {types}.")
            yield Problem(
                pointer=f"/settings/properties/{name}/type", code="setting_type", message=message,
                params={"types": ", ".join(_KEPT_TYPES)},
            )  # fmt: skip
        elif one.get("writeOnly") and one["type"] != "string":
            message = N_("A secret setting is of type string.")
            yield Problem(pointer=f"/settings/properties/{name}/type", code="setting_type", message=message)
