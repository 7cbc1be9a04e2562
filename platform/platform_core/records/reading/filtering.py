"""Filters: what an actor typed, checked against what they may know, as SQL over alias `t`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from platform_core import database, definitions
from platform_core.entities import Entity, EntityColumns, EntityScope
from platform_core.errors import Problem
from platform_core.expressions import (
    BOOL,
    Checked,
    Env,
    ExpressionError,
    ExpressionErrors,
    Join,
    NotSqlable,
    Sql,
    check,
    compile_sql,
)
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.encrypting import encrypted
from platform_core.records.errors import BadQuery
from platform_core.records.people import standing, user_view
from platform_core.records.reading.blinding import blinded, lacks_keys
from platform_core.records.remembering import Memory
from platform_core.records.scoping import EVERYTHING, Condition
from platform_core.records.sight import sight_of


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition and the joins over links that it needs. `lasting`: it means the same tomorrow (no today())."""

    condition: Condition = EVERYTHING
    joins: Condition = EVERYTHING
    lasting: bool = True
    equal: frozenset[str] = frozenset()
    """Own fields that equal one constant in every row."""
    only_equal: bool = True
    """Whether it asks for no other field than those."""


NO_FILTER = Filter()
_checked: Memory[tuple[object, ...], Checked] = Memory(1_000)
_compiled: Memory[tuple[object, ...], Sql] = Memory(1_000)


def filters(entity: Entity, actor: Actor, text: str | None, trusted: Sequence[Checked] = ()) -> Filter:
    """All conditions together. Raises BadQuery.

    `trusted` ones were checked before (a view's, a report's), but perhaps by somebody who knows more: none of them
    may lean on a field that this actor does not read in clear.
    """
    for checked in trusted:
        if not is_known(entity, actor, checked):
            raise BadQuery([_unknown()])
    asked = list(trusted)
    if text is not None and text.strip():
        asked.append(checked_filter(entity, actor, text))
    if not asked:
        return NO_FILTER
    lasting = not any(checked.volatile for checked in asked) and not lacks_keys(entity)
    made = _together([_sql(entity, actor, checked) for checked in asked], lasting)
    equal = frozenset(name for checked in asked for name in checked.equalities)
    only = all(path[0] in equal for checked in asked for path in checked.paths)
    return replace(made, equal=equal, only_equal=only)


def checked_filter(entity: Entity, actor: Actor, text: str) -> Checked:
    """The checked form of a filter. A field that the actor does not read in clear is unknown. Raises BadQuery."""
    key = (text, *_eyes(entity, actor))
    found = _checked.get(key)
    if found is None:
        try:
            found = check(text, EntityScope(entity, sight=sight_of(actor)), expect=BOOL)
        except ExpressionErrors as exc:
            raise BadQuery([error.problem("/filter") for error in exc.found]) from exc
        _checked.put(key, found)
    return found


def is_known(entity: Entity, actor: Actor, checked: Checked) -> bool:
    """Whether an expression leans on nothing but what the actor reads in clear."""
    scope = EntityScope(entity, sight=sight_of(actor))
    return all(scope.field(path) is not None for path in checked.paths)


def _sql(entity: Entity, actor: Actor, checked: Checked) -> Sql:
    volatile = checked.volatile
    if encrypted(entity):
        checked, volatile = blinded(entity, checked), True
    key = (checked, *_eyes(entity, actor), database.dialect().name, *standing(actor))
    found = None if volatile else _compiled.get(key)
    if found is None:
        columns = EntityColumns(entity, "t", sight=sight_of(actor))
        env = Env(user=user_view(actor), zone=actor.zone)
        try:
            found = compile_sql(checked, columns, env, dialect=database.dialect().name)
        except NotSqlable as exc:
            raise BadQuery([_not_sqlable(exc)]) from exc
        except ExpressionError as exc:  # a part that is computed first breaks a limit
            raise BadQuery([exc.problem("/filter")]) from exc
        if not volatile:
            _compiled.put(key, found)
    return found


def _together(made: Sequence[Sql], lasting: bool) -> Filter:
    """One condition; a link that several of them follow is joined once."""
    joins: dict[str, Join] = {join.alias: join for one in made for join in one.joins}
    condition = Condition(
        " AND ".join(f"({one.text})" for one in made), tuple(param for one in made for param in one.params)
    )
    joined = Condition(
        "".join(f" {join.text}" for join in joins.values()),
        tuple(param for join in joins.values() for param in join.params),
    )
    return Filter(condition, joined, lasting)


def _eyes(entity: Entity, actor: Actor) -> tuple[object, ...]:
    """What decides which names a filter may use."""
    catalog = definitions.catalog()
    roles = ("admin",) if actor.is_unbounded else actor.roles
    return (entity.key, entity.hash, roles, catalog.epoch, catalog.version)


def _unknown() -> Problem:
    """Without the name: the actor did not write the condition, and may not know what it asks for."""
    return Problem(
        pointer="/filter",
        code="unknown_name",
        message=N_("The condition asks for something that you may not see."),
    )


def _not_sqlable(exc: NotSqlable) -> Problem:
    return Problem(
        pointer="/filter", code=exc.code, message=exc.message, params=exc.params, remedy=exc.remedy
    )
