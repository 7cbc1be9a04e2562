"""What computed fields hold: each replaced by a field of its result, which has columns like any other.

A formula says its result; that of a lookup is the field at the end of its path, that of a rollup follows from the field
that is added up. Those lie in other forms, so they are found when a form is published and kept with the revision.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from form_engine.definition import FieldDef, FormDef, Sensitivity
from form_engine.fields.computed import ComputedField, dressed, result_field
from form_engine.fields.formula import FormulaField
from form_engine.fields.lookup import LookupField
from form_engine.fields.registry import FieldTypes
from form_engine.fields.rollup import Compute, RollupField
from form_engine.fields.table import tag_of
from form_engine.kind.computed_places import Place, computed_fields, followed, inputs_of, source_of
from form_engine.kind.meta import ComputedMeta
from form_engine.kind.names import names_in
from platform_core.definitions import Key, World

_SYSTEM = {"owner": "user", "created_by": "user", "team": "team", "created_at": "datetime", "code": "text"}
"""System fields that a lookup may end in, and the types that hold them."""
_TEXTUAL = frozenset({"autonumber"})
"""Types whose values are kept as text."""
UNHELD = frozenset({"children", "table", "file", "files"})
"""Types whose values cannot be kept with another record."""
_DROPPED = frozenset(
    {"was", "required", "unique", "default", "placeholder", "owned_by", "min", "max", "region_from", "index"}
    | {"search", "track", "help", "label", "sensitive"}
)
_STRICTEST: tuple[Sensitivity, ...] = ("masked", "personal")
_ORDERED = frozenset({"number", "money", "date", "datetime", "time"})
_AVERAGED = 4
"""Decimals of an average of whole numbers."""


class Results:
    """Finds the results of computed fields; those of fields that need each other in a circle are not found."""

    def __init__(self, types: FieldTypes) -> None:
        self._types = types
        self._waiting: set[tuple[Key, str]] = set()

    def of(self, each: ComputedField, here: Place) -> FieldDef | None:
        """The field that holds what `each` comes to, with full names; None where that cannot be told."""
        mark = (here.key, each.name)
        if mark in self._waiting:
            return None
        self._waiting.add(mark)
        try:
            made = self._made(each, here)
            sensitive = None if each.declassify or made is None else self.sensitivity(each, here)
        finally:
            self._waiting.discard(mark)
        if made is None:
            return None
        made = dressed(made, each)
        if sensitive is None or "sensitive" not in made.__struct_fields__:
            return made
        return msgspec.structs.replace(made, sensitive=sensitive)

    def sensitivity(self, each: ComputedField, here: Place) -> Sensitivity | None:
        """The strictest of its inputs."""
        found: set[object] = set()
        for place, name in inputs_of(each, here):
            own = place.definition.field_named(name)
            if isinstance(own, ComputedField):
                mark = (place.key, own.name)
                if not own.declassify and mark not in self._waiting:
                    found.add(getattr(self.of(own, place), "sensitive", None))
            elif own is not None:
                found.add(own.sensitive)
        return next((level for level in _STRICTEST if level in found), None)

    def _made(self, each: ComputedField, here: Place) -> FieldDef | None:
        if isinstance(each, FormulaField):
            return result_field(each.result, each.scale, self._types)
        if isinstance(each, LookupField):
            return self._at_end(tuple(each.path.split(".")), here)
        if isinstance(each, RollupField):
            return self._total(each, here)
        return None

    def _at_end(self, path: tuple[str, ...], here: Place) -> FieldDef | None:
        steps = followed(path, here)
        return self.held(steps[-1][1], steps[-1][0]) if len(steps) == len(path) else None

    def held(self, name: str, place: Place) -> FieldDef | None:
        """A field that holds copies of the values of `name` in another form."""
        if place.definition.field_named(name) is None and name in _SYSTEM:
            return result_field(_SYSTEM[name], None, self._types)
        own = place.definition.field_named(name)
        if isinstance(own, FormulaField) and own.volatile:
            return None
        found = self.of(own, place) if isinstance(own, ComputedField) else own
        if found is None or tag_of(found) in UNHELD:
            return None
        if tag_of(found) in _TEXTUAL:
            return result_field("text", None, self._types)
        return self._copied(found, place)

    def _copied(self, found: FieldDef, place: Place) -> FieldDef | None:
        """The field with the options that decide what its values are, and every name in full."""
        raw = {key: value for key, value in msgspec.to_builtins(found).items() if key not in _DROPPED}
        names = names_in(place.definition, self._types, place.world)
        for key, full in (("dictionary", names.dictionary_key), ("form", names.form_key)):
            if raw.get(key):
                raw[key] = full(raw[key])
        if raw.get("forms"):
            raw["forms"] = [names.form_key(name) for name in raw["forms"]]
        return self._types.decode({key: value for key, value in raw.items() if value is not None})

    def _total(self, each: RollupField, here: Place) -> FieldDef | None:
        source, read = source_of(each, here), each.read
        if source is None or read is None:
            return None
        if read.function == "count":
            return result_field("integer", None, self._types)
        own = source.field(read.argument)
        if own is None and read.argument == "created_at" and not source.is_table:
            return result_field("datetime", None, self._types) if read.function in ("min", "max") else None
        found = self.of(own, source.place) if isinstance(own, ComputedField) else own
        return self._adds_up(found, read, source.place) if found is not None else None

    def _adds_up(self, found: FieldDef, read: Compute, place: Place) -> FieldDef | None:
        kind = self._types.of(found)
        names = names_in(place.definition, self._types, place.world)
        type_ = kind.expression_type(found, names).kind
        if read.function in ("min", "max"):
            return self._copied(found, place) if type_ in _ORDERED else None
        if type_ not in ("number", "money"):
            return None
        if read.function == "avg" and kind.name == "integer":
            return result_field("decimal", _AVERAGED, self._types)
        return self._copied(found, place)


def settled(definition: FormDef, types: FieldTypes, world: World) -> FormDef:
    """The definition with fields that hold values in the place of computed ones; a volatile formula stays itself."""
    if not any(isinstance(each, ComputedField) for each in definition.fields):
        return definition
    results, here = Results(types), Place.of(definition, world)
    fields = tuple(_standing(each, results, here) or each for each in definition.fields)
    return msgspec.structs.replace(definition, fields=fields)


def _standing(each: FieldDef, results: Results, here: Place) -> FieldDef | None:
    if not isinstance(each, ComputedField) or isinstance(each, FormulaField) and each.volatile:
        return None
    return results.of(each, here)


def settled_by(definition: FormDef, types: FieldTypes, known: Mapping[str, ComputedMeta]) -> FormDef:
    """The same from what a revision remembers."""
    if not known:
        return definition
    fields = tuple(_remembered(each, types, known) or each for each in definition.fields)
    return msgspec.structs.replace(definition, fields=fields)


def _remembered(each: FieldDef, types: FieldTypes, known: Mapping[str, ComputedMeta]) -> FieldDef | None:
    if not isinstance(each, ComputedField) or each.name not in known:
        return None
    return None if known[each.name].volatile else types.decode(known[each.name].field)


def computed_meta(definition: FormDef, types: FieldTypes, world: World) -> dict[str, ComputedMeta]:
    """What the revision remembers of each computed field of a sound definition."""
    results, here = Results(types), Place.of(definition, world)
    found: dict[str, ComputedMeta] = {}
    for _place, each in computed_fields(definition):
        made = results.of(each, here)
        if made is None:
            continue
        inputs = {(place.key.full_name, name) for place, name in inputs_of(each, here)}
        source = source_of(each, here) if isinstance(each, RollupField) else None
        found[each.name] = ComputedMeta(
            field=msgspec.to_builtins(made),
            inputs=tuple(sorted(inputs)),
            volatile=isinstance(each, FormulaField) and each.volatile,
            form=source.place.key.full_name if source is not None and not source.is_table else "",
            by=source.by if source is not None else "",
            how=each.path if isinstance(each, LookupField) else getattr(each, "compute", ""),
            declassified=each.declassify,
        )
    return found
