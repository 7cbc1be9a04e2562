"""The hot path: a checked tree becomes nested Python functions of one argument, the environment.

Each closure answers the value of its part, None where it is blank or unknown. Kinds are known from the check, so
numbers go straight to the decimal context, and nothing is looked up by name while evaluating.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import DecimalException, getcontext, setcontext
from functools import lru_cache
from typing import Any, Final

from platform_core.expressions import arithmetic, python_operators
from platform_core.expressions.checked import Checked
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import EvaluationError, ExpressionError
from platform_core.expressions.functions import find
from platform_core.expressions.functions.spec import FunctionSpec
from platform_core.expressions.ir import Node, constant, size, walk
from platform_core.expressions.limits import (
    CACHE,
    NUMBERS,
    number_too_large,
    require_list_length,
    require_steps,
)
from platform_core.i18n import N_

Closure = Callable[[Env], Any]


@lru_cache(maxsize=CACHE)
def compile_python(checked: Checked) -> Closure:
    """A function from an Env to the value; whatever goes wrong in it is an EvaluationError with a code."""
    return runner(checked.ir)


def runner(node: Node) -> Closure:
    """The function of a whole tree: in the language's decimal context, with every exception as an EvaluationError."""
    run = closure(node)
    computes = any(part.op in ("add", "sub", "mul") and part.kind == "number" for part in walk(node))
    return _computing(run) if computes else _guarded(run)


def _computing(run: Closure) -> Closure:
    """`run` with NUMBERS as the thread's decimal context, so that plain operators keep to 28 digits."""

    def evaluate(env: Env) -> Any:
        outer = getcontext()
        setcontext(NUMBERS)
        try:
            return run(env)
        except ExpressionError:
            raise
        except Exception as exc:
            raise evaluation_error(exc) from exc
        finally:
            setcontext(outer)

    return evaluate


def _guarded(run: Closure) -> Closure:
    def evaluate(env: Env) -> Any:
        try:
            return run(env)
        except ExpressionError:
            raise
        except Exception as exc:
            raise evaluation_error(exc) from exc

    return evaluate


def evaluation_error(exc: Exception) -> EvaluationError:
    """The error code of a Python exception met while evaluating."""
    if isinstance(exc, DecimalException):
        return number_too_large()
    if isinstance(exc, OverflowError):
        return EvaluationError(
            "date_out_of_range", N_("A date in this calculation is not between 1 and 9999.")
        )
    if isinstance(exc, TypeError | AttributeError):
        return EvaluationError("wrong_value", N_("A value has another type than its field."))
    return EvaluationError("evaluation_failed", N_("This calculation failed."))


def evaluate_condition(run: Closure, env: Env) -> bool:
    """Whether a compiled condition holds; unknown counts as no."""
    return run(env) is True


def closure(node: Node) -> Closure:
    """The closure of one part."""
    return _MAKERS[node.op](node)


def _constant(node: Node) -> Closure:
    value = constant(node)
    return lambda env: value


def _path(node: Node) -> Closure:
    plain = _plain_path(node)
    if node.kind != "list":
        return plain
    return lambda env: plain(env) or ()  # a list is never blank, only empty


def _plain_path(node: Node) -> Closure:
    key = node.key
    if node.name == "record":
        return lambda env: env.record.get(key)
    if node.name == "old":
        return lambda env: env.old.get(key)
    if node.name == "user":
        return lambda env: None if env.user is None else env.user.get(key)
    root = node.name
    return lambda env: env.values(root).get(key)


def _row(node: Node) -> Closure:
    key = node.key
    return lambda env: env.row.get(key)


def _each(node: Node) -> Closure:
    body, root, key, parts = closure(node.args[0]), node.name, node.key, size(node.args[0])
    starred = f"{key}[*]"

    def values(env: Env) -> list[Any]:
        source = env.values(root)
        rows = source.get(starred)
        rows = source.get(key) if rows is None else rows
        return each_row(env, rows or (), body, parts)  # type: ignore[arg-type]  # checked row by row

    return values


def each_row(env: Env, rows: Sequence[Mapping[str, object]], body: Closure, parts: int) -> list[Any]:
    """`body` for every row; EvaluationError where that would be too many steps."""
    require_list_length(len(rows))
    require_steps(len(rows) * parts)
    outer, results = env.row, []
    try:
        for row in rows:
            env.row = row
            results.append(body(env))
    finally:
        env.row = outer
    return results


def _part(node: Node) -> Closure:
    inner, name = closure(node.args[0]), node.name

    def part(env: Env) -> Any:
        value = inner(env)
        return None if value is None else getattr(value, name)

    return part


def _call(node: Node) -> Closure:
    spec = find(node.name)
    if spec is None:
        raise ExpressionError(
            "bad_ir", N_("The expression uses {name}, which is not there."), params={"name": node.name}
        )
    run = python_function(spec, node)
    arguments = [closure(part) for part in node.args]
    if spec.nulls == "handles":
        return _handling_blanks(run, arguments, spec.needs_env)
    if spec.needs_env:
        return _with_env(run, arguments)
    return _plain_call(run, arguments)


def python_function(spec: FunctionSpec, node: Node) -> Callable[..., Any]:
    """The Python function of a checked call."""
    return spec.specialise(node) if spec.specialise else spec.python


def _handling_blanks(run: Callable[..., Any], arguments: Sequence[Closure], needs_env: bool) -> Closure:
    if needs_env:
        return lambda env: run(env, *[argument(env) for argument in arguments])
    return lambda env: run(*[argument(env) for argument in arguments])


def _with_env(run: Callable[..., Any], arguments: Sequence[Closure]) -> Closure:
    def call(env: Env) -> Any:
        values = [argument(env) for argument in arguments]
        return None if None in values else run(env, *values)

    return call


def _plain_call(run: Callable[..., Any], arguments: Sequence[Closure]) -> Closure:
    if len(arguments) == 1:
        only = arguments[0]

        def call_one(env: Env) -> Any:
            value = only(env)
            return None if value is None else run(value)

        return call_one

    def call(env: Env) -> Any:
        values = [argument(env) for argument in arguments]
        return None if None in values else run(*values)

    return call


def _round_div(node: Node) -> Closure:
    left, right, digits = map(closure, node.args)

    def divide(env: Env) -> Any:
        a, b, n = left(env), right(env), digits(env)
        return None if a is None or b is None or n is None else arithmetic.rounded_quotient(a, b, n)

    return divide


_MAKERS: Final[dict[str, Callable[[Node], Closure]]] = {
    "const": _constant,
    "list": _constant,
    "path": _path,
    "row": _row,
    "each": _each,
    "part": _part,
    "call": _call,
    "round_div": _round_div,
    **{op: lambda node: python_operators.MAKERS[node.op](node, closure) for op in python_operators.MAKERS},
}
