"""What stands for a function whose plugin is missing or broken, so that what uses it still compiles.

It has no value: a formula with it fails with a sentence, a filter or row scope with it is refused. Nothing is widened and
nothing is taken for blank in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from platform_core import expressions
from platform_core.expressions import EvaluationError, function
from platform_core.i18n import N_

AWAY = N_("The plugin '{plugin}' that brings the function {function} is missing or does not work.")

_standing: set[str] = set()
_owners: dict[str, str] = {}
"""Which room each function is from: its own may be replaced, when its files were read again."""


def stand_in(plugin: str, signatures: Mapping[str, Sequence[str]]) -> bool:
    """Let something stand for each function of these that nobody knows. True where one was missing."""
    missing = [name for name in signatures if name not in expressions.all_functions()]
    for name in missing:
        expressions.register_function(_stand_in(plugin, name, tuple(signatures[name])))
        _standing.add(name)
    return bool(missing)


def make_way(name: str, room: str) -> None:
    """The real function comes, or comes again from the same room."""
    if name in _standing or _owners.get(name) == room:
        forget(name)
    if name not in expressions.all_functions():
        _owners[name] = room


def forget(name: str) -> None:
    """The function is no longer there."""
    _standing.discard(name)
    _owners.pop(name, None)
    expressions.forget_function(name)


def owned_by(room: str) -> list[str]:
    """The functions that came from a room."""
    return [name for name, owner in _owners.items() if owner == room]


def _stand_in(plugin: str, name: str, ways: tuple[str, ...]) -> expressions.FunctionSpec:
    def fail(*_values: object) -> NoReturn:
        raise EvaluationError("plugin_missing", AWAY, params={"plugin": plugin, "function": name.upper()})

    text = AWAY.format(plugin=plugin, function=name.upper())
    return function(name, "text", ways, fail, text, text, nulls="handles")
