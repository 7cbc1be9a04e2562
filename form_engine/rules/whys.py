"""Why a field is in the state that it is in: each rule and stage that decided, with the values it went by.

A rule that looks at something that the asking person cannot read is named, and nothing of what it asks is told: no
text, no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from form_engine.rules.asking import Asked, FormWithRules
from form_engine.rules.ruleset import Rule
from form_engine.rules.states import FREE, FieldState, name_of, sentence_of
from platform_core import expressions, permissions, records
from platform_core.entities import Entity, EntityField, linked_entity
from platform_core.errors import TradewindError
from platform_core.expressions import EvaluationError, Trace
from platform_core.i18n import _
from platform_core.identity import Actor


class Ground(Struct, frozen=True, omit_defaults=True):
    """One thing that decided. `sentences` say how its condition came out, `trace` has every part of it; both are
    empty where the asking person may not read what it asks. `row` counts from 0 where it decided about one row."""

    source: str
    id: str
    name: str
    effect: str
    sentence: str
    sentences: tuple[str, ...] = ()
    trace: dict[str, Any] | None = None
    row: int | None = None


class Why(Struct, frozen=True):
    """The state of a field, and everything that made it."""

    visible: bool
    required: bool
    read_only: bool
    options: tuple[str, ...] | None
    because: tuple[Ground, ...]


async def why_field(form: FormWithRules, asked: Asked, path: str, reader: Actor) -> Why:
    """The state of a field ("budget") or of a column's cells ("lines.qty"), told to `reader`."""
    known = await Known.of(form.entity, asked, reader)
    state = asked.state(path)
    options = None if state.options is None else tuple(sorted(state.options))
    return Why(
        visible=state.visible,
        required=state.required,
        read_only=state.read_only,
        options=options,
        because=tuple(_grounds(form, asked, path, known)),
    )


def _grounds(form: FormWithRules, asked: Asked, path: str, known: Known) -> Iterator[Ground]:
    rules = {rule.id: rule for rule in form.rules.rules}
    for row, state in _states_at(asked, path):
        for reason in state.because:
            rule = rules.get(reason.id) if reason.source == "rule" else None
            sentences, trace = _told(asked, rule, row, known) if rule is not None else ((), None)
            yield Ground(
                reason.source, reason.id, name_of(reason), reason.effect, sentence_of(reason),
                sentences, trace.to_json() if trace is not None else None, row,
            )  # fmt: skip


def _states_at(asked: Asked, path: str) -> Iterator[tuple[int | None, FieldState]]:
    yield None, asked.states.get(path, FREE)
    table, _dot, column = path.partition(".")
    for place in range(len(asked.case.tables.get(table, ())) if column else 0):
        yield place, asked.states.get(f"{table}.{place}.{column}", FREE)


def _told(asked: Asked, rule: Rule, row: int | None, known: Known) -> tuple[tuple[str, ...], Trace | None]:
    """How the rule's condition came out, for somebody who may know."""
    if rule.when is None:
        return (_("The rule always holds."),), None
    if not all(known.reads(path) for path in rule.when.paths):
        return (_("It depends on something that you may not see."),), None
    try:
        trace = _traced(asked, rule, row)
    except EvaluationError as exc:
        return (_("Its condition cannot be computed: {reason}", reason=exc.text),), None
    return tuple(trace.sentences()) if trace is not None else (), trace


def _traced(asked: Asked, rule: Rule, row: int | None) -> Trace | None:
    if rule.when is None:
        return None
    if not rule.rows:
        return expressions.trace(rule.when, asked.case.env)
    for place in asked.case.rows(rule.rows):
        if place == row:
            return expressions.trace(rule.when, asked.case.env)
    return None


class Known:
    """What the reader reads in clear of this record and of the records behind its links."""

    def __init__(
        self, entity: Entity, reader: Actor, here: frozenset[str], behind: dict[str, frozenset[str]]
    ):
        self._entity = entity
        self._all = reader.is_unbounded
        self._here = here
        self._behind = behind

    @classmethod
    async def of(cls, entity: Entity, asked: Asked, reader: Actor, *, is_new: bool = False) -> Known:
        """Looks at the record, and at those that its rules read through links, with the reader's eyes. Of a new
        record the reader knows what they may fill in."""
        if reader.is_unbounded:
            return cls(entity, reader, frozenset(), {})
        if is_new:
            access = permissions.access(entity, reader)
            here = frozenset(name for name in entity.fields if access.creatable(name))
        else:
            here = await _clear(entity, asked.save.id, reader)
        behind: dict[str, frozenset[str]] = {}
        for name in {path[0] for path in asked.case.rules.paths if len(path) > 1}:
            field = entity.fields.get(name)
            target = linked_entity(field) if field is not None else None
            record = asked.save.values.get(name)
            if target is not None:
                behind[name] = await _clear(target, str(record), reader) if record else frozenset()
        return cls(entity, reader, here, behind)

    def reads(self, path: tuple[str, ...]) -> bool:
        """Whether the value at a path may be told."""
        field = self._entity.fields.get(path[0])
        if self._all or field is None:
            return self._all
        if field.name not in self._here or field.children is not None:
            return False
        return len(path) == 1 or _is_inside(field) or (len(path) == 2 and path[1] in self._behind[path[0]])


def _is_inside(field: EntityField) -> bool:
    return field.rows is not None


async def _clear(entity: Entity, record: str, reader: Actor) -> frozenset[str]:
    """The fields of a record that somebody reads in clear; none of one that they do not see."""
    if not permissions.access(entity, reader).can("read"):
        return frozenset()
    try:
        found = await records.get(entity.key, record, actor=reader, fields=(), bin=True)
    except TradewindError:
        return frozenset()
    levels = found.access.fields if found.access is not None else {}
    return frozenset(name for name, level in levels.items() if level != "masked")
