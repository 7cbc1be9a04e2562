"""FormDef and its meta → Entity. Pure: the same revision compiles to the same everywhere, without any catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from form_engine.definition import FieldDef, FormDef, LayoutDef, ListDef, NumberingDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.autonumber import AutonumberField
from form_engine.fields.children import ChildrenField, ChildrenType
from form_engine.fields.computed import ComputedField
from form_engine.fields.missing import MissingType
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.computed_compile import computed_field
from form_engine.kind.computed_results import settled_by
from form_engine.kind.generated import default_list, default_title, full_layout
from form_engine.kind.meta import FormMeta, Layout, Slot, read_meta
from form_engine.kind.names import ResolvedNames
from form_engine.kind.template import title_parts
from form_engine.rules.ruleset import NO_RULES, RuleSet
from form_engine.stages.compiled import Stages, compile_stages
from platform_core.definitions import Key
from platform_core.entities import (
    SYSTEM_FIELDS,
    Children,
    Entity,
    EntityField,
    EntityView,
    Numbering,
    Rows,
)
from platform_core.expressions import Checked


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """A published form, ready to work with: the entity for everybody, the rest for this engine's screens."""

    entity: Entity
    definition: FormDef
    layout: LayoutDef
    lists: Mapping[str, ListDef]
    names: ResolvedNames
    stages: Stages | None = None
    rules: RuleSet = NO_RULES


def compile_form(
    types: FieldTypes,
    definition: FormDef,
    raw_meta: Mapping[str, object],
    key: Key,
    revision: int,
    hash: str,
    at_hand: Mapping[str, DictionaryDef] | None = None,
) -> CompiledForm:
    """The form of a revision. `raw_meta` is what its publish wrote.

    `at_hand` are choice lists that stand before the published ones: those of the same publish.
    """
    meta = read_meta(raw_meta)
    names = ResolvedNames(meta.forms, meta.dictionaries, at_hand or {})
    compiler = _Compiler(types, names, meta)
    standing = settled_by(definition, types, meta.computed)
    lists = {each.name: each for each in definition.lists or (default_list(standing, types),)}
    entity = Entity(
        app=key.app,
        name=key.name,
        table=meta.table,
        revision=revision,
        hash=hash + types.mark(_every(definition.fields)),
        label=definition.label,
        fields={**compiler.fields(definition.fields, meta.layout), **SYSTEM_FIELDS},
        title=title_parts(definition.title or default_title(standing, types)),
        subtitle=title_parts(definition.subtitle) if definition.subtitle else (),
        icon=definition.icon,
        numbering=_numbering(definition.numbering),
        views={name: compiler.view(each) for name, each in lists.items()},
        definition=definition,
    )
    stages = compile_stages(definition.stages, compiler.checked)
    layout = full_layout(standing, types)
    rules = RuleSet(definition, meta.expressions) if definition.rules else NO_RULES
    return CompiledForm(entity, definition, layout, lists, names, stages, rules)


class _Compiler:
    """One compilation."""

    def __init__(self, types: FieldTypes, names: ResolvedNames, meta: FormMeta) -> None:
        self._types = types
        self._names = names
        self._expressions = meta.expressions
        self._computed = meta.computed

    def fields(self, fields: tuple[FieldDef, ...], layout: Layout) -> dict[str, EntityField]:
        """Fields in definition order."""
        return {each.name: self._made(each, layout.slots[each.name]) for each in fields}

    def _made(self, each: FieldDef, slot: Slot) -> EntityField:
        known = self._computed.get(each.name) if isinstance(each, ComputedField) else None
        held = self._types.decode(known.field) if known is not None else None
        if not isinstance(each, ComputedField) or known is None or held is None:
            return self.field(each, slot)
        return computed_field(self.field(held, slot), each, known, self.checked)

    def field(self, each: FieldDef, slot: Slot) -> EntityField:
        kind, names = self._types.of(each), self._names
        dictionary = kind.dictionary(each)
        return EntityField(
            name=each.name,
            type=kind.name,
            label=each.label or {"en": each.name.replace("_", " ").capitalize()},
            codec=kind.stored_codec(slot.columns)
            if isinstance(kind, MissingType)
            else kind.codec(each, names),
            expression_type=kind.expression_type(each, names),
            columns=slot.columns,
            required=each.required,
            unique=each.unique,
            index=each.index,
            search=each.search,
            track=each.track,
            writable=kind.writable,
            sensitive=each.sensitive,
            owned_by=each.owned_by,
            reference=kind.reference(each, names),
            children=self._children(each),
            rows=self._rows(each, slot),
            dictionary=names.dictionary_key(dictionary) if dictionary else None,
            operators=kind.operators,
            sortable=kind.sortable,
            groupable=kind.groupable,
            default=None if is_expression(each.default) else kind.constant_default(each, names),
            default_expression=self.checked(f"default.{each.name}"),
            numbering=_numbering(each) if isinstance(each, AutonumberField) else None,
            definition=each,
            plain=kind.plain,
            neutral_text=partial(kind.neutral_text, each, names) if kind.has_text else None,
        )

    def _children(self, each: FieldDef) -> Children | None:
        if not isinstance(each, ChildrenField):
            return None
        kind = cast("ChildrenType", self._types.of(each))
        return kind.relation(each, self._names)

    def _rows(self, each: FieldDef, slot: Slot) -> Rows | None:
        if not isinstance(each, TableField):
            return None
        return Rows(slot.table, self.fields(each.fields, slot.cells or Layout()), limit=each.max_rows)

    def view(self, each: ListDef) -> EntityView:
        return EntityView(
            name=each.name,
            label=each.label or {"en": each.name.replace("_", " ").capitalize()},
            columns=each.columns,
            filter=self.checked(f"list.{each.name}"),
            sort=each.sort,
            shown_as=each.shown_as,
            chips=each.chips,
            totals=each.totals,
        )

    def checked(self, place: str) -> Checked | None:
        """The checked expression of a place ("list.mine")."""
        raw = self._expressions.get(place)
        return Checked.from_json(raw) if raw is not None else None


def field_of_draft(types: FieldTypes, names: ResolvedNames, each: FieldDef, slot: Slot) -> EntityField:
    """One field of a draft, as far as it can be known without the form around it: for drawing, never for storing."""
    return _Compiler(types, names, FormMeta()).field(each, slot)


def _every(fields: tuple[FieldDef, ...]) -> Iterator[FieldDef]:
    """The fields and those of their tables."""
    for each in fields:
        yield each
        if isinstance(each, TableField):
            yield from each.fields


def _numbering(made: NumberingDef | AutonumberField | None) -> Numbering | None:
    return Numbering(made.pattern, made.reset, made.mode) if made is not None else None


def is_expression(default: object) -> bool:
    """Whether a default is an expression: {"expr": "…"}."""
    return isinstance(default, Mapping) and set(default) == {"expr"}
