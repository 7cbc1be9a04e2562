"""The expressions of a form's rules as they are written: where each stands and what it has to give."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from form_engine.definition import FormDef, RuleDef
from form_engine.rules.targets import rows_of, table_of


class RuleText(Struct, frozen=True):
    """One expression. `place` is its name among the stored expressions, `rows` the table whose rows it may be asked
    for, `target` the field whose type it must have ("" for a condition), `picked` the field it narrows."""

    place: str
    pointer: str
    text: str
    rows: str = ""
    target: str = ""
    picked: str = ""


def texts_of(definition: FormDef) -> Iterator[RuleText]:
    """Every expression of every rule."""
    for number, rule in enumerate(definition.rules):
        yield from _of_rule(rule, f"/rules/{number}")


def _of_rule(rule: RuleDef, pointer: str) -> Iterator[RuleText]:
    rows = rows_of(rule)
    if rule.when is not None:
        yield RuleText(f"rule.{rule.id}.when", f"{pointer}/when", rule.when, rows)
    if rule.check is not None:
        yield RuleText(f"rule.{rule.id}.check", f"{pointer}/check", rule.check, rows)
    for path, text in rule.set.items():
        place = f"rule.{rule.id}.set.{path}"
        yield RuleText(place, f"{pointer}/set/{path}", text, table_of(path), target=path)
    for path, text in rule.options.items():
        place = f"rule.{rule.id}.options.{path}"
        yield RuleText(place, f"{pointer}/options/{path}", text, table_of(path), picked=path)
