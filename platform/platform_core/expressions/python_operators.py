"""Closures of the operators, by the kinds of their operands."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from platform_core.expressions import arithmetic, python_leaves
from platform_core.expressions.environment import Env
from platform_core.expressions.ir import Node, constant
from platform_core.expressions.limits import require_list_length

Closure = Callable[[Env], Any]
Make = Callable[[Node], Closure]

_NUMERIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": arithmetic.divide,
    "floordiv": arithmetic.floor_divide,
    "mod": arithmetic.modulo,
}
_GENERAL: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "div": arithmetic.quotient,
    "floordiv": arithmetic.floor_divide,
    "mod": arithmetic.modulo,
}


def _arithmetic(node: Node, make: Make) -> Closure:
    first, second, *rest = node.args
    if all(part.kind == "number" for part in node.args):
        run = python_leaves.numeric(first, second, _NUMERIC[node.op], make)
        for following in rest:
            run = python_leaves.numbers(run, make(following), _NUMERIC[node.op])
        return run
    run = python_leaves.strict(first, second, _GENERAL[node.op], make)
    for following in rest:
        run = python_leaves.values(run, make(following), _GENERAL[node.op])
    return run


def _text_sum(node: Node, make: Make) -> Closure:
    parts = [make(part) for part in node.args]

    def run(env: Env) -> str | None:
        texts = [part(env) for part in parts]
        return None if None in texts else arithmetic.join_texts(texts)

    return run


def _add(node: Node, make: Make) -> Closure:
    return _text_sum(node, make) if node.kind == "text" else _arithmetic(node, make)


def _negate(node: Node, make: Make) -> Closure:
    inner = make(node.args[0])

    def run(env: Env) -> Any:
        value = inner(env)
        return None if value is None else arithmetic.negate(value)

    return run


def _equal(node: Node, make: Make) -> Closure:
    left, right = node.args
    if "list" in (left.kind, right.kind):
        listed, beside = make(left), make(right)
        return lambda env: same(listed(env), beside(env))
    if right.op == "const":
        return _equal_constant(left, constant(right), make)
    one, other = make(left), make(right)
    return lambda env: one(env) == other(env)


def _equal_constant(left: Node, value: object, make: Make) -> Closure:
    if python_leaves.is_field(left):
        key = left.key
        return lambda env: env.record.get(key) == value
    inner = make(left)
    return lambda env: inner(env) == value


def _unequal(node: Node, make: Make) -> Closure:
    equal = _equal(node, make)
    return lambda env: not equal(env)


def same(left: Any, right: Any) -> bool:
    """Equality of lists: a tuple is a list, and a blank one is empty."""
    return list(left or ()) == list(right or ())


def _compared(node: Node, make: Make) -> Closure:
    left, right = node.args
    holds = arithmetic.ORDER[node.op]
    if "money" in (left.kind, right.kind):
        return python_leaves.strict(left, right, lambda a, b: arithmetic.compare(a, b, holds), make)
    return python_leaves.strict(left, right, holds, make)


def _membership(node: Node, make: Make) -> Closure:
    item, many = node.args
    inner = make(item)
    if many.op == "list":
        values = frozenset(constant(many)) - {None}  # type: ignore[call-overload]  # a list is a tuple here
        return lambda env: None if (value := inner(env)) is None else value in values
    listed = make(many)

    def run(env: Env) -> bool | None:
        value, entries = inner(env), listed(env)
        if value is None or entries is None:
            return None
        require_list_length(len(entries))
        return value in entries

    return run


def _and(node: Node, make: Make) -> Closure:
    parts = [make(part) for part in node.args]

    def run(env: Env) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(env)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return run


def _or(node: Node, make: Make) -> Closure:
    parts = [make(part) for part in node.args]

    def run(env: Env) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(env)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return run


def _not(node: Node, make: Make) -> Closure:
    inner = make(node.args[0])

    def run(env: Env) -> bool | None:
        value = inner(env)
        return None if value is None else not value

    return run


def _if(node: Node, make: Make) -> Closure:
    condition, then, otherwise = map(make, node.args)
    return lambda env: then(env) if condition(env) is True else otherwise(env)


MAKERS: Final[dict[str, Callable[[Node, Make], Closure]]] = {
    "add": _add,
    **dict.fromkeys(("sub", "mul", "div", "floordiv", "mod"), _arithmetic),
    "neg": _negate,
    "eq": _equal,
    "ne": _unequal,
    **dict.fromkeys(arithmetic.ORDER, _compared),
    "in": _membership,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
}
