"""What may be wrong with the stages of a form before it is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from form_engine.definition import FieldDef, FormDef, StagesDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.base import problem
from form_engine.fields.choice import ChoiceField
from form_engine.fields.link import LinkField
from form_engine.fields.registry import FieldTypes
from form_engine.stages.compiled import ANY, Asked, asked_of, origins_of
from platform_core.definitions import Reference, World, did_you_mean
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.identity import ADMIN_ROLE


def stage_keys(definition: FormDef, world: World) -> tuple[str, ...]:
    """The stages in their order, as they would be after the publish; empty where the field or its list is not there."""
    stages = definition.stages
    field = definition.field_named(stages.field) if stages is not None else None
    made = world.find("dictionary", field.dictionary) if isinstance(field, ChoiceField) else None
    if not isinstance(made, DictionaryDef):
        return ()
    return tuple(value.key for value in sorted(made.values, key=lambda value: value.order) if value.active)


def first_stage(definition: FormDef, keys: Iterable[str]) -> str:
    """Where a new record begins: the field's default, else the first stage; "" without any."""
    field = definition.field_named(definition.stages.field) if definition.stages is not None else None
    default = field.default if field is not None else None
    return default if isinstance(default, str) else next(iter(keys), "")


def check_stages(definition: FormDef, types: FieldTypes, world: World) -> Iterator[Problem]:
    """Names of fields, stages and paths. Broken references (roles, linked fields) are told with all others."""
    if definition.stages is not None:
        yield from _StageCheck(definition, definition.stages, types, world).problems()


def stage_references(definition: FormDef) -> Iterator[Reference]:
    """The roles, linked fields and values of the choice list that the stages name."""
    stages = definition.stages
    if stages is None:
        return
    field = definition.field_named(stages.field)
    if isinstance(field, ChoiceField):
        for key, pointer in _keys_in(stages):
            yield Reference("dictionary", field.dictionary, key, f"/stages{pointer}")
    for place, each in enumerate(stages.transitions):
        at = f"/stages/transitions/{place}"
        for index, role in enumerate(each.roles):
            if role != ADMIN_ROLE:
                yield Reference("role", role, pointer=f"{at}/roles/{index}")
        for index, asked in enumerate(asked_of(each)):
            link = definition.field_named(asked.link) if asked.link else None
            if isinstance(link, LinkField) and link.form:
                yield Reference("form", link.form, asked.name, f"{at}/ask/{index}")


def _keys_in(stages: StagesDef) -> Iterator[tuple[str, str]]:
    """Every stage that is named, with its place below the stages."""
    for place, key in enumerate(stages.aside):
        yield key, f"/aside/{place}"
    for name, row in stages.matrix.items():
        yield from ((key, f"/matrix/{name}/{key}") for key in row)
    for place, each in enumerate(stages.transitions):
        yield each.to, f"/transitions/{place}/to"
        if isinstance(each.origin, str):
            if each.origin != ANY:
                yield each.origin, f"/transitions/{place}/from"
        else:
            yield from ((key, f"/transitions/{place}/from/{index}") for index, key in enumerate(each.origin))


class _StageCheck:
    """One check."""

    def __init__(self, definition: FormDef, stages: StagesDef, types: FieldTypes, world: World) -> None:
        self._definition = definition
        self._stages = stages
        self._types = types
        self._world = world
        self._fields = {each.name: each for each in definition.fields}

    def problems(self) -> Iterator[Problem]:
        field = self._fields.get(self._stages.field)
        if field is None:
            choices = [each.name for each in self._fields.values() if isinstance(each, ChoiceField)]
            yield _unknown_field("/stages/field", self._stages.field, choices)
            return
        if not isinstance(field, ChoiceField):
            message = N_("'{name}' cannot hold stages: it is no choice field.")
            remedy = N_("Name a field of the type 'choice'.")
            yield problem("/stages/field", "not_a_choice", message, remedy=remedy, name=field.name)
            return
        yield from self._matrix()
        yield from self._transitions()

    def _matrix(self) -> Iterator[Problem]:
        for name, row in self._stages.matrix.items():
            at = f"/stages/matrix/{name}"
            field = self._fields.get(name)
            if field is None:
                yield _unknown_field(at, name, self._fields)
                continue
            if name == self._stages.field:
                message = N_("The stage itself is moved by transitions and has no row in the matrix.")
                yield problem(at, "stage_field", message, remedy=N_("Take the row out."))
            for key, level in row.items():
                if level == "required" and not self._fillable(field):
                    message = N_("'{name}' cannot be required: nobody fills it in.")
                    yield problem(f"{at}/{key}", "not_fillable", message, name=name)

    def _fillable(self, field: FieldDef) -> bool:
        kind = self._types.of(field)
        return kind.writable and not (kind.virtual and kind.name != "table")

    def _transitions(self) -> Iterator[Problem]:
        names: set[str] = set()
        for place, each in enumerate(self._stages.transitions):
            at = f"/stages/transitions/{place}"
            if each.name in names:
                message = N_("There are two transitions '{name}'.")
                remedy = N_("Rename one of them.")
                yield problem(f"{at}/name", "duplicate", message, remedy=remedy, name=each.name)
            names.add(each.name)
            if each.to in (origins_of(each) or ()):
                message = N_("A transition leads to another stage than it comes from.")
                yield problem(f"{at}/to", "to_itself", message)
            yield from self._ask(f"{at}/ask", asked_of(each))

    def _ask(self, at: str, asked: tuple[Asked, ...]) -> Iterator[Problem]:
        seen: set[str] = set()
        for place, each in enumerate(asked):
            pointer = f"{at}/{place}"
            if each.path in seen:
                yield problem(pointer, "twice", N_("'{name}' is asked twice."), name=each.path)
            seen.add(each.path)
            if each.link:
                yield from self._behind(pointer, each)
            elif (field := self._fields.get(each.name)) is None:
                yield _unknown_field(pointer, each.name, self._fields)
            elif each.name == self._stages.field or not self._fillable(field):
                yield _not_askable(pointer, each.name)

    def _behind(self, pointer: str, asked: Asked) -> Iterator[Problem]:
        """A field of the record behind a link; that it is there at all is checked as a reference."""
        link = self._fields.get(asked.link)
        if link is None:
            yield _unknown_field(pointer, asked.link, self._fields)
        elif not isinstance(link, LinkField) or not link.form:
            message = N_("'{path}' cannot be asked: '{name}' does not link to records of one form.")
            yield problem(pointer, "not_a_link", message, path=asked.path, name=asked.link)
        else:
            other = self._world.find("form", link.form)
            field = other.field_named(asked.name) if isinstance(other, FormDef) else None
            stages = other.stages if isinstance(other, FormDef) else None
            moves = stages is not None and stages.field == asked.name
            if field is not None and (moves or not self._fillable(field)):
                yield _not_askable(pointer, asked.path)


def _unknown_field(pointer: str, name: str, known: Collection[str]) -> Problem:
    remedy, hints = did_you_mean(name, known)
    return problem(
        pointer, "unknown_field", N_("There is no field '{name}'."), remedy=remedy, name=name, **hints
    )


def _not_askable(pointer: str, name: str) -> Problem:
    message = N_("'{name}' cannot be asked: nobody fills it in.")
    return problem(pointer, "not_fillable", message, remedy=N_("Ask for another field."), name=name)
