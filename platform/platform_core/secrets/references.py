"""How definitions and settings speak of a secret: `{"secret": "erp_token"}`, never its value."""

from __future__ import annotations

import re

import msgspec

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DEEPEST = 100


class SecretRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place in a definition that names a secret."""

    secret: str


def names_in(value: object) -> set[str]:
    """Names of the secrets that a definition (JSON) refers to."""
    found: set[str] = set()
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(each, dict):
            name = each.get("secret")
            if len(each) == 1 and isinstance(name, str) and NAME.fullmatch(name):
                found.add(name)
            waiting.extend((below, depth + 1) for below in each.values())
        elif isinstance(each, list | tuple):
            waiting.extend((below, depth + 1) for below in each)
    return found
