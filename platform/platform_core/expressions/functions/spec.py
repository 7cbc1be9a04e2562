"""One function = one row: everything that any back end or help text needs to know about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from platform_core.expressions.ir import Node
from platform_core.expressions.signatures import Signature, signature

if TYPE_CHECKING:
    from platform_core.expressions.sql_values import SqlEmitter

Group = Literal["logic", "numbers", "text", "dates", "lists", "people"]
Nulls = Literal["propagate", "handles"]
JavaScript = Literal["yes", "told", "no"]
GROUPS: Final[tuple[Group, ...]] = ("logic", "numbers", "text", "dates", "lists", "people")


class Example(msgspec.Struct, frozen=True):
    """A call and its result, both as people would write them; the tests run every one."""

    expression: str
    result: str


class FunctionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A function of the language.

    `name` is lower case; people see it in capitals. `python` gets the argument values in order (with `needs_env` the
    Env first). With nulls="propagate" it is never called with a blank: any blank argument makes the result blank;
    with "handles" it sees None. Lists may hold None. `blank_because` says why the result is blank where no argument is.

    `sqlite` and `postgresql` are a template over the arguments ("char_length({0})"), or an emitter, or None where no
    exact SQL exists: then the function may stand in a filter only over values that do not come from the record.
    `specialise` chooses the Python function by the checked call, where the types of the arguments decide.
    `javascript` says what a browser does with it: "yes", it answers as Python does; "told", it answers where the page was
    told enough (people, calendars) and else leaves the decision to the server; "no", it always leaves it.
    """

    name: str
    group: Group
    signatures: tuple[Signature, ...]
    python: Callable[..., object]
    help: Mapping[str, str]
    examples: tuple[Example, ...] = ()
    nulls: Nulls = "propagate"
    needs_env: bool = False
    specialise: Callable[[Node], Callable[..., object]] | None = None
    volatile: bool = False
    sqlite: str | SqlEmitter | None = None
    postgresql: str | SqlEmitter | None = None
    javascript: JavaScript = "no"
    blank_because: str = ""

    @property
    def sqlable(self) -> bool:
        """Whether both engines answer exactly as Python does."""
        return self.sqlite is not None and self.postgresql is not None

    def takes_rows_at(self, index: int, count: int) -> bool:
        """Whether argument `index` of `count` is a list, and so may be an expression over rows."""
        return any(way.takes(count) and way.parameter(index).is_list for way in self.signatures)


def function(
    name: str,
    group: Group,
    ways: str | tuple[str, ...],
    python: Callable[..., object],
    en: str,
    zh: str,
    *examples: tuple[str, str],
    es: str = "",
    fr: str = "",
    ar: str = "",
    nulls: Nulls = "propagate",
    needs_env: bool = False,
    specialise: Callable[[Node], Callable[..., object]] | None = None,
    volatile: bool = False,
    sql: str | SqlEmitter | None = None,
    sqlite: str | SqlEmitter | None = None,
    postgresql: str | SqlEmitter | None = None,
    javascript: JavaScript = "no",
    blank_because: str = "",
) -> FunctionSpec:
    """A row of the table in a readable spelling; `sql` stands for both engines. A plugin may leave out es, fr and ar:
    readers of these then see the English help. A plugin's function runs on the server alone."""
    return FunctionSpec(
        name=name,
        group=group,
        signatures=tuple(signature(way) for way in ((ways,) if isinstance(ways, str) else ways)),
        python=python,
        help={
            code: said for code, said in (("en", en), ("zh", zh), ("es", es), ("fr", fr), ("ar", ar)) if said
        },
        examples=tuple(Example(expression, result) for expression, result in examples),
        nulls=nulls,
        needs_env=needs_env,
        specialise=specialise,
        volatile=volatile,
        sqlite=sqlite or sql,
        postgresql=postgresql or sql,
        javascript=javascript,
        blank_because=blank_because,
    )


built_in: Final = partial(function, javascript="yes")
"""A row of our own: `function`, with a side in the browser (`static/js/expressions/functions`)."""
