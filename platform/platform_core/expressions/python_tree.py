"""A checked tree as a tree of Python's `ast` module, for the tracing evaluator.

Positions become node attributes, so every traced value knows its place in the text.
"""

from __future__ import annotations

import ast
from typing import Final

from platform_core.expressions.ir import Node, constant

_BINARY: Final[dict[str, type[ast.operator]]] = {
    "add": ast.Add,
    "sub": ast.Sub,
    "mul": ast.Mult,
    "div": ast.Div,
    "floordiv": ast.FloorDiv,
    "mod": ast.Mod,
}
_COMPARE: Final[dict[str, type[ast.cmpop]]] = {
    "eq": ast.Eq,
    "ne": ast.NotEq,
    "lt": ast.Lt,
    "le": ast.LtE,
    "gt": ast.Gt,
    "ge": ast.GtE,
    "in": ast.In,
}


class Place(ast.Name):
    """A name that also carries the checked node it stands for."""

    node: Node


class Rows(ast.Call):
    """An expression over rows; `node` is the `each` node, `args[0]` the body."""

    node: Node


class FunctionCall(ast.Call):
    """A call; `node` is the checked call."""

    node: Node


def python_tree(node: Node) -> ast.expr:
    """The `ast` of a checked node."""
    made = _made(node)
    made.lineno = made.end_lineno = 1
    made.col_offset, made.end_col_offset = node.at
    return made


def _made(node: Node) -> ast.expr:
    if node.op in ("const", "list"):
        return ast.Constant(value=constant(node))  # type: ignore[arg-type]  # Decimal and Money are our constants
    args = [python_tree(part) for part in node.args]
    if node.op in _BINARY:
        total = args[0]
        for right in args[1:]:
            total = ast.BinOp(left=total, op=_BINARY[node.op](), right=right, lineno=1, col_offset=node.at[0],
                              end_lineno=1, end_col_offset=right.end_col_offset)  # fmt: skip
        return total
    if node.op in _COMPARE:
        return ast.Compare(left=args[0], ops=[_COMPARE[node.op]()], comparators=[args[1]])
    if node.op in ("and", "or"):
        return ast.BoolOp(op=ast.And() if node.op == "and" else ast.Or(), values=args)
    if node.op in ("not", "neg"):
        return ast.UnaryOp(op=ast.Not() if node.op == "not" else ast.USub(), operand=args[0])
    if node.op == "if":
        return ast.IfExp(test=args[0], body=args[1], orelse=args[2])
    return _named(node, args)


def _named(node: Node, args: list[ast.expr]) -> ast.expr:
    if node.op in ("path", "row"):
        name = node.key if node.name in ("", "record") else f"{node.name}.{node.key}"
        place = Place(id=name, ctx=ast.Load())
        place.node = node
        return place
    if node.op == "part":
        return ast.Attribute(value=args[0], attr=node.name, ctx=ast.Load())
    kind = Rows if node.op == "each" else FunctionCall
    call = kind(func=ast.Name(id=node.name or node.op, ctx=ast.Load()), args=args, keywords=[])
    call.node = node
    return call
