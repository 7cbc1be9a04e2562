"""Settings of a plugin: checked against the schema of its manifest, secrets apart from the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from platform_core import secrets
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.plugins.manifest import Manifest

_LONGEST = 40


def secret_name(plugin: str, setting: str) -> str:
    """The name under which `secrets` keeps a secret setting."""
    name = f"plugin_{plugin}_{setting}"
    if len(name) <= _LONGEST:
        return name
    return f"plugin_{hashlib.sha256(name.encode()).hexdigest()[: _LONGEST - 7]}"


def properties_of(manifest: Manifest) -> Mapping[str, Mapping[str, Any]]:
    """The settings by name, each with its schema."""
    found: Mapping[str, Mapping[str, Any]] = manifest.settings.get("properties", {})
    return found


def is_secret(schema: Mapping[str, Any]) -> bool:
    """Whether a setting is written and never shown."""
    return bool(schema.get("writeOnly"))


def defaults_of(manifest: Manifest) -> dict[str, object]:
    """What holds where nothing was set."""
    return {name: one["default"] for name, one in properties_of(manifest).items() if "default" in one}


def checked(manifest: Manifest, given: Mapping[str, object]) -> dict[str, object]:
    """The settings as they will be kept. Invalid with every problem; pointers lead to the settings.

    A secret that was set before and is not given now stands as its reference, and fits any schema.
    """
    held = {name: value for name, value in given.items() if not is_reference(value)}
    schema = {
        **manifest.settings,
        "required": [n for n in manifest.settings.get("required", ()) if n not in given or n in held],
    }
    schema.setdefault("additionalProperties", False)
    if schema["additionalProperties"] is not True:
        schema["additionalProperties"] = False
    from jsonschema import Draft202012Validator  # imported here: 60 ms that only settings need

    problems = [_problem(error) for error in Draft202012Validator(schema).iter_errors(held)]
    if problems:
        raise Invalid(sorted(problems, key=lambda one: one.pointer))
    return dict(given)


def is_reference(value: object) -> bool:
    """Whether a setting stands for a secret that is kept elsewhere."""
    return isinstance(value, Mapping) and set(value) == {"secret"}


async def keep_secrets(
    manifest: Manifest, values: Mapping[str, object], *, actor: Actor
) -> dict[str, object]:
    """Puts new secrets away; in their place stands a reference. An empty one is taken out."""
    kept = dict(values)
    for name, schema in properties_of(manifest).items():
        value = kept.get(name)
        if not is_secret(schema) or not isinstance(value, str):
            continue
        named = secret_name(manifest.name, name)
        if value:
            await secrets.put(named, value, actor=actor)
            kept[name] = {"secret": named}
        else:
            if named in await secrets.names():
                await secrets.remove(named, actor=actor)
            del kept[name]
    return kept


async def forget_secrets(settings: Mapping[str, object], *, actor: Actor) -> None:
    """Takes every secret of a plugin out."""
    there = await secrets.names()
    for value in settings.values():
        if isinstance(value, Mapping) and value.get("secret") in there:
            await secrets.remove(str(value["secret"]), actor=actor)


def _problem(error: Any) -> Problem:
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    if error.validator == "required":
        missing = next((n for n in error.validator_value if n not in error.instance), "")
        return Problem(pointer=f"{pointer}/{missing}", code="required", message=N_("This is needed."))
    if error.validator == "additionalProperties":
        unknown = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        message = N_("There is no such setting.")
        return Problem(pointer=f"{pointer}/{unknown[0]}", code="unknown_key", message=message)
    message = N_("This cannot be used here: {reason}.")
    params: dict[str, object] = {"reason": str(error.message)[:200]}
    return Problem(pointer=pointer, code=str(error.validator), message=message, params=params)
