"""Scopes that are expressions: checked against a form, asked in SQL or in Python."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from platform_core import database, entities, expressions
from platform_core.entities import Entity, EntityColumns, EntityScope, quote
from platform_core.errors import TradewindError
from platform_core.expressions import (
    BOOL,
    Checked,
    Env,
    NotSqlable,
    Person,
    compile_python,
    compile_sql,
    evaluate_condition,
    require_sqlable,
)
from platform_core.identity import Actor

RowReader = Callable[[str], object]
"""Gives the canonical value of a field of one row by name (or dotted path); None for an empty one."""

_KEPT = 5_000
_sql: OrderedDict[tuple[object, ...], tuple[str, tuple[object, ...]]] = OrderedDict()


def checked_scope(text: str, entity: Entity) -> Checked:
    """The scope as an expression over a row of `entity` and `user`.

    Raises ExpressionErrors where it does not fit the form, NotSqlable where a database cannot answer it exactly.
    """
    checked = expressions.check(text, EntityScope(entity), expect=BOOL)
    require_sqlable(checked, EntityColumns(entity, "t"))
    return checked


def expression_sql(checked: Checked, form: str, actor: Actor) -> tuple[str, tuple[object, ...]]:
    """The condition over alias `t`, and its parameters. False for every row where the form is gone."""
    entity = entities.find(form)
    if entity is None:
        return "FALSE", ()
    person = (
        actor.user_id,
        actor.roles,
        actor.team,
        actor.teams,
        actor.territories,
        actor.language,
        actor.zone,
    )
    key = (checked, entity.key, entity.hash, database.dialect().name, person)
    found = _sql.get(key)
    if found is None or checked.volatile:
        found = _sql[key] = _written(checked, entity, actor)
        if len(_sql) > _KEPT:
            _sql.popitem(last=False)
    return found


def expression_holds(checked: Checked, row: RowReader, actor: Actor) -> bool:
    """The same question asked of one row in Python. A value that cannot be evaluated counts as no."""
    try:
        return evaluate_condition(
            _closure(checked), Env(_Row(row, checked), user=_person(actor), zone=actor.zone)
        )
    except TradewindError:
        return False


def _written(checked: Checked, entity: Entity, actor: Actor) -> tuple[str, tuple[object, ...]]:
    """Where links are followed the condition moves into a subquery: the callers' SELECT has only `t`."""
    env = Env(user=_person(actor), zone=actor.zone)
    alone = compile_sql(checked, EntityColumns(entity, "t"), env, dialect=database.dialect().name)
    if not alone.joins:
        return alone.text, alone.params
    inner = compile_sql(checked, EntityColumns(entity, "s"), env, dialect=database.dialect().name)
    joins = " ".join(join.text for join in inner.joins)
    params = (*(param for join in inner.joins for param in join.params), *inner.params)
    return f't."id" IN (SELECT s."id" FROM {quote(entity.table)} AS s {joins} WHERE {inner.text})', params


@lru_cache(maxsize=2_000)
def _closure(checked: Checked) -> Callable[[Env], object]:
    return compile_python(checked)


def _person(actor: Actor) -> Person:
    return Person(
        actor.user_id,
        name=actor.name,
        email=actor.email,
        language=actor.language,
        zone=actor.zone,
        team=actor.team,
        teams=actor.teams,
        territories=actor.territories,
        roles=actor.roles,
    )


class _Row(Mapping[str, object]):
    """A row reader as the mapping that expressions read, with the paths that this expression asks for."""

    __slots__ = ("_checked", "_read")

    def __init__(self, read: RowReader, checked: Checked) -> None:
        self._read = read
        self._checked = checked

    def __getitem__(self, path: str) -> object:
        return self._read(path)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(".".join(path) for path in self._checked.paths))

    def __len__(self) -> int:
        return len(self._checked.paths)


__all__ = ["NotSqlable", "RowReader", "checked_scope", "expression_holds", "expression_sql"]
