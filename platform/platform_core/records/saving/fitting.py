"""Computed numbers at the scale of their columns, so that what is answered, remembered and stored is one value."""

from __future__ import annotations

from platform_core import database
from platform_core.database import BadValue
from platform_core.records.saving.columns import FieldColumns, table_plan
from platform_core.records.saving.work import Save


def fit_decimals(save: Save) -> None:
    """Rounds what formulas and defaults have set (half up) and notes what is too large; input is fitted already."""
    plan = table_plan(save.entity)
    for name, value in save.values.items():
        field = plan.by_name.get(name)
        if (
            field is None
            or not field.decimals
            or value is None
            or name in save.given
            or field.field.computed is not None  # fitted when it was worked out
            or not save.changed(name)
        ):
            continue
        try:
            save.values[name] = _fitted(field, value)
        except BadValue as exc:
            save.refuse(name, exc.code, exc.message, below="", remedy=exc.remedy, **exc.params)


def _fitted(field: FieldColumns, value: object) -> object:
    raw = list(field.values(value))
    for place, kind in field.decimals:
        raw[place] = database.from_db(kind, raw[place])
    return field.field.codec.from_columns(raw)
