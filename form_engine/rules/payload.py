"""What a browser is told of a form's rules, so that a form lives while it is filled in. The server has the last word.

A rule is sent as its trees only where the reader may read every value it looks at in clear, and all of them stand in
the record itself. Of any other rule the browser learns whether it holds at this moment ("holds") and what it does to
which field, and nothing of what it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from form_engine.rules.asking import Asked, FormWithRules
from form_engine.rules.ruleset import Rule
from form_engine.rules.states import judges_of, merge
from platform_core import clock, i18n, records
from platform_core.entities import Entity, EntityField
from platform_core.expressions import Checked
from platform_core.identity import Actor

Json = dict[str, Any]
Readable = Callable[[str], bool]
"""Whether the reader reads a field of this record in clear."""


class Matrix(Protocol):
    """The stage matrix of a compiled form."""

    @property
    def field(self) -> str: ...

    @property
    def levels(self) -> Mapping[str, Mapping[str, str]]: ...


def live_payload(
    form: FormWithRules, asked: Asked, actor: Actor, readable: Readable, matrix: Matrix | None = None
) -> Json:
    """The JSON under `data-live` (docs/reference/rules.md)."""
    entity, teller = form.entity, _Teller(form.entity, readable)
    told = {
        "fields": {field.name: teller.field(field) for field in entity.own_fields if readable(field.name)},
        "rules": [teller.rule(rule, asked) for rule in form.rules.rules if teller.tells(rule)],
        "record": teller.values(asked.save.values),
        "old": teller.values(asked.save.before or {}),
        "user": _user(actor),
        "zone": asked.save.zone,
        "now": clock.now().isoformat().replace("+00:00", "Z"),
    }
    if matrix is not None and readable(matrix.field):
        levels = {
            stage: {name: level for name, level in row.items() if readable(name)}
            for stage, row in matrix.levels.items()
        }
        return told | {"matrix": {"field": matrix.field, "levels": levels}}
    return told | {"states": _fixed(form, asked, readable)}


class _Teller:
    """Says of a form what its reader may know."""

    def __init__(self, entity: Entity, readable: Readable) -> None:
        self._entity = entity
        self._readable = readable

    def field(self, field: EntityField) -> Json:
        told: Json = {
            "type": field.expression_type.code,
            "label": i18n.label(field.label) or field.name,
            "required": field.required,
            "scale": getattr(field.definition, "scale", None),
        }
        if field.rows is not None:
            told["columns"] = {name: self.field(cell) for name, cell in field.rows.fields.items()}
        return told

    def values(self, values: Mapping[str, object]) -> Json:
        """Wire values by field, references as bare ids."""
        return {
            field.name: _rows_wire(field, values[field.name])
            if field.rows is not None
            else field.codec.to_wire(values[field.name])
            for field in self._entity.own_fields
            if field.name in values and values[field.name] is not None and self._readable(field.name)
        }

    def tells(self, rule: Rule) -> bool:
        """Whether there is anything that the browser could do with the rule."""
        return self._is_known(rule) or not rule.rows

    def rule(self, rule: Rule, asked: Asked) -> Json:
        made = rule.definition
        effects: Json = {"show": made.show, "require": made.require, "read_only": made.read_only}
        told: Json = {name: self._aims(paths) for name, paths in effects.items() if paths}
        told |= {"id": made.id, "label": i18n.label(made.label) or made.id}
        if not self._is_known(rule):
            return told | {"holds": asked.case.holds(rule.holds)}
        if rule.when is not None:
            told["when"] = _tree(rule.when)
        if rule.settings:
            told["set"] = {each.path: _tree(each.checked) for each in rule.settings}
        if rule.offers:
            told["options"] = {each.path: _tree(each.checked) for each in rule.offers}
        if rule.check is not None:
            told |= {"check": _tree(rule.check), "at": made.at, "message": i18n.label(made.message)}
        return told

    def _aims(self, paths: tuple[str, ...]) -> list[str]:
        return [path for path in paths if self._readable(path.partition(".")[0])]

    def _is_known(self, rule: Rule) -> bool:
        """Whether everything the rule asks is in the record itself and may be read."""
        checked = [rule.when, rule.check]
        checked += [each.checked for each in rule.settings]
        checked += [each.checked for each in rule.offers]
        paths = {path for each in checked if each is not None for path in each.paths}
        return all(self._is_here(path) for path in paths)

    def _is_here(self, path: tuple[str, ...]) -> bool:
        field = self._entity.fields.get(path[0])
        if field is None or field.system or not self._readable(path[0]) or field.children is not None:
            return False
        return len(path) == 1 or field.rows is not None


def _rows_wire(field: EntityField, rows: object) -> list[Json]:
    cells = field.rows.fields if field.rows is not None else {}
    return [
        {"id": row["id"]} | {name: cell.codec.to_wire(row.get(name)) for name, cell in cells.items()}
        for row in (rows if isinstance(rows, tuple) else ())
    ]


def _fixed(form: FormWithRules, asked: Asked, readable: Readable) -> Json:
    """The states that others than rules decide and the browser cannot judge."""
    verdicts = [one for judge in judges_of(form) for one in judge(asked.case.env, asked.case.actor)]
    return {
        path: {"visible": state.visible, "required": state.required, "read_only": state.read_only}
        for path, state in merge(verdicts).items()
        if readable(path.partition(".")[0])
    }


def _tree(checked: Checked) -> Any:
    return msgspec.to_builtins(checked.ir)


def _user(actor: Actor) -> Json:
    """The person as expressions know one; their roles and teams are their own to know."""
    view = records.user_view(actor)
    names = ("id", "name", "email", "language", "zone", "team", "teams", "territories", "roles")
    return {name: view.get(name) for name in names}
