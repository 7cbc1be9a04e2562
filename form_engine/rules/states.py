"""The state of a form's fields: visible, required, closed, what is offered, and because of what.

Rules give verdicts, and so does whoever enters a source with `contribute` (the stage matrix). All verdicts about a
field make one `FieldState`; the strictest wins: what one hides is hidden, what one closes is closed. Screens draw the
states, the save enforces them, and `why` explains them, so the three cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, Protocol

from msgspec import Struct

from form_engine.definition import FormDef
from platform_core import i18n
from platform_core.entities import Entity
from platform_core.expressions import Env
from platform_core.i18n import _
from platform_core.identity import Actor

Effect = Literal["hidden", "required", "read_only", "set", "options"]


class Reason(Struct, frozen=True):
    """What decided: a rule ("rule", its id) or a stage ("stage", its key). `name` is what people call it, in the
    languages of the definition. `effect` is what it did to the field. `watched` are the fields of the record that it
    depends on: where a save changes none of them nor the field itself, nothing is newly required. Empty: always."""

    source: Literal["rule", "stage"]
    id: str
    effect: Effect
    name: Mapping[str, str] = {}
    watched: frozenset[str] = frozenset()


class Verdict(Struct, frozen=True):
    """One decision about one field ("budget"), column ("lines.qty") or cell ("lines.0.qty", the first row's).

    `allowed` goes with the effect "options": the keys of a choice that stay.
    """

    field: str
    reason: Reason
    allowed: frozenset[str] | None = None


class FieldState(Struct, frozen=True):
    """What may be done with a field right now. `options` are the keys that are offered; None for all of them.

    A hidden field is never required, and neither is one that is closed: nobody could fill it in.
    """

    visible: bool = True
    required: bool = False
    read_only: bool = False
    options: frozenset[str] | None = None
    because: tuple[Reason, ...] = ()

    def reason(self, effect: Effect) -> Reason | None:
        """The first reason with that effect."""
        return next((each for each in self.because if each.effect == effect), None)


FREE: Final = FieldState()
"""The state of a field that nothing speaks about."""


class RuledForm(Protocol):
    """What sources ask of a compiled form (`kind.compile.CompiledForm`)."""

    @property
    def entity(self) -> Entity: ...

    @property
    def definition(self) -> FormDef: ...


Judge = Callable[[Env, Actor], Iterable[Verdict]]
"""The verdicts about one record. `env.record` holds the canonical values it will have, `env.old` those it has."""
Source = Callable[[RuledForm], Judge | None]
"""Compiles what it needs once per revision; None where it has nothing to say about the form."""

_sources: list[Source] = []


def contribute(source: Source) -> Callable[[], None]:
    """Adds a source of verdicts behind those already there. Returns the function that takes it away again.

    What it decides holds as a rule's effect does: on screens, and for every save through every door.
    """
    _sources.append(source)
    return lambda: _sources.remove(source)


def judges_of(form: RuledForm) -> tuple[Judge, ...]:
    """The contributed judges of a form."""
    return tuple(judge for source in _sources if (judge := source(form)) is not None)


def merge(verdicts: Iterable[Verdict], required: Iterable[str] = ()) -> dict[str, FieldState]:
    """The states of the fields that something speaks about; `required` are those that are so by themselves."""
    by_field: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_field.setdefault(verdict.field, []).append(verdict)
    states = {name: _state(found) for name, found in by_field.items()}
    for name in required:
        state = states.get(name, FREE)
        if state.visible and not state.read_only and not state.required:
            states[name] = FieldState(True, True, False, state.options, state.because)
    return states


def _state(verdicts: list[Verdict]) -> FieldState:
    effects = {verdict.reason.effect for verdict in verdicts}
    options: frozenset[str] | None = None
    for verdict in verdicts:
        if verdict.allowed is not None:
            options = verdict.allowed if options is None else options & verdict.allowed
    visible, closed = "hidden" not in effects, bool(effects & {"read_only", "set"})
    return FieldState(
        visible=visible,
        required="required" in effects and visible and not closed,
        read_only=closed,
        options=options,
        because=tuple(verdict.reason for verdict in verdicts),
    )


def name_of(reason: Reason, language: str | None = None) -> str:
    """What people call what decided."""
    return i18n.label(reason.name, language) or reason.id


def sentence_of(reason: Reason) -> str:
    """Why, in the reader's language: beside a closed field, and in a refusal."""
    name = name_of(reason)
    if reason.source == "stage":
        return _STAGE[reason.effect](name)
    return _RULE[reason.effect](name)


_RULE: Final[Mapping[str, Callable[[str], str]]] = {
    "hidden": lambda name: _("Hidden by the rule '{name}'.", name=name),
    "required": lambda name: _("Required by the rule '{name}'.", name=name),
    "read_only": lambda name: _("Closed by the rule '{name}'.", name=name),
    "set": lambda name: _("Filled in by the rule '{name}'.", name=name),
    "options": lambda name: _("Narrowed by the rule '{name}'.", name=name),
}
_STAGE: Final[Mapping[str, Callable[[str], str]]] = {
    "hidden": lambda name: _("Hidden in the stage '{name}'.", name=name),
    "required": lambda name: _("Required in the stage '{name}'.", name=name),
    "read_only": lambda name: _("Closed in the stage '{name}'.", name=name),
    "set": lambda name: _("Filled in by the stage '{name}'.", name=name),
    "options": lambda name: _("Narrowed by the stage '{name}'.", name=name),
}
