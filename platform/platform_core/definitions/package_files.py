"""A package on disk: `app.json` and `<kinds>/<name>.json`, the same bytes for the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from platform_core.definitions.kinds import kinds, plural
from platform_core.definitions.model import NAME_PATTERN, ChangeItem, Key, Raw
from platform_core.definitions.parse import stored_form
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

_APP_FILE = "app.json"
_APP_KIND = "app"


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """An app as it is shipped. `files` tells which file an item came from, by the item's place."""

    app: str
    version: str
    items: tuple[ChangeItem, ...]
    files: tuple[str, ...]


class InvalidPackage(Invalid):
    """The folder is no sound package; the pointers name file and place: "forms/account.json#/fields/3"."""

    code = "invalid_package"

    def __init__(self, errors: Sequence[Problem]) -> None:
        super().__init__(errors, N_("This is not a sound app package; nothing was installed."))


def read_package(folder: Path) -> Package:
    """The package in a folder. Raises InvalidPackage with everything wrong about its files.

    Folders that are named after no kind (templates, Python) are left alone.
    """
    problems: list[Problem] = []
    head = _read(folder, _APP_FILE, problems)
    app, version = str(head.get("name", "")), str(head.get("version", "0"))
    if head and not re.fullmatch(NAME_PATTERN, app):
        message = N_(
            "{value} is no name: small letters, digits and _, a letter first, at most 40 characters."
        )
        problems.append(_problem(_APP_FILE, "pattern", message, "/name", value=app))
    found = [(_APP_FILE, _APP_KIND, head)] if head else []
    for file, kind in _definition_files(folder):
        raw = _read(folder, file, problems)
        if raw:
            problems += _wrong_place(file, kind, raw)
            found.append((file, kind, raw))
    if problems:
        raise InvalidPackage(problems)
    return Package(
        app=app,
        version=version,
        items=tuple(
            ChangeItem(kind=kind, app=app, name=str(raw["name"]), definition=stored_form(raw))
            for _, kind, raw in found
        ),
        files=tuple(file for file, _, _ in found),
    )


def write_package(folder: Path, definitions: Mapping[Key, Raw]) -> list[Path]:
    """Writes each definition into its file: sorted keys, two spaces, a last newline. Leaves other files alone."""
    written: list[Path] = []
    for key in sorted(definitions):
        path = folder / _file_of(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(spelt(key.kind, definitions[key]), encoding="utf-8")
        written.append(path)
    return written


def spelt(kind: str, raw: Mapping[str, object]) -> str:
    """The one spelling of a definition in a file, with the schema that editors look for."""
    whole = {"$schema": f"/api/v1/schemas/{kind}.json", **stored_form(raw)}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _file_of(key: Key) -> str:
    return _APP_FILE if key.kind == _APP_KIND else f"{plural(key.kind)}/{key.name}.json"


def _definition_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Relative paths with the kind their folder stands for ("forms", or "form" + "s" where that is the plural)."""
    for kind in sorted(kind.name for kind in kinds()):
        for name in dict.fromkeys((plural(kind), kind + "s")):
            for path in sorted((folder / name).glob("*.json")):
                yield f"{name}/{path.name}", kind


def _read(folder: Path, file: str, problems: list[Problem]) -> Raw:
    """The JSON object in a file; {} after noting what is wrong."""
    try:
        raw: object = json.loads((folder / file).read_text(encoding="utf-8"))
    except OSError as exc:
        problems.append(
            _problem(file, "missing", N_("This file cannot be read: {reason}."), reason=exc.strerror)
        )
        return {}
    except UnicodeDecodeError:
        problems.append(_problem(file, "encoding", N_("This file is not UTF-8 text.")))
        return {}
    except json.JSONDecodeError as exc:
        message = N_("This is not JSON: {reason}, in line {line}, column {column}.")
        problems.append(_problem(file, "json", message, reason=exc.msg, line=exc.lineno, column=exc.colno))
        return {}
    if not isinstance(raw, dict):
        problems.append(_problem(file, "type", N_("A definition is a JSON object.")))
        return {}
    return raw


def _wrong_place(file: str, kind: str, raw: Raw) -> list[Problem]:
    """The file must be called like what is in it, or the next export would write another one beside it."""
    found: list[Problem] = []
    for member, expected in (("kind", kind), ("name", Path(file).stem)):
        if raw.get(member) != expected:
            message = N_("This says {found}, the file's place says {wanted}.")
            found.append(
                _problem(
                    file, "address", message, f"/{member}", found=repr(raw.get(member)), wanted=repr(expected)
                )
            )
    return found


def _problem(file: str, code: str, message: str, pointer: str = "", **params: object) -> Problem:
    return Problem(pointer=f"{file}#{pointer}", code=code, message=message, params=params)
