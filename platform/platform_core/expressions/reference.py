"""The functions as people look them up: for the formula editor's completion and for the documentation."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from platform_core.expressions.functions import GROUPS, Example, all_functions
from platform_core.expressions.functions.spec import FunctionSpec, Group, JavaScript
from platform_core.expressions.limits import TEXT_LENGTH

ExpressionText = Annotated[
    str,
    msgspec.Meta(
        max_length=TEXT_LENGTH,
        description="An expression of Tradewind's language, such as: amount > 1000 and stage in ['quoting', 'won']",
        examples=["amount > 1000", "coalesce(grade_manual, grade_auto)", "owner == user.id"],
        extra_json_schema={"format": "tradewind-expression"},
    ),
]
"""The type of an expression inside a definition's struct: its JSON Schema tells editors what it is."""


_REWRITTEN: Final = frozenset({"if", "lookup"})
"""Functions that the checker turns into other parts, which have SQL."""


class FunctionHelp(msgspec.Struct, frozen=True):
    """One function for a reader. `usage` holds one line per way to call it: "ROUND(value, digits?)"."""

    name: str
    group: Group
    usage: tuple[str, ...]
    help: str
    examples: tuple[Example, ...]
    filter: bool
    """Whether it has exact SQL, so that filters and permissions may use it on fields."""
    volatile: bool
    browser: JavaScript
    """Whether a form in the browser works it out: "told" where the page may know too little."""


def describe_functions(language: str = "en") -> list[FunctionHelp]:
    """Every function, by group and name; help in `language`, else in English."""
    ordered = sorted(all_functions().values(), key=lambda spec: (GROUPS.index(spec.group), spec.name))
    return [_described(spec, language) for spec in ordered]


def _described(spec: FunctionSpec, language: str) -> FunctionHelp:
    return FunctionHelp(
        name=spec.name.upper(),
        group=spec.group,
        usage=tuple(_usage(spec)),
        help=spec.help.get(language) or spec.help["en"],
        examples=spec.examples,
        filter=spec.sqlable or spec.name in _REWRITTEN or not any(way.parameters for way in spec.signatures),
        volatile=spec.volatile,
        browser=spec.javascript,
    )


def _usage(spec: FunctionSpec) -> list[str]:
    ways = []
    for way in spec.signatures:
        names = [f"{parameter.name}{'?' if parameter.optional else ''}" for parameter in way.parameters]
        ways.append(f"{spec.name.upper()}({', '.join(names)}{', …' if way.repeats else ''})")
    return ways
