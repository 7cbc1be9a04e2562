"""Calls: which way of calling fits, rows as arguments, and the forms that are rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from platform_core.expressions import checked_operators
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import ExpressionError
from platform_core.expressions.functions import find, names
from platform_core.expressions.functions.spec import FunctionSpec
from platform_core.expressions.ir import Node, constant
from platform_core.expressions.scope import rows_of
from platform_core.expressions.signatures import BOUNDS, Parameter, Signature
from platform_core.expressions.types import BOOL, KEYED, Type, fits, list_of, money, unify
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.checker import Checker, Typed

_WORDS: Final = {
    "and": "a and b",
    "or": "a or b",
    "not": "not a",
    "iif": "IF(a, b, c)",
    "isblank": "BLANK(a)",
}
_FIELD_FUNCTIONS: Final = frozenset({"changed", "was", "lookup"})
_ZERO: Final = Node("const", value="0", type="number")
_HUNDRED: Final = Node("const", value="100", type="number")


def call(checker: Checker, node: Node) -> Typed:
    """A call, checked; ROUND of a quotient becomes one exact operation."""
    spec = find(node.name)
    if spec is None:
        return _unknown(checker, node)
    if not any(way.takes(len(node.args)) for way in spec.signatures):
        return _wrong_count(checker, node, spec)
    if node.name in _FIELD_FUNCTIONS:
        return _field_function(checker, node)
    typed = [_argument(checker, spec, node, index) for index in range(len(node.args))]
    if any(kind is None for _, kind in typed):
        return node, None
    ways = [way for way in spec.signatures if way.takes(len(node.args))]
    for way in ways:
        bound = _bind(way, typed)
        if bound is not None:
            return _made(checker, node, spec, way, typed, bound)
    return _wrong_argument(checker, node, ways[0] if len(ways) == 1 else None, spec, typed)


def _unknown(checker: Checker, node: Node) -> Typed:
    if node.name in _WORDS:
        return checker.report(
            node, "unknown_function", N_("There is no function {name}."), N_("Write {fix}"),
            name=node.name.upper(), fix=_WORDS[node.name],
        )  # fmt: skip
    return checker.report_with_suggestion(
        node,
        "unknown_function",
        N_("There is no function {name}."),
        node.name,
        [*names()],
        name=node.name.upper(),
    )


def _wrong_count(checker: Checker, node: Node, spec: FunctionSpec) -> Typed:
    return checker.report(
        node, "wrong_arguments", N_("{name} is not called with {count} arguments."), N_("Write {usage}"),
        name=spec.name.upper(), count=len(node.args), usage=usage(spec),
    )  # fmt: skip


def usage(spec: FunctionSpec) -> str:
    """How a function is called: "ROUND(value, digits)", several ways joined by "or"."""
    ways = [", ".join(parameter.name for parameter in way.parameters) for way in spec.signatures]
    return " / ".join(f"{spec.name.upper()}({way})" for way in ways)


def _field_function(checker: Checker, node: Node) -> Typed:
    field = node.args[0]
    if field.op != "path":
        return checker.report(
            field, "wrong_type", N_("{name} takes the name of a field."), name=node.name.upper()
        )
    if node.name == "lookup":
        return checker.path(field)
    if "old" not in checker.scope.roots:
        return checker.report(node, "no_old", N_("There are no earlier values here."))
    names_only = field.path[1:] if field.path[0] == "record" else field.path
    before, kind = checker.path(Node("path", path=("old", *names_only), at=field.at))
    if kind is None or node.name == "was":
        return before, kind
    now, _ = checker.path(field)
    return Node("ne", (now, before), type=BOOL.code, at=node.at), BOOL


def _argument(checker: Checker, spec: FunctionSpec, node: Node, index: int) -> Typed:
    argument, count = node.args[index], len(node.args)
    if not spec.takes_rows_at(index, count):
        return checker.visit(argument)
    lists = _row_lists(checker, argument)
    if len(lists) > 1:
        return checker.report(argument, "wrong_type", N_("The rows of two lists cannot be read together."))
    outer, checker.rows = checker.rows, next(iter(lists), ())
    try:
        body, kind = checker.visit(argument)
    finally:
        rows, checker.rows = checker.rows, outer
    if not rows or kind is None:
        return body, kind
    many = list_of(kind)
    return Node("each", (body,), name="record", path=rows, type=many.code, at=argument.at), many


def _row_lists(checker: Checker, argument: Node) -> set[tuple[str, ...]]:
    """The lists of rows that an argument reads row by row, leaving out what inner list functions take whole."""
    found: set[tuple[str, ...]] = set()
    waiting = [argument]
    while waiting:
        part = waiting.pop()
        if part.op == "path" and part.path[0] not in checker.scope.roots:
            path = part.path[1:] if part.path[0] == "record" else part.path
            found.add(rows_of(checker.scope, path))
        spec = find(part.name) if part.op == "call" else None
        waiting.extend(
            child
            for index, child in enumerate(part.args)
            if spec is None or not spec.takes_rows_at(index, len(part.args))
        )
    return found - {()}


def _bind(way: Signature, typed: Sequence[Typed]) -> dict[str, Type] | None:
    """What the variables of a signature stand for, or None where the arguments do not fit."""
    bound: dict[str, Type] = {}
    for index, (node, kind) in enumerate(typed):
        if kind is None or not _bind_one(way.parameter(index), node, kind, bound):
            return None
    return bound


def _bind_one(parameter: Parameter, node: Node, kind: Type, bound: dict[str, Type]) -> bool:
    if parameter.words:
        return node.op == "const" and node.value in parameter.words
    if parameter.type is not None:
        return fits(kind, parameter.type) or (parameter.type.kind in KEYED and _is_text_constant(node))
    element = kind.of if parameter.is_list else kind
    if element is None:
        return kind.kind == "null"
    limit = BOUNDS[parameter.variable]
    if limit is not None and element.kind not in limit and element.kind not in ("null", "any"):
        return False
    known = bound.get(parameter.variable)
    together = element if known is None else unify(known, element)
    if together is None and known is not None:
        together = _keyed_of(known, element)
    if together is None:
        return False
    bound[parameter.variable] = together
    return True


def _keyed_of(one: Type, other: Type) -> Type | None:
    """Of a text and a key the key; whether the text is a constant shows when it is adapted."""
    kinds = {one.kind: one, other.kind: other}
    return next((kinds[kind] for kind in kinds if kind in KEYED and "text" in kinds), None)


def _is_text_constant(node: Node) -> bool:
    return node.op == "const" and node.kind == "text"


def _made(
    checker: Checker,
    node: Node,
    spec: FunctionSpec,
    way: Signature,
    typed: Sequence[Typed],
    bound: dict[str, Type],
) -> Typed:
    args: list[Node] = []
    for index, (argument, kind) in enumerate(typed):
        parameter = way.parameter(index)
        element = parameter.type or bound.get(parameter.variable)
        if kind is None or element is None or parameter.words:
            args.append(argument)
            continue
        wanted = list_of(element) if parameter.is_list and parameter.variable else element
        adapted, found = checker.adapt(argument, kind, wanted)
        if found is None:
            return node, None
        if not fits(found, wanted):
            return checked_operators.mismatch(checker, argument, wanted, found)
        args.append(adapted)
    result = _with_currency(spec, args, way.result_type(bound))
    made = Node("call", tuple(args), name=spec.name, type=result.code, at=node.at)
    return _checked_constant(checker, spec, _exact_round(made)), result


def _with_currency(spec: FunctionSpec, args: Sequence[Node], result: Type) -> Type:
    """MONEY(1, 'EUR') is money in EUR; mixing it with another currency is then a problem at once."""
    if spec.name == "money" and args[1].op == "const" and isinstance(args[1].value, str):
        return money(args[1].value)
    return result


def _checked_constant(checker: Checker, spec: FunctionSpec, node: Node) -> Node:
    """Computes a call of constants once, so that a date that does not exist is a problem now and not at run time."""
    if (
        node.op != "call"
        or not spec.blank_because
        or any(part.op not in ("const", "list") for part in node.args)
    ):
        return node
    values = [constant(part) for part in node.args]
    if any(value is None for value in values) or any(part.kind == "list" for part in node.args):
        return node
    try:
        result = spec.python(*([Env()] if spec.needs_env else []), *values)
    except (ExpressionError, ArithmeticError) as exc:
        checker.report(
            node, "bad_constant", getattr(exc, "message", "") or N_("This calculation has no result.")
        )
        return node
    if result is None:
        checker.report(node, "bad_constant", spec.blank_because)
    return node


def _exact_round(node: Node) -> Node:
    """ROUND(x / y, n), ROUND(PERCENT(x, y), n) and ROUND(AVG(list), n) as one division that rounds once."""
    if node.name != "round":
        return node
    inner = node.args[0]
    digits = node.args[1] if len(node.args) > 1 else _ZERO
    if inner.op == "div":
        terms = inner.args
    elif inner.op == "call" and inner.name == "percent":
        part, total = inner.args
        terms = (Node("mul", (part, _HUNDRED), type=part.type, at=part.at), total)
    elif inner.op == "call" and inner.name == "avg":
        values = inner.args
        terms = (
            Node("call", values, name="sum", type=inner.type, at=inner.at),
            Node("call", values, name="count", type="number", at=inner.at),
        )
    else:
        return node
    if any(term.kind == "duration" for term in terms):
        return node
    return Node("round_div", (*terms, digits), type=node.type, at=node.at)


def _wrong_argument(
    checker: Checker, node: Node, way: Signature | None, spec: FunctionSpec, typed: Sequence[Typed]
) -> Typed:
    """Points at the first argument that does not fit; with several ways to call it, shows them."""
    if way is None:
        return checker.report(
            node, "wrong_type", N_("{name} does not take these values."), N_("Write {usage}"),
            name=spec.name.upper(), usage=usage(spec),
        )  # fmt: skip
    bound: dict[str, Type] = {}
    for index, (argument, kind) in enumerate(typed):
        parameter = way.parameter(index)
        if kind is not None and not _bind_one(parameter, argument, kind, bound):
            return _report_argument(checker, argument, kind, parameter, spec, bound)
    return checker.report(
        node, "wrong_type", N_("{name} does not take these values."), name=spec.name.upper()
    )


def _report_argument(
    checker: Checker,
    argument: Node,
    kind: Type,
    parameter: Parameter,
    spec: FunctionSpec,
    bound: dict[str, Type],
) -> Typed:
    if parameter.words:
        return checker.report(
            argument, "wrong_word", N_("{parameter} of {name} is one of {words}."),
            parameter=parameter.name, name=spec.name.upper(), words=", ".join(f"'{w}'" for w in parameter.words),
        )  # fmt: skip
    known = bound.get(parameter.variable) if parameter.variable else None
    if known is not None and known.kind != kind.kind:
        return checked_operators.mismatch(checker, argument, known, kind)
    if known is not None and known.kind == "money":
        return checked_operators.mismatch(checker, argument, known, kind)
    return checker.report(
        argument, "wrong_type", N_("{parameter} of {name} cannot be {found}."), _hint(parameter, kind),
        parameter=parameter.name, name=spec.name.upper(), found=checker.describe(kind),
    )  # fmt: skip


def _hint(parameter: Parameter, kind: Type) -> str:
    if parameter.is_list:
        return N_("It takes a list, such as lines.amount or ['a', 'b']")
    if parameter.type is not None and parameter.type.kind == "text":
        return N_("Use TEXT(value)")
    return ""
