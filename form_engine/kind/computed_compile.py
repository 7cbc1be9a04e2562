"""The computed part of a compiled field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from form_engine.computed.fitting import fit_of
from form_engine.computed.spec import Rollup, Spec
from form_engine.definition import FieldDef
from form_engine.fields.computed import ComputedField
from form_engine.fields.lookup import LookupField
from form_engine.fields.rollup import RollupField
from form_engine.kind.meta import ComputedMeta
from platform_core.entities import EntityField
from platform_core.expressions import Checked

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS: Mapping[str, Literal["formula", "lookup", "rollup"]] = {
    "formula": "formula",
    "lookup": "lookup",
    "rollup": "rollup",
}


def computed_field(
    made: EntityField, each: ComputedField, meta: ComputedMeta, checked: Callable[[str], Checked | None]
) -> EntityField:
    """`made`, the compiled field of the result, as the field that is worked out."""
    held = made.definition if isinstance(made.definition, FieldDef) else None
    fit = fit_of(
        made.type,
        scale=getattr(held, "scale", None),
        currency=getattr(held, "currency", None),
        most=getattr(held, "max_length", None),
    )
    spec = Spec(
        kind=_KINDS[str(type(each).__struct_config__.tag)],
        inputs=meta.inputs,
        declassified=each.declassify,
        volatile=meta.volatile,
        expression=checked(f"formula.{each.name}"),
        fit=fit,
        path=tuple(each.path.split(".")) if isinstance(each, LookupField) else (),
        rollup=_rollup(each, meta, checked(f"where.{each.name}")),
    )
    if not meta.volatile:
        return dataclasses.replace(made, writable=False, required=False, computed=spec)
    return dataclasses.replace(
        made,
        columns=(),
        writable=False,
        required=False,
        operators=(),
        sortable=False,
        groupable=False,
        computed=spec,
    )


def _rollup(each: ComputedField, meta: ComputedMeta, where: Checked | None) -> Rollup | None:
    if not isinstance(each, RollupField) or each.read is None:
        return None
    return Rollup(meta.form, meta.by, each.read.function, each.read.argument, where)
