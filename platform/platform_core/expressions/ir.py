"""The tree behind an expression: what parsing makes, checking types, and every back end walks.

The same `Node` serves before and after the check: before it, `type` is filled for constants only and names are as
written; after it every node has a type, calls are resolved, and a few forms are rewritten:

* `was(x)` is the path of `old`; `changed(x)` is `x != old.x`; `lookup(x)` is the path itself;
* `lines.qty` and the argument of a list function over rows are `each` nodes whose body reads `row` paths;
* `round(x / y, n)` is `round_div(x, y, n)`, one exact operation;
* a chain `a < b < c` is `and`.

As JSON (`to_json`) a node is `{"op", "args"?, "name"?, "path"?, "value"?, "type", "at"}`, plain data for any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from platform_core.expressions.types import Money

Value = str | bool | None
"""A constant as JSON has it: numbers and dates are text, exactly as written."""

OPERATORS: Final = frozenset(
    (
        "const",
        "list",
        "path",
        "row",
        "each",
        "part",
        "neg",
        "not",
        "and",
        "or",
        "if",
        "call",
        "add",
        "sub",
        "mul",
    )
    + ("div", "floordiv", "mod", "round_div", "eq", "ne", "lt", "le", "gt", "ge", "in")
)
ROOTS: Final = ("record", "old", "user", "flow", "vars")
"""Names that begin a path; `record` may be left out."""


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of an expression.

    `name`: the function of a call, the root of a path, the part ("amount", "currency") of a money value.
    `type`: a type code (`Type.code`). `at`: first and past-last code point in the source, counted from 0.
    """

    op: str
    args: tuple[Node, ...] = ()
    name: str = ""
    path: tuple[str, ...] = ()
    value: Value = None
    type: str = ""
    at: tuple[int, int] = (0, 0)

    @property
    def kind(self) -> str:
        """The type's kind: "money" of "money:USD"."""
        return self.type.partition(":")[0]

    @property
    def key(self) -> str:
        """A path as the environment spells it: "account.website"."""
        return ".".join(self.path)


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.args))


def size(node: Node) -> int:
    return sum(1 for _ in walk(node))


def depth(node: Node) -> int:
    """Levels of the tree, without recursion."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in current.args)
    return deepest


def constant(node: Node) -> object:
    """The Python value of a `const` or of a `list` of them; numbers are Decimal."""
    if node.op == "list":
        return tuple(constant(item) for item in node.args)
    return decode_value(node.kind, node.value)


def decode_value(kind: str, value: object) -> object:
    """A JSON value of the type `kind` as the Python value that evaluation works on."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return Money(Decimal(str(value["amount"])), str(value["currency"]))
    if kind == "number":
        return Decimal(str(value))
    if not isinstance(value, str):
        return value
    return _TEXTUAL[kind](value) if kind in _TEXTUAL else value


def _duration(text: str) -> timedelta:
    return timedelta(microseconds=int(Decimal(text) * 1_000_000))


_TEXTUAL: Final = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "duration": _duration,
}
