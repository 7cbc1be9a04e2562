"""The functions of the language: one table, to which plugins add rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from platform_core.errors import Conflict
from platform_core.expressions.functions import dates, lists, logic, numbers, people, text
from platform_core.expressions.functions.spec import GROUPS, Example, FunctionSpec, Group, function
from platform_core.i18n import N_

__all__ = [
    "GROUPS",
    "Example",
    "FunctionSpec",
    "Group",
    "all_functions",
    "find",
    "forget_function",
    "function",
    "register_function",
]

_TABLE: Final[dict[str, FunctionSpec]] = {
    spec.name: spec for part in (logic, numbers, text, dates, lists, people) for spec in part.FUNCTIONS
}


def find(name: str) -> FunctionSpec | None:
    """The function called `name` (lower case)."""
    return _TABLE.get(name)


def all_functions() -> Mapping[str, FunctionSpec]:
    """Every function by its lower-case name."""
    return MappingProxyType(_TABLE)


def names() -> Iterable[str]:
    return _TABLE.keys()


def register_function(spec: FunctionSpec) -> None:
    """Adds a plugin's function. Conflict where the name is taken by another one; the same row twice is harmless."""
    known = _TABLE.get(spec.name)
    if known is not None and known != spec:
        raise Conflict(
            N_("There is already an expression function {name}."),
            code="function_taken",
            params={"name": spec.name},
        )
    if not spec.name.isidentifier() or spec.name != spec.name.lower():
        raise Conflict(
            N_("{name} is not a name for a function."), code="function_name", params={"name": spec.name}
        )
    _TABLE[spec.name] = spec


def forget_function(name: str) -> None:
    """Takes a plugin's function away: the plugin was removed, or something else stands in its place."""
    _TABLE.pop(name, None)
