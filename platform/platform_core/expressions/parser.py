"""Text → Node: Python's own parser, then a closed list of what its tree may contain."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Final

from platform_core.expressions.errors import ExpressionError
from platform_core.expressions.ir import Node
from platform_core.expressions.lexing import Prepared, prepare
from platform_core.expressions.limits import CACHE, DEPTH, LITERAL_LIST, NODES, PATH_LENGTH
from platform_core.i18n import N_

_BINARY: Final = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
}
_COMPARE: Final = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.In: "in",
    ast.NotIn: "in",
}
_WORD_CONSTANTS: Final[dict[str, tuple[str, bool | None]]] = {
    "true": ("bool", True),
    "false": ("bool", False),
    "null": ("null", None),
}
_FORBIDDEN: Final = {
    ast.Lambda: N_("Functions cannot be made here."),
    ast.Subscript: N_("Square brackets after a value are not used here; rows are read as lines.amount"),
    ast.JoinedStr: N_("Formatted texts are not used here; put texts together with +"),
    ast.NamedExpr: N_("Values cannot be given names here."),
    ast.Dict: N_("{} is not used here."),
    ast.Set: N_("{} is not used here."),
    ast.Tuple: N_("Put the values of a list in square brackets, and arguments after a function's name."),
    ast.Starred: N_("* is not used here in this way."),
    ast.ListComp: N_("Loops are not used here; use a function over rows, such as SUM(lines.amount)"),
    ast.GeneratorExp: N_("Loops are not used here; use a function over rows, such as SUM(lines.amount)"),
}


@lru_cache(maxsize=CACHE)
def parse(text: str) -> Node:
    """The untyped tree of `text`. ExpressionError (syntax, not_allowed, too_long, too_deep, too_many_nodes, empty)."""
    prepared = prepare(text)
    tree = _python_tree(text, prepared)
    _check_size(tree, _Reader(text, prepared))
    return _Reader(text, prepared).node(tree)


def _python_tree(text: str, prepared: Prepared) -> ast.expr:
    source = prepared.source
    indent = len(source) - len(source.lstrip())
    try:
        tree = ast.parse(source[indent:].rstrip(), mode="eval").body
    except SyntaxError as exc:
        column = (exc.offset or 1) + indent
        raise ExpressionError(
            "syntax",
            N_("The expression is not complete or not in order near column {near}."),
            column=min(column, len(text) or 1),
            remedy=N_("Check that every operator has a value on both sides."),
            params={"near": min(column, len(text) or 1)},
        ) from exc
    except (ValueError, MemoryError, RecursionError) as exc:
        raise ExpressionError("syntax", N_("This expression cannot be read.")) from exc
    return tree


def _check_size(tree: ast.expr, reader: _Reader) -> None:
    """Counts nodes and levels with a stack of our own, so that nothing after this can recurse too deep."""
    count, waiting = 0, [(tree, 1)]
    while waiting:
        current, level = waiting.pop()
        count += 1
        if level > DEPTH:
            raise reader.error(
                current,
                "too_deep",
                N_("The expression is nested more than {limit} levels deep."),
                limit=DEPTH,
            )
        if count > NODES:
            raise ExpressionError(
                "too_many_nodes",
                N_("The expression has more than {limit} parts."),
                remedy=N_("Move a part of it into a formula field."),
                params={"limit": NODES},
            )
        waiting.extend((child, deeper) for child, deeper in _children(current, level))


def _children(node: ast.expr, level: int) -> list[tuple[ast.expr, int]]:
    """Child expressions and their levels. A chain of + is one level, and a path or a name is one part."""
    if isinstance(node, ast.Attribute) and _dotted(node):
        return []
    if isinstance(node, ast.Call):
        return [(child, level + 1) for child in (*node.args, *(word.value for word in node.keywords))]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        chained = isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Add)
        return [(node.left, level if chained else level + 1), (node.right, level + 1)]
    return [(child, level + 1) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _dotted(node: ast.expr) -> tuple[str, ...]:
    """The names of `a.b.c`, or () where the root is not a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()


