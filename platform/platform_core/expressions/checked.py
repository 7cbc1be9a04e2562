"""The result of a check: a typed tree with what a host needs to know about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from platform_core.expressions.errors import ExpressionError
from platform_core.expressions.functions import find
from platform_core.expressions.ir import OPERATORS, Node, depth, size, walk
from platform_core.expressions.limits import DEPTH, NODES
from platform_core.expressions.sql_support import why_not_sqlable
from platform_core.expressions.types import Type, parse_type
from platform_core.i18n import N_

_GROWTH = 3
"""Checking may rewrite a tree to at most this many times its parts (chained comparisons, `changed`)."""


class Checked(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A checked expression. `ir` is what every back end walks; equality and hash go by text and tree.

    `inputs` are the paths read, per root: {"record": {("account", "website")}, "user": {("id",)}}.
    """

    text: str
    ir: Node
    type: Type
    inputs: Mapping[str, frozenset[tuple[str, ...]]]

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The fields of the record it depends on, read as they are or as they were (`old`)."""
        return self.inputs.get("record", frozenset()) | self.inputs.get("old", frozenset())

    @cached_property
    def functions(self) -> frozenset[str]:
        """Lower-case names of the functions it calls."""
        return frozenset(node.name for node in walk(self.ir) if node.op == "call")

    @cached_property
    def volatile(self) -> bool:
        """Whether its value changes by itself, because it asks for the present moment."""
        return any((spec := find(name)) is not None and spec.volatile for name in self.functions)

    @cached_property
    def equalities(self) -> frozenset[str]:
        """Own fields that have to equal one constant where this condition holds."""
        return frozenset(_equalities(self.ir))

    @property
    def personal(self) -> bool:
        """Whether its value depends on who asks."""
        return "user" in self.inputs or bool(self.functions & {"user_has_role", "in_team", "manager_of"})

    @cached_property
    def not_sqlable_reason(self) -> str | None:
        """Why it cannot be a filter, as a message id; None where nothing in the text itself stands against it."""
        return why_not_sqlable(self.ir)

    @property
    def sqlable(self) -> bool:
        """Whether SQL can give exactly Python's answer. The columns have the last word: see `require_sqlable`."""
        return self.not_sqlable_reason is None

    @cached_property
    def digest(self) -> str:
        """A name for the tree: equal trees, equal digests."""
        return hashlib.sha256(msgspec.json.encode(self.ir)).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """Plain data to store beside the text and to send to the browser."""
        return {
            "text": self.text,
            "type": self.type.code,
            "ir": msgspec.to_builtins(self.ir),
            "inputs": {root: sorted(map(list, paths)) for root, paths in sorted(self.inputs.items())},
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Checked:
        """The inverse of `to_json`. ExpressionError (bad_ir) for anything that the checker could not have made."""
        try:
            stored = msgspec.convert(raw, _Stored)
        except (msgspec.ValidationError, RecursionError) as exc:
            raise ExpressionError("bad_ir", N_("The stored expression cannot be read.")) from exc
        _require_known(stored.ir)
        inputs = {root: frozenset(paths) for root, paths in stored.inputs.items()}
        return cls(text=stored.text, ir=stored.ir, type=parse_type(stored.type), inputs=inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checked) and (self.text, self.digest) == (other.text, other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)


class _Stored(msgspec.Struct):
    text: str
    type: str
    ir: Node
    inputs: dict[str, list[tuple[str, ...]]]


def _require_known(ir: Node) -> None:
    if size(ir) > NODES * _GROWTH or depth(ir) > DEPTH * _GROWTH:
        raise ExpressionError("bad_ir", N_("The stored expression cannot be read."))
    for node in walk(ir):
        unknown_call = node.op == "call" and find(node.name) is None
        if node.op not in OPERATORS or unknown_call or not node.type:
            raise ExpressionError(
                "bad_ir",
                N_("The stored expression uses {name}, which is not there."),
                params={"name": node.name or node.op},
            )


def _equalities(node: Node) -> Iterator[str]:
    if node.op == "and":
        for part in node.args:
            yield from _equalities(part)
    elif node.op == "eq":
        sides = {side.op: side for side in node.args}
        path = sides.get("path")
        if path is not None and "const" in sides and path.name == "record" and len(path.path) == 1:
            yield path.path[0]
