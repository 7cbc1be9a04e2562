"""The stages of one form revision, ready to be asked while records are saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from form_engine.definition import AskedField, StageLevel, StagesDef, TransitionDef
from platform_core.expressions import Checked

ANY = "*"
"""Every stage but the one that a transition leads to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a move asks for; with `link` one of the record behind that link."""

    name: str
    link: str = ""
    optional: bool = False
    anew: bool = False

    @property
    def path(self) -> str:
        """ "expected_close" or "account.website"."""
        return f"{self.link}.{self.name}" if self.link else self.name


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from stage to stage. `origins` None: from everywhere else. Without `roles`, whoever may change the
    record may take it."""

    name: str
    to: str
    origins: frozenset[str] | None
    label: Mapping[str, str]
    roles: frozenset[str]
    when: Checked | None
    message: Mapping[str, str]
    ask: tuple[Asked, ...]
    sla: str | None

    def starts_at(self, stage: str) -> bool:
        """Whether it leads away from that stage."""
        return stage != self.to and (self.origins is None or stage in self.origins)


@dataclass(frozen=True)
class Stages:
    """All of it. `levels` maps a stage to the fields that are not simply open there."""

    field: str
    levels: Mapping[str, Mapping[str, StageLevel]]
    transitions: tuple[Transition, ...]
    aside: frozenset[str]

    def moves_from(self, stage: str) -> tuple[Transition, ...]:
        """The transitions that begin there, as the definition lists them."""
        return tuple(each for each in self.transitions if each.starts_at(stage))

    def between(self, origin: str, to: str) -> tuple[Transition, ...]:
        """The transitions from one stage to another: there may be one for each group of people."""
        return tuple(each for each in self.moves_from(origin) if each.to == to)

    def level(self, name: str, stage: object) -> StageLevel:
        """What may be done with a field in a stage."""
        return self.levels.get(str(stage), {}).get(name, "write")

    def required(self, stage: object) -> tuple[str, ...]:
        """The fields that a stage needs."""
        return tuple(name for name, level in self.levels.get(str(stage), {}).items() if level == "required")

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """What the transitions read behind links."""
        asked = {(each.link, each.name) for one in self.transitions for each in one.ask if each.link}
        read = {path for one in self.transitions if one.when for path in one.when.paths if len(path) > 1}
        return frozenset(asked | read)

    @cached_property
    def needed(self) -> frozenset[str]:
        """Own fields that some stage requires or some transition asks for."""
        asked = {each.name for one in self.transitions for each in one.ask if not each.link}
        required = {
            name for row in self.levels.values() for name, level in row.items() if level == "required"
        }
        return frozenset(asked | required)


def compile_stages(definition: StagesDef | None, checked: Callable[[str], Checked | None]) -> Stages | None:
    """The stages of a form; `checked` answers its checked expressions by place ("transition.quote")."""
    if definition is None:
        return None
    levels: dict[str, dict[str, StageLevel]] = {}
    for name, row in definition.matrix.items():
        for stage, level in row.items():
            if level != "write":
                levels.setdefault(stage, {})[name] = level
    moves = tuple(_transition(each, checked(place_of(each))) for each in definition.transitions)
    return Stages(definition.field, levels, moves, frozenset(definition.aside))


def place_of(transition: TransitionDef) -> str:
    """Under which name a form keeps the checked condition of a transition."""
    return f"transition.{transition.name}"


def asked_of(transition: TransitionDef) -> tuple[Asked, ...]:
    """What a transition asks, in order."""
    return tuple(map(_asked, transition.ask))


def origins_of(transition: TransitionDef) -> tuple[str, ...] | None:
    """The stages that it begins at; None for every other one."""
    if transition.origin == ANY:
        return None
    return (transition.origin,) if isinstance(transition.origin, str) else transition.origin


def _transition(made: TransitionDef, when: Checked | None) -> Transition:
    origins = origins_of(made)
    return Transition(
        name=made.name,
        to=made.to,
        origins=None if origins is None else frozenset(origins),
        label=made.label,
        roles=frozenset(made.roles),
        when=when,
        message=made.message,
        ask=asked_of(made),
        sla=made.sla,
    )


def _asked(made: str | AskedField) -> Asked:
    path, optional, anew = (
        (made, False, False) if isinstance(made, str) else (made.field, made.optional, made.anew)
    )
    link, _dot, name = path.rpartition(".")
    return Asked(name=name, link=link, optional=optional, anew=anew)