class _Reader:
    """Turns the parser's tree into nodes, one method per construct."""

    def __init__(self, text: str, prepared: Prepared) -> None:
        self._text = text
        self._numbers = prepared.numbers
        self._indent = len(prepared.source) - len(prepared.source.lstrip())
        self._places = None if prepared.source.isascii() else _byte_places(prepared.source[self._indent :])

    def node(self, tree: ast.expr) -> Node:
        method = self._READERS.get(type(tree))
        if method is None:
            message = _FORBIDDEN.get(type(tree), N_("This is not allowed in an expression."))
            raise self.error(tree, "not_allowed", message)
        return method(self, tree)

    def error(
        self, tree: ast.expr, code: str, message: str, remedy: str = "", **params: object
    ) -> ExpressionError:
        start, end = self._at(tree)
        return ExpressionError(code, message, column=start + 1, end=end, remedy=remedy, params=params)

    def _at(self, tree: ast.expr) -> tuple[int, int]:
        start, end = tree.col_offset, tree.end_col_offset or tree.col_offset
        if self._places is not None:
            start, end = self._places[start], self._places[end]
        return start + self._indent, end + self._indent

    def _constant(self, tree: ast.Constant) -> Node:
        at = self._at(tree)
        if at[0] in self._numbers:
            return Node("const", value=self._numbers[at[0]], type="number", at=at)
        value = tree.value
        if isinstance(value, bool) or value is None:
            return Node("const", value=value, type="null" if value is None else "bool", at=at)
        if isinstance(value, str):
            return Node("const", value=value, type="text", at=at)
        raise self.error(tree, "not_allowed", N_("This kind of constant is not allowed."))

    def _name(self, tree: ast.Name) -> Node:
        word = _WORD_CONSTANTS.get(tree.id.lower())
        if word:
            return Node("const", type=word[0], value=word[1], at=self._at(tree))
        return Node("path", path=(tree.id,), at=self._at(tree))

    def _attribute(self, tree: ast.Attribute) -> Node:
        path = _dotted(tree)
        if not path:
            raise self.error(
                tree,
                "not_allowed",
                N_("A dot follows a field's name only, not a value."),
                N_("Use a function, such as UPPER(name)."),
            )
        if len(path) > PATH_LENGTH + 1:
            raise self.error(tree, "not_allowed", N_("A path may have {limit} names."), limit=PATH_LENGTH)
        return Node("path", path=path, at=self._at(tree))

    def _list(self, tree: ast.List) -> Node:
        if len(tree.elts) > LITERAL_LIST:
            raise self.error(
                tree, "list_too_long", N_("A list may have {limit} entries."), limit=LITERAL_LIST
            )
        items = tuple(self.node(item) for item in tree.elts)
        for item, source in zip(items, tree.elts, strict=True):
            if item.op != "const":
                raise self.error(source, "not_allowed", N_("A list in brackets holds constants only."))
        return Node("list", args=items, at=self._at(tree))

    def _binary(self, tree: ast.BinOp) -> Node:
        op = _BINARY.get(type(tree.op))
        if op is None:
            raise self.error(tree, "not_allowed", N_("This operator is not allowed."))
        if op == "add":
            return Node("add", args=self._sum(tree), at=self._at(tree))
        return Node(op, args=(self.node(tree.left), self.node(tree.right)), at=self._at(tree))

    def _sum(self, tree: ast.BinOp) -> tuple[Node, ...]:
        """`a + b + c` as one list; (a + b) in brackets joins too, since + is the same either way round."""
        terms: list[ast.expr] = []
        current: ast.expr = tree
        while isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
            terms.append(current.right)
            current = current.left
        return tuple(self.node(term) for term in (current, *reversed(terms)))

    def _unary(self, tree: ast.UnaryOp) -> Node:
        operand = self.node(tree.operand)
        if isinstance(tree.op, ast.UAdd):
            raise self.error(tree, "not_allowed", N_("A + needs a value on both sides."))
        if isinstance(tree.op, ast.Not):
            return Node("not", args=(operand,), at=self._at(tree))
        if not isinstance(tree.op, ast.USub):
            raise self.error(tree, "not_allowed", N_("This operator is not allowed."))
        if operand.op == "const" and operand.type == "number" and not str(operand.value).startswith("-"):
            return Node("const", value=f"-{operand.value}", type="number", at=self._at(tree))
        return Node("neg", args=(operand,), at=self._at(tree))

    def _boolean(self, tree: ast.BoolOp) -> Node:
        op = "and" if isinstance(tree.op, ast.And) else "or"
        return Node(op, args=tuple(self.node(value) for value in tree.values), at=self._at(tree))

    def _compare(self, tree: ast.Compare) -> Node:
        operands = [self.node(tree.left), *(self.node(item) for item in tree.comparators)]
        links: list[Node] = []
        for index, operator in enumerate(tree.ops):
            op = _COMPARE.get(type(operator))
            if op is None:
                raise self.error(
                    tree, "not_allowed", N_("{found} is not used here."), N_("Write =="), found="is"
                )
            left, right = operands[index], operands[index + 1]
            link = Node(op, args=(left, right), at=(left.at[0], right.at[1]))
            links.append(Node("not", args=(link,), at=link.at) if isinstance(operator, ast.NotIn) else link)
        return links[0] if len(links) == 1 else Node("and", args=tuple(links), at=self._at(tree))

    def _choice(self, tree: ast.IfExp) -> Node:
        parts = tuple(self.node(part) for part in (tree.test, tree.body, tree.orelse))
        return Node("if", args=parts, at=self._at(tree))

    def _call(self, tree: ast.Call) -> Node:
        if not isinstance(tree.func, ast.Name):
            raise self.error(
                tree,
                "not_allowed",
                N_("Values have no functions of their own here."),
                N_("Use a function, such as UPPER(name)."),
            )
        if tree.keywords:
            raise self.error(tree, "not_allowed", N_("Arguments have no names here; give them in order."))
        args = tuple(self.node(arg) for arg in tree.args)
        name = tree.func.id.lower()
        if name == "if" and len(args) == 3:
            return Node("if", args=args, at=self._at(tree))
        return Node("call", name=name, args=args, at=self._at(tree))

    _READERS: ClassVar[dict[type[ast.expr], Callable[[_Reader, Any], Node]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.List: _list,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _boolean,
        ast.Compare: _compare,
        ast.IfExp: _choice,
        ast.Call: _call,
    }


def _byte_places(source: str) -> list[int]:
    """Code point index for every UTF-8 byte offset: Python's parser counts bytes."""
    places: list[int] = []
    for index, character in enumerate(source):
        places.extend([index] * len(character.encode("utf-8", "surrogatepass")))
    return [*places, len(source)]
