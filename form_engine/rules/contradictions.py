"""Rules of one form that stand against each other. The form works with every one of them; what is meant may differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from form_engine.definition import FormDef, RuleDef
from form_engine.rules.implying import excludes, implies
from platform_core.expressions import Checked, Node
from platform_core.i18n import N_


class Finding(Struct, frozen=True):
    """One contradiction: its place, and a sentence with places for `params`."""

    code: str
    pointer: str
    message: str
    params: Mapping[str, object]


def contradictions(definition: FormDef, expressions: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Everything that two rules, or a rule and a field, say against each other."""
    conditions = {
        rule.id: Checked.from_json(expressions[place]).ir
        for rule in definition.rules
        if (place := f"rule.{rule.id}.when") in expressions
    }
    finder = _Finder(definition, conditions)
    yield from finder.idle()
    yield from finder.twice_set()
    yield from finder.never_filled()


class _Finder:
    """One search. A condition that is missing always holds."""

    def __init__(self, definition: FormDef, conditions: Mapping[str, Node]) -> None:
        self._definition = definition
        self._conditions = conditions

    def idle(self) -> Iterator[Finding]:
        """Rules that do nothing."""
        for number, rule in enumerate(self._definition.rules):
            effects = (rule.require, rule.read_only, rule.set, rule.options, rule.check)
            if not any(effects) and not rule.show:
                message = N_("The rule '{rule}' does nothing yet.")
                yield Finding("idle", f"/rules/{number}", message, {"rule": rule.id})
            elif rule.show and rule.when is None:
                message = N_("The rule '{rule}' always holds, so it never hides anything.")
                yield Finding("idle", f"/rules/{number}/show", message, {"rule": rule.id})

    def twice_set(self) -> Iterator[Finding]:
        """Fields that two rules fill in at the same time; the later one wins."""
        first: dict[str, list[RuleDef]] = {}
        for number, rule in enumerate(self._definition.rules):
            for path, text in rule.set.items():
                for other in first.get(path, ()):
                    if other.set[path] != text and not self._apart(other, rule):
                        message = N_("'{rule}' and '{other}' can both fill '{field}' in; '{rule}' then wins.")
                        params = {"rule": rule.id, "other": other.id, "field": path}
                        yield Finding("twice_set", f"/rules/{number}/set/{path}", message, params)
                first.setdefault(path, []).append(rule)

    def never_filled(self) -> Iterator[Finding]:
        """Fields that are required while something hides or closes them: then they may stay blank."""
        required = [(rule, path) for rule in self._definition.rules for path in rule.require]
        for rule, path in required:
            number = self._definition.rules.index(rule)
            pointer = f"/rules/{number}/require/{rule.require.index(path)}"
            for other in self._definition.rules:
                params: dict[str, object] = {"rule": rule.id, "other": other.id, "field": path}
                if path in other.show and not self._implied(rule, other):
                    message = N_(
                        "'{rule}' can require '{field}' while '{other}' hides it; it may stay blank then."
                    )
                    yield Finding("required_and_hidden", pointer, message, params)
                if path in other.read_only and not self._apart(rule, other) and not self._fills(path):
                    message = N_(
                        "'{rule}' can require '{field}' while '{other}' closes it; it may stay blank then."
                    )
                    yield Finding("required_and_closed", pointer, message, params)
        for number, rule in enumerate(self._definition.rules):
            for place, path in enumerate(rule.read_only):
                if self._is_required(path) and rule.when is None and not self._fills(path):
                    message = N_(
                        "'{rule}' always closes the required field '{field}': nobody can fill it in."
                    )
                    params = {"rule": rule.id, "field": path}
                    yield Finding(
                        "required_and_closed", f"/rules/{number}/read_only/{place}", message, params
                    )

    def _apart(self, one: RuleDef, other: RuleDef) -> bool:
        """Whether two rules can never hold at once."""
        left, right = self._conditions.get(one.id), self._conditions.get(other.id)
        return left is not None and right is not None and excludes(left, right)

    def _implied(self, one: RuleDef, other: RuleDef) -> bool:
        """Whether the other rule holds wherever the one does."""
        left, right = self._conditions.get(one.id), self._conditions.get(other.id)
        return right is None or (left is not None and implies(left, right))

    def _fills(self, path: str) -> bool:
        """Whether the field gets a value by itself: a default, or a rule that fills it in."""
        field = self._definition.field_named(path)
        return (field is not None and field.default is not None) or any(
            path in rule.set for rule in self._definition.rules
        )

    def _is_required(self, path: str) -> bool:
        field = self._definition.field_named(path)
        return field is not None and field.required
