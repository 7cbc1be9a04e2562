"""Node → text: what a builder of conditions by clicks shows and stores. `parse(dump(node))` is `node` again."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.ir import Node

_SIGNS: Final = {
    "or": ("or", 1), "and": ("and", 2), "in": ("in", 4), "eq": ("==", 4), "ne": ("!=", 4), "lt": ("<", 4),
    "le": ("<=", 4), "gt": (">", 4), "ge": (">=", 4), "add": ("+", 5), "sub": ("-", 5), "mul": ("*", 6),
    "div": ("/", 6), "floordiv": ("//", 6), "mod": ("%", 6),
}  # fmt: skip
_NOT: Final = 3
_MINUS: Final = 7
_LOWEST: Final = 0
_HIGHEST: Final = 8


def dump(node: Node) -> str:
    """The text of an unchecked tree, with brackets only where they are needed."""
    return _written(node, _LOWEST)


def _written(node: Node, least: int) -> str:
    text, strength = _text(node)
    return f"({text})" if strength < least else text


def _text(node: Node) -> tuple[str, int]:
    if node.op == "const":
        text = _constant(node)
        return text, _MINUS if text.startswith("-") else _HIGHEST
    if node.op == "path":
        return node.key, _HIGHEST
    if node.op == "list":
        return f"[{', '.join(map(_constant, node.args))}]", _HIGHEST
    if node.op == "not":
        return _negation(node.args[0])
    if node.op == "neg":
        return f"-{_written(node.args[0], _HIGHEST)}", _MINUS
    if node.op in _SIGNS:
        return _chain(node)
    name = "IF" if node.op == "if" else node.name.upper()
    return f"{name}({', '.join(_written(part, _LOWEST) for part in node.args)})", _HIGHEST


def _negation(inner: Node) -> tuple[str, int]:
    if inner.op == "in":
        left, right = inner.args
        return f"{_written(left, 5)} not in {_written(right, 5)}", 4
    return f"not {_written(inner, _NOT)}", _NOT


def _chain(node: Node) -> tuple[str, int]:
    """Operands of an operator; on the right a part of equal strength needs brackets, and in comparisons on both sides."""
    sign, strength = _SIGNS[node.op]
    first = (
        strength + 1 if strength in (1, 2, 4) or (node.op == "add" and node.args[0].op == "add") else strength
    )
    parts = [_written(node.args[0], first), *(_written(part, strength + 1) for part in node.args[1:])]
    return f" {sign} ".join(parts), strength


def _constant(node: Node) -> str:
    if node.value is None:
        return "null"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if node.kind == "number":
        return node.value
    return "'" + _escaped(node.value) + "'"


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("'", "\\'")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
