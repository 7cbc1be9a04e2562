"""A definition as text that people edit, and back."""

from __future__ import annotations

import json
from typing import NoReturn, cast

from platform_core.definitions import Raw
from platform_core.errors import Problem
from platform_core.i18n import N_


def written(raw: Raw) -> str:
    """Two spaces, the author's order of keys."""
    return json.dumps(raw, indent=2, ensure_ascii=False)


def read(text: str) -> Raw | Problem:
    """The JSON object in a text, or why it is none. A member that stands twice would silently lose its first value."""
    try:
        found: object = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    except _TwiceError as exc:
        message = N_("The member '{member}' stands twice in one object.")
        return Problem(pointer="", code="twice", message=message, params={"member": exc.args[0]})
    except json.JSONDecodeError as exc:
        message = N_("This is not JSON: line {line}, column {column}.")
        return Problem(
            pointer="", code="json", message=message, params={"line": exc.lineno, "column": exc.colno}
        )
    except (ValueError, RecursionError):
        return Problem(pointer="", code="json", message=N_("This is not JSON."))
    if not isinstance(found, dict):
        return Problem(pointer="", code="type", message=N_("A definition is a JSON object."))
    return cast("Raw", found)


class _TwiceError(Exception):
    """One name, two values."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are no JSON
