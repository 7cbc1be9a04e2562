"""Signatures of functions, spelt the way the documentation shows them: "(text: text, length: number = ) -> text".

A parameter's type is a type code, or a variable: `T` any type, `N` number or money, `D` date or datetime, `O` anything
ordered; the same letter means the same type wherever it stands, and `list:T` is a list of it. `...` after the last
parameter repeats it; ` =` marks one that may be left out; `'day'|'month'` is one of the quoted words, as a constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from platform_core.expressions.types import ANY, ORDERED, Type, list_of, parse_type

BOUNDS: Final[Mapping[str, frozenset[str] | None]] = {
    "T": None,
    "N": frozenset({"number", "money"}),
    "D": frozenset({"date", "datetime"}),
    "O": ORDERED,
}
_PARAMETER: Final = re.compile(r"(\w+)(\.\.\.)?: (\S+)( =)?$")


class Parameter(msgspec.Struct, frozen=True):
    """One argument. Exactly one of `type` and `variable` says what it takes; `words` limits it to quoted constants."""

    name: str
    type: Type | None = None
    variable: str = ""
    is_list: bool = False
    optional: bool = False
    words: tuple[str, ...] = ()


class Signature(msgspec.Struct, frozen=True):
    """One way to call a function."""

    text: str
    parameters: tuple[Parameter, ...]
    repeats: bool
    result: Type | None
    variable: str = ""
    result_is_list: bool = False

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(1 for parameter in self.parameters if not parameter.optional)

    @property
    def most(self) -> int | None:
        """The most arguments; None where the last repeats."""
        return None if self.repeats else len(self.parameters)

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)

    def parameter(self, index: int) -> Parameter:
        return self.parameters[min(index, len(self.parameters) - 1)]

    def result_type(self, bound: Mapping[str, Type]) -> Type:
        """The type of a call with the variables `bound`."""
        if self.result is not None:
            return self.result
        element = bound.get(self.variable, ANY)
        return list_of(element) if self.result_is_list else element


def signature(text: str) -> Signature:
    """Reads a signature; ValueError where it is misspelt (a programming error, met when the function registers)."""
    inside, arrow, result = text.rpartition(") -> ")
    if not arrow or not inside.startswith("("):
        raise ValueError(f"not a signature: {text!r}")
    spelt = [part for part in inside[1:].split(", ") if part]
    parameters = tuple(_parameter(part) for part in spelt)
    kind, variable, is_list = _type_or_variable(result)
    return Signature(
        text=text,
        parameters=parameters,
        repeats=bool(spelt) and "...:" in spelt[-1],
        result=kind,
        variable=variable,
        result_is_list=is_list,
    )


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.match(text)
    if match is None:
        raise ValueError(f"not a parameter: {text!r}")
    name, _, spelt, optional = match.groups()
    if spelt.startswith("'"):
        words = tuple(word.strip("'") for word in spelt.split("|"))
        return Parameter(name, type=parse_type("text"), optional=bool(optional), words=words)
    kind, variable, is_list = _type_or_variable(spelt)
    return Parameter(name, type=kind, variable=variable, is_list=is_list, optional=bool(optional))


def _type_or_variable(spelt: str) -> tuple[Type | None, str, bool]:
    bare = spelt.removeprefix("list:")
    is_list = spelt.startswith("list")
    if bare in BOUNDS:
        return None, bare, is_list
    return parse_type(spelt), "", is_list
