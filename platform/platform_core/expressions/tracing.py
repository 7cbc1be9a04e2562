"""The slow, talkative evaluator behind "why": the value of every part, and what was blank.

It is simpleeval's evaluator with every node handler replaced by ours, running over a tree made from the checked one
(so nothing reaches it that the checker has not allowed). It decides by the values it meets, not by compiled types;
the conformance table asserts that it and the closures agree.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from simpleeval import SimpleEval  # type: ignore[import-untyped]  # it brings no types

from platform_core.expressions import arithmetic
from platform_core.expressions.checked import Checked
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import ExpressionError
from platform_core.expressions.functions import find
from platform_core.expressions.functions.numbers import CURRENCIES_DIFFER, DIVIDED_BY_ZERO
from platform_core.expressions.ir import size
from platform_core.expressions.limits import CACHE, require_list_length, require_steps
from platform_core.expressions.python_backend import evaluation_error, python_function
from platform_core.expressions.python_operators import same
from platform_core.expressions.python_tree import FunctionCall, Place, Rows, python_tree
from platform_core.expressions.traces import Part, Trace

_ROWS_SHOWN: Final = 20
_BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], object]]] = {
    ast.Add: arithmetic.add,
    ast.Sub: arithmetic.subtract,
    ast.Mult: arithmetic.multiply,
    ast.Div: arithmetic.quotient,
    ast.FloorDiv: arithmetic.floor_divide,
    ast.Mod: arithmetic.modulo,
}
_ORDER: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: arithmetic.ORDER["lt"],
    ast.LtE: arithmetic.ORDER["le"],
    ast.Gt: arithmetic.ORDER["gt"],
    ast.GtE: arithmetic.ORDER["ge"],
}


def trace(checked: Checked, env: Env) -> Trace:
    """Evaluates `checked` part by part. Raises EvaluationError just where the compiled function does."""
    evaluator = _Evaluator(checked.text, env)
    try:
        evaluator.eval(checked.text, previously_parsed=_tree(checked))
    except ExpressionError:
        raise
    except Exception as exc:
        raise evaluation_error(exc) from exc
    return Trace(text=checked.text, type=checked.type.code, root=evaluator.finished[0])


@lru_cache(maxsize=CACHE)
def _tree(checked: Checked) -> ast.expr:
    return python_tree(checked.ir)


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval brings no types
    """One evaluation. `finished` collects the parts of the level being evaluated."""

    def __init__(self, text: str, env: Env) -> None:
        super().__init__(operators={}, functions={}, names={})
        self.text = text
        self.env = env
        self.finished: list[Part] = []
        self.showing = True
        self.nodes = {
            ast.Constant: self._constant,
            Place: self._place,
            Rows: self._rows,
            FunctionCall: self._function,
            ast.Attribute: self._part_of_money,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._comparison,
            ast.IfExp: self._choice,
        }

    def _eval(self, node: ast.expr) -> Any:
        outer, self.finished = self.finished, []
        value = super()._eval(node)
        parts, self.finished = tuple(self.finished), outer
        if self.showing:
            outer.append(self._part(node, value, parts))
        return value

    def _part(self, node: ast.expr, value: object, parts: tuple[Part, ...]) -> Part:
        place = node.node if isinstance(node, Place) else None
        root = (place.name or "row") if place is not None else ""
        return Part(
            at=(node.col_offset, node.end_col_offset or node.col_offset),
            text=self.text[node.col_offset : node.end_col_offset],
            op=_op(node),
            value=value,
            parts=parts,
            root=root,
            path=place.path if place is not None else node.node.path if isinstance(node, Rows) else (),
            note=_note(node, value, parts),
        )

    def _constant(self, node: ast.Constant) -> object:
        return node.value

    def _place(self, node: Place) -> object:
        place = node.node
        value = self.env.row.get(place.key) if place.op == "row" else self.env.get(place.path, place.name)
        return (value or ()) if place.kind == "list" else value

    def _rows(self, node: Rows) -> list[object]:
        each = node.node
        source: Mapping[str, Any] = self.env.values(each.name)
        rows = source.get(f"{each.key}[*]")
        rows = source.get(each.key) if rows is None else rows
        require_list_length(len(rows or ()))
        require_steps(len(rows or ()) * size(each.args[0]))
        return [self._row(node, row, index) for index, row in enumerate(rows or ())]

    def _row(self, node: Rows, row: Mapping[str, object], index: int) -> object:
        outer, showing = self.env.row, self.showing
        self.env.row, self.showing = row, showing and index < _ROWS_SHOWN
        try:
            return self._eval(node.args[0])
        finally:
            self.env.row, self.showing = outer, showing

    def _function(self, node: FunctionCall) -> object:
        values = [self._eval(argument) for argument in node.args]
        if node.node.op == "round_div":
            return None if None in values else arithmetic.rounded_quotient(*values)
        spec = find(node.node.name)
        if spec is None:
            raise LookupError(node.node.name)
        if spec.nulls == "propagate" and None in values:
            return None
        return python_function(spec, node.node)(*([self.env] if spec.needs_env else []), *values)

    def _part_of_money(self, node: ast.Attribute) -> object:
        value = self._eval(node.value)
        return None if value is None else {"amount": value.amount, "currency": value.currency}[node.attr]

    def _unary(self, node: ast.UnaryOp) -> object:
        value = self._eval(node.operand)
        if value is None:
            return None
        return not value if isinstance(node.op, ast.Not) else arithmetic.negate(value)

    def _binary(self, node: ast.BinOp) -> object:
        left = self._eval(node.left)
        if left is None:
            return None
        right = self._eval(node.right)
        return None if right is None else _BINARY[type(node.op)](left, right)

    def _boolean(self, node: ast.BoolOp) -> bool | None:
        decisive = isinstance(node.op, ast.Or)
        unknown = False
        for operand in node.values:
            value = self._eval(operand)
            if value is decisive:
                return bool(decisive)
            unknown = unknown or value is None
        return None if unknown else not decisive

    def _comparison(self, node: ast.Compare) -> bool | None:
        left, right = self._eval(node.left), self._eval(node.comparators[0])
        operator = type(node.ops[0])
        if operator in (ast.Eq, ast.NotEq):
            equal = same(left, right) if _listed(left) or _listed(right) else left == right
            return equal is (operator is ast.Eq)
        if left is None or right is None:
            return None
        if operator is ast.In:
            require_list_length(len(right))
            return bool(left in right)
        holds: Callable[[Any, Any], bool] = _ORDER[operator]
        ordered: bool | None = arithmetic.compare(left, right, holds)
        return ordered

    def _choice(self, node: ast.IfExp) -> object:
        return self._eval(node.body if self._eval(node.test) is True else node.orelse)


def _listed(value: object) -> bool:
    return isinstance(value, tuple | list)


_OPS: Final = {
    ast.Constant: "const", Place: "path", Rows: "each", ast.Attribute: "part", ast.IfExp: "if", ast.BinOp: "arithmetic",
}  # fmt: skip


def _op(node: ast.expr) -> str:
    if isinstance(node, FunctionCall):
        return "call"
    if isinstance(node, ast.BoolOp):
        return "and" if isinstance(node.op, ast.And) else "or"
    if isinstance(node, ast.UnaryOp):
        return "not" if isinstance(node.op, ast.Not) else "neg"
    return "compare" if isinstance(node, ast.Compare) else _OPS[type(node)]


def _note(node: ast.expr, value: object, parts: tuple[Part, ...]) -> str:
    """Why a part is blank though nothing in it is."""
    if value is not None or not parts or any(part.value is None for part in parts):
        return ""
    if isinstance(node, FunctionCall) and node.node.op != "round_div":
        spec = find(node.node.name)
        return spec.blank_because if spec is not None else ""
    if isinstance(node, ast.BinOp | ast.Compare | FunctionCall):
        amounts = [part for part in parts if hasattr(part.value, "currency")]
        mixed = len({part.value.currency for part in amounts}) > 1  # type: ignore[attr-defined]  # just asked
        return CURRENCIES_DIFFER if mixed else DIVIDED_BY_ZERO
    return ""
