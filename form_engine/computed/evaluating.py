"""The computed fields of records that are at hand."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from form_engine.computed.adding import added_up
from form_engine.computed.graph import Node, Step
from form_engine.computed.spec import Rollup
from platform_core.expressions import Env, ExpressionError, compile_python, evaluate_condition
from platform_core.records import Save

_log = logging.getLogger("tradewind.computed")

Row = Mapping[str, object]


def work_out(save: Save, node: Node, *, linked: bool) -> None:
    """Gives every field its value, in order. With `linked` the values behind links have been read; without them the
    fields that need those keep what they have."""
    env: Env | None = None
    names: dict[str, object] = {}
    for step in node.steps:
        if step.linked and not linked:
            continue
        if step.path:
            value = save.linked.get(step.path)
        elif step.rows is not None:
            value = _over_rows(cast("Sequence[Row]", save.get(step.rows.by) or ()), step.rows)
        else:
            if env is None:
                names = _names(save, node)
                env = Env(names, now=save.now, zone=save.zone)
            value = _run(step, env, save)
        value = names[step.name] = step.fit(value)
        if value != save.values.get(step.name):
            save.values[step.name] = value


def _names(save: Save, node: Node) -> dict[str, object]:
    """What a formula sees: the record as it will be stored, the values behind its links, and who made it when."""
    names = {**save.values, **save.linked}
    if save.is_new:
        names.setdefault("created_at", save.now)
        names.setdefault("created_by", save.actor.user_id)
    for table in node.tables:
        names.setdefault(table, ())
    return names


def _run(step: Step, env: Env, save: Save) -> object:
    """The value; blank where it cannot be worked out, for nobody has typed it."""
    try:
        return step.run(env) if step.run is not None else None
    except ExpressionError as exc:
        _log.info("%s.%s of %s is left blank: %s", save.entity.key, step.name, save.id, exc.code)
        return None


def _over_rows(rows: Sequence[Row], rollup: Rollup) -> object:
    if rollup.where is not None:
        holds = _condition(rollup)
        rows = [row for row in rows if holds(row)]
    if rollup.function == "count":
        return len(rows)
    return added_up(rollup.function, [row.get(rollup.argument) for row in rows])


@lru_cache(maxsize=1_000)
def _condition(rollup: Rollup) -> _Holds:
    return _Holds(rollup)


class _Holds:
    """Whether a row counts; one for which that cannot be told does not."""

    def __init__(self, rollup: Rollup) -> None:
        self._run = compile_python(rollup.where) if rollup.where is not None else None

    def __call__(self, row: Row) -> bool:
        try:
            return self._run is None or evaluate_condition(self._run, Env(row))
        except ExpressionError:
            return False
