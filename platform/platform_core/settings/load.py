"""Reads the sources in order, converts by the type of the field, checks, and makes the secret key."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec

from platform_core.settings.check import check
from platform_core.settings.model import Settings, SettingsError
from platform_core.settings.oidc import read_providers
from platform_core.settings.secret import secret_key

PREFIX = "TRADEWIND_"
_FREE_PREFIXES = ("TRADEWIND_TEST_", "TRADEWIND_PLUGIN_")
_NOT_SETTABLE = frozenset({"version"})
_NONE: Mapping[str, str | None] = MappingProxyType({})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})

_current: Settings | None = None


def load(overrides: Mapping[str, str | None] = _NONE, environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads every source into one `Settings`; makes the data folder and its secret key where missing.

    `overrides` come from the command line (field name → text; `None` means not given). Raises `SettingsError`.
    """
    raw: dict[str, tuple[str, str]] = {}  # field → (name as written, text)
    given = {name: text for name, text in overrides.items() if text is not None}
    from_env = _from_environment(environ)
    config = _config_file(given, environ, from_env)
    raw.update(_from_file(config))
    raw.update(from_env)
    raw.update(
        {name: (f"--{name.replace('_', '-')}", text) for name, text in given.items() if name != "config"}
    )
    values = {field: _convert(field, *pair) for field, pair in raw.items()}
    return _complete(values, {field: pair[0] for field, pair in raw.items()})


def current() -> Settings:
    """The settings in use. Raises `RuntimeError` before `use()`."""
    if _current is None:
        raise RuntimeError("no settings yet: the program must call settings.use(settings.load()) first")
    return _current


def use(settings: Settings | None) -> None:
    """Makes these the settings of the process; `None` forgets them (tests)."""
    global _current
    _current = settings


def _fields() -> dict[str, object]:
    return {name: hint for name, hint in get_type_hints(Settings).items() if name not in _NOT_SETTABLE}


def _unknown(name: str, value: str, known: list[str]) -> SettingsError:
    prefix = PREFIX if name.startswith(PREFIX) else ""
    near = difflib.get_close_matches(
        name.removeprefix(prefix), [other.removeprefix(prefix) for other in known], n=1
    )
    remedy = (
        f"Did you mean {prefix}{near[0]}?"
        if near
        else "Remove it; docs/reference/settings.md lists the settings."
    )
    return SettingsError(name, value, "there is no such setting.", remedy)


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    known = [PREFIX + field.upper() for field in _fields()]
    found: dict[str, tuple[str, str]] = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name.startswith(_FREE_PREFIXES) or name == PREFIX + "CONFIG":
            continue
        if name not in known:
            raise _unknown(name, text, known)
        if text:  # an empty variable counts as not set
            found[name.removeprefix(PREFIX).lower()] = (name, text)
    return found


def _config_file(
    given: Mapping[str, str], environ: Mapping[str, str], from_env: Mapping[str, tuple[str, str]]
) -> Path | None:
    named = given.get("config") or environ.get(PREFIX + "CONFIG")
    if named:
        path = Path(named)
        if not path.is_file():
            raise SettingsError(
                "config", named, "there is no such file.", "Give the path of a tradewind.toml."
            )
        return path
    data = given.get("data") or from_env.get("data", ("", "data"))[1]
    for candidate in (Path("tradewind.toml"), Path(data) / "tradewind.toml"):
        if candidate.is_file():
            return candidate
    return None


def _from_file(path: Path | None) -> dict[str, tuple[str, str]]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsError(str(path), str(exc), "this is not valid TOML.", "Correct the file.") from exc
    known = _fields()
    found: dict[str, tuple[str, str]] = {}
    for name, value in table.items():
        if name not in known:
            raise _unknown(name, str(value), list(known))
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        if isinstance(value, dict):
            text = msgspec.json.encode(value).decode()
        found[name] = (f"{path.name}: {name}", text)
    return found


def _convert(field: str, name: str, text: str) -> object:
    hint = _fields().get(field)
    if hint is None:
        raise _unknown(name, text, list(_fields()))
    if field == "oidc":
        return _providers(name, text)
    if hint is bool:
        return _boolean(name, text)
    if hint is int:
        try:
            return int(text.replace("_", ""))
        except ValueError as exc:
            raise SettingsError(name, text, "this is not a whole number.", "Give digits only.") from exc
    if hint is Path:
        return Path(text).expanduser()
    if hint is bytes:
        return text.encode()
    if get_origin(hint) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if get_origin(hint) is Literal and text not in get_args(hint):
        raise SettingsError(name, text, "this is not a choice.", f"Use one of: {', '.join(get_args(hint))}.")
    return text


def _providers(name: str, text: str) -> object:
    try:
        return read_providers(msgspec.json.decode(text))
    except ValueError as exc:  # also msgspec's DecodeError
        shown = str(exc) if "oidc" in str(exc) else "this is no JSON object of services."
        raise SettingsError(name, "…", shown, "docs/how-to/single-sign-on.md shows one.") from exc


def _boolean(name: str, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise SettingsError(name, text, "this is neither yes nor no.", "Use true or false.")


def _version() -> str:
    try:
        return metadata.version("tradewind")
    except metadata.PackageNotFoundError:
        return "0.0.0"


def _complete(values: dict[str, object], names: Mapping[str, str]) -> Settings:
    settings = msgspec.structs.replace(Settings(), **values, version=_version())
    data = settings.data.absolute()
    url = settings.database_url or f"sqlite:///{data / 'tradewind.db'}"
    settings = msgspec.structs.replace(settings, data=data, database_url=url)
    check(settings, names)
    key = settings.secret_key or secret_key(data, names.get("data", "data"))
    return msgspec.structs.replace(settings, secret_key=key)
