"""The kind `form`, as `definitions` asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from form_engine.definition import FormDef
from form_engine.fields.registry import FieldTypes
from form_engine.kind.change import FormChange
from form_engine.kind.check_expressions import check_expressions, far_references
from form_engine.kind.check_fields import check_fields
from form_engine.kind.check_rules import check_rules, rule_references
from form_engine.kind.check_screens import ScreenCheck
from form_engine.kind.compile import CompiledForm, compile_form
from form_engine.kind.computed_check import ComputedCheck
from form_engine.kind.computed_filling import plan_computed, with_computing
from form_engine.kind.computed_references import computed_references
from form_engine.kind.computed_results import settled
from form_engine.kind.meta import read_meta
from form_engine.kind.names import names_in
from form_engine.kind.plan import plan_form, plan_retiring
from form_engine.kind.plan_rules import plan_rules
from form_engine.kind.plan_stages import plan_stages
from form_engine.kind.steps import steps_of
from form_engine.stages.checking import check_stages, stage_references
from platform_core import database
from platform_core.definitions import Key, Kind, PlanItem, Reference, Revision, Steps, World
from platform_core.entities import SYSTEM_FIELDS, quote
from platform_core.errors import Problem


class FormKind(Kind[FormDef]):
    """Forms. The struct is made from the field types that are registered when it is first asked for."""

    name = "form"
    icon = "table"
    labels: Mapping[str, tuple[str, str]] = {
        "en": ("form", "forms"), "zh": ("表单", "表单"), "es": ("formulario", "formularios"),
        "fr": ("formulaire", "formulaires"), "ar": ("نموذج", "النماذج"),
    }  # fmt: skip

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    @property
    def struct(self) -> type[msgspec.Struct]:  # type: ignore[override]  # made at run time, from the field types
        return self._types.form_struct

    def check(self, definition: FormDef, world: World) -> list[Problem]:
        names = names_in(definition, self._types, world)
        found = [
            *check_fields(definition, self._types, names, world),
            *ScreenCheck(settled(definition, self._types, world), self._types).problems(),
            *check_stages(definition, self._types, world),
        ]
        if not found:
            found += ComputedCheck(definition, self._types, world).problems()
        if not found:
            # With a broken field every expression over it would be reported too.
            found += check_expressions(definition, self._types, world)
            found += check_rules(definition, self._types, world)
        return found

    def references(self, definition: FormDef) -> list[Reference]:
        found = [
            Reference(one.kind, one.name, one.part, f"/fields/{place}{one.pointer}", one.required)
            for place, each in enumerate(definition.fields)
            for one in self._types.of(each).references(each)
        ]
        return [
            *found,
            *far_references(definition),
            *computed_references(definition),
            *rule_references(definition),
            *stage_references(definition),
        ]

    def parts(self, definition: FormDef) -> Iterable[str]:
        return (*(each.name for each in definition.fields), *SYSTEM_FIELDS)

    async def plan(self, old: Revision | None, new: FormDef | None, world: World) -> list[PlanItem]:
        if new is not None:
            change = FormChange.between(old, new, self._types, world)
            parts = (await plan_form(change), await plan_stages(change), await plan_rules(change))
            return [*(item for part in parts for item in part), *await plan_computed(change)]
        table = read_meta(old.meta if old else None).table
        count = await database.fetch_value(f"SELECT count(*) FROM {quote(table)}") if table else 0
        return plan_retiring(table, int(str(count)))

    async def steps(self, old: Revision | None, new: FormDef | None, world: World) -> Steps:
        if new is None:
            return Steps(meta=old.meta if old else {})
        change = FormChange.between(old, new, self._types, world)
        return with_computing(await steps_of(change), change, old.number if old is not None else 0)

    def compile(
        self, definition: FormDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> CompiledForm:
        return compile_form(self._types, definition, meta, key, revision, hash)
