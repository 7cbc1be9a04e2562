"""Values for what a new record was not given: constants and expressions."""

from __future__ import annotations

from decimal import Decimal

from platform_core.entities import EntityField
from platform_core.expressions import Env, ExpressionError, compile_python
from platform_core.i18n import N_
from platform_core.records.saving.environment import environment
from platform_core.records.saving.work import Save


def fill_defaults(save: Save) -> None:
    """Gives every own field that the input does not name its default; `today()` is meant in the owner's zone."""
    waiting: list[EntityField] = []
    for field in save.entity.own_fields:
        if field.name in save.given or field.virtual:
            continue
        if field.default_expression is not None:
            waiting.append(field)
        elif field.default is not None:
            save.values[field.name] = field.default
    if not waiting:
        return
    env = environment(save)
    for field in waiting:
        _evaluate(save, field, env)


def _evaluate(save: Save, field: EntityField, env: Env) -> None:
    checked = field.default_expression
    if checked is None:
        return
    try:
        value = compile_python(checked)(env)
    except ExpressionError as exc:
        save.refuse(field.name, "default", N_("The default cannot be computed: {reason}"), reason=exc.text)
        return
    save.values[field.name] = as_stored(field, value)


def as_stored(field: EntityField, value: object) -> object:
    """A result of an expression as the field keeps it: whole numbers as int, lists as tuples."""
    if isinstance(value, list):
        return tuple(value)
    kind = field.columns[0].type.kind if field.columns else ""
    if isinstance(value, Decimal) and kind == "int" and value == value.to_integral_value():
        return int(value)
    return value
