"""Every function at the edges of its types, as rows of the table: `python -m tests.expressions.generated_rows` writes them.

For each way to call a function and each type its arguments may have: plain values, every argument blank in turn, and
every argument at each edge of its type in turn. What is expected is what Python answers; the rows make the other back
ends answer the same. A new function gets its rows by itself; the test compares the file with what would be written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from platform_core.expressions import (
    EvaluationError,
    ExpressionErrors,
    NotSqlable,
    all_functions,
    check,
    compile_python,
    require_sqlable,
)
from platform_core.expressions.functions.spec import FunctionSpec
from platform_core.expressions.signatures import Parameter, Signature
from tests.expressions import tables, world
from tests.expressions.table import FOLDER

FILE = FOLDER / "generated.jsonl"
ZONE = "Europe/Berlin"
EXAMPLES: Mapping[str, tuple[Any, ...]] = {
    "number": ("2.5", "0", "-1", "-0.0001", "99999999999999.9999"),
    "text": ("ab", "", " a ", "信风😀", "Straße", "12.5"),
    "money": ("2.5 EUR", "0 EUR", "-1.25 USD"),
    "bool": (True, False),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31", "2024-12-30"),
    "datetime": ("2024-03-31T00:30:00+00:00", "2024-10-27T01:30:00+00:00", "2023-12-31T23:59:59.999999+00:00"),
    "time": ("09:30:00", "00:00:00", "23:59:59"),
    "choice": ("a", "c"),
    "user": ("$ana", "$bo"), "ref": ("$lab", "$acme"),
}  # fmt: skip
"""The plain value of a type, and its edges."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": ("n", "k", "i"), "text": ("s", "t", "acc.name"), "money": ("amt", "fee"), "bool": ("b", "c"),
    "date": ("d", "e"), "datetime": ("p", "q"), "time": ("h",), "choice": ("g",), "user": ("u", "w"), "ref": ("acc",),
}  # fmt: skip
COLUMNS = {"number": "qty", "text": "note", "money": "cost", "bool": "done", "date": "on", "choice": "sku"}
VARIABLES = {
    "T": ("text", "number", "money", "bool", "date", "choice"), "N": ("number", "money"), "D": ("date", "datetime"),
    "O": ("number", "text", "money", "date"),
}  # fmt: skip
SMALL = {"k": ("2.5", "0", "-1", "-0.01", "999999.99"), "i": ("2", "0", "-1", "7", "9999999")}
"""Fields whose columns hold less than their type."""
CONSTANTS = {"number": "2", "text": "'a'", "date": "date('2024-02-29')"}
LISTS = ("some", "none", "blanks")


def kinds_of(way: Signature) -> Iterator[dict[str, str]]:
    """What the variables of a signature may stand for: one of them at most."""
    names = {parameter.variable for parameter in way.parameters if parameter.variable}
    if not names:
        yield {}
    for name in names:
        for kind in VARIABLES[name]:
            yield {name: kind}


def argument(parameter: Parameter, bound: Mapping[str, str], taken: set[str]) -> tuple[str, str]:
    """(text, type) of an argument that comes from the record; ("", "") where the record has none of that type."""
    if parameter.words:
        return f"'{parameter.words[-1]}'", "word"
    own = parameter.type.of or parameter.type if parameter.type else None
    kind = bound.get(parameter.variable) or (own.kind if own else "")
    if parameter.is_list:
        return (f"lines.{COLUMNS[kind]}", f"list:{kind}") if kind in COLUMNS else ("", "")
    free = [field for field in FIELDS.get(kind, ()) if field not in taken]
    if not free:
        return "", ""
    taken.add(free[0])
    return free[0], kind


def values_of(field: str, kind: str) -> tuple[Any, ...]:
    return SMALL.get(field) or EXAMPLES.get(kind, ())


def rows_of_list(field: str, kind: str, shape: str) -> list[dict[str, Any]]:
    column, examples = field.removeprefix("lines."), EXAMPLES[kind]
    if shape == "none":
        return []
    if shape == "blanks":
        return [{column: examples[0]}, {}, {column: examples[0]}]
    return [{column: value} for value in examples if value not in ("", "99999999999999.9999")]


def calls() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every call with its arguments."""
    for name in sorted(all_functions()):
        spec = all_functions()[name]
        for way in spec.signatures:
            for count in {way.least, len(way.parameters)}:
                for bound in kinds_of(way):
                    yield from _call(spec, way, count, bound)


def _call(
    spec: FunctionSpec, way: Signature, count: int, bound: Mapping[str, str]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    taken: set[str] = set()
    given = [
        argument(parameter, bound, taken)
        for parameter in way.parameters[: max(count, 1 if way.repeats else 0)]
    ]
    if way.repeats:
        given.append(argument(way.parameters[-1], bound, taken))
    if all(text for text, _kind in given):
        name = "IF" if spec.name == "if" else spec.name
        yield f"{name}({', '.join(text for text, _kind in given)})", given
        if spec.sqlable and len(given) > 1:  # databases ask for a fixed number or pattern in some places
            fixed = [given[0], *((CONSTANTS.get(kind, text), "word") for text, kind in given[1:])]
            yield f"{name}({', '.join(text for text, _kind in fixed)})", given[:1]


def environments(given: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Plain values, each argument blank, each argument at its edges, everything blank."""
    plain: dict[str, Any] = {}
    edges: list[dict[str, Any]] = []
    for field, kind in given:
        if kind.startswith("list:"):
            plain["lines"] = rows_of_list(field, kind[5:], "some")
            edges += [{"lines": rows_of_list(field, kind[5:], shape)} for shape in LISTS[1:]]
        elif kind != "word" and values_of(field, kind):
            first, *rest = values_of(field, kind)
            plain[field] = first
            edges += [{field: None}, *({field: value} for value in rest)]
    yield plain
    for edge in edges:
        yield {name: value for name, value in {**plain, **edge}.items() if value is not None}
    if len(edges) > 1:
        yield {}


def generated() -> Iterator[dict[str, Any]]:
    """The rows, in a fixed order."""
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for expr, given in calls():
        plain = next(environments(given))
        for env in environments(given):
            if expr.startswith(("was(", "changed(")):
                env = {**env, "old": plain}
            row = row_of(expr, env)
            key = json.dumps([expr, env], sort_keys=True)
            if row is not None and key not in seen:
                seen.add(key)
                name = expr.split("(")[0].lower()
                counts[name] += 1
                yield {"id": f"generated-{name}-{counts[name]:03d}", **row}


def row_of(expr: str, env: dict[str, Any]) -> dict[str, Any] | None:
    """One row; None where the checker refuses the call (written rows say so)."""
    try:
        checked = check(expr, world.SCOPE)
    except ExpressionErrors:
        return None
    row: dict[str, Any] = {"expr": expr, "env": env, "zone": ZONE, "type": checked.type.code}
    backends = ["python", "trace", "javascript"]
    try:
        row["expect"] = world.shown(compile_python(checked)(world.environment(env, ZONE)))
    except EvaluationError as error:
        return row | {"error": error.code, "backends": backends}
    try:
        require_sqlable(checked, tables.RecordColumns())
    except NotSqlable:
        return row | {"backends": backends}
    return row | {"backends": [*backends, "sqlite", "postgresql"]}


def text() -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in generated())


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
