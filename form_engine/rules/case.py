"""One record in front of the rules: what expressions see of it, row by row where they ask for rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from form_engine.rules.ruleset import Rule, RuleSet, Run
from form_engine.rules.states import FieldState, Judge, Reason, Verdict, merge
from platform_core.expressions import Env, EvaluationError
from platform_core.identity import Actor

Values = Mapping[str, object]
_MOST_WAYS = 1_000
"""Ways in which the rules of one form can come out that are remembered."""


class Row(NamedTuple):
    """A row of a table or related list as it will be, and as it was (None: it is new)."""

    values: Values
    before: Values | None


class Case:
    """The environment of one record. `record` and `old` belong to the case and may be written to."""

    __slots__ = ("actor", "applied", "env", "old", "record", "rules", "tables")

    def __init__(
        self, rules: RuleSet, env: Env, actor: Actor, tables: Mapping[str, Sequence[Row]] | None = None
    ) -> None:
        self.rules = rules
        self.actor = actor
        self.tables = tables or {}
        self.applied: set[str] = set()
        """Paths of fields and cells that a rule has filled in."""
        self.record: dict[str, object] = env.record if isinstance(env.record, dict) else dict(env.record)
        self.old: Values = env.old
        env.record = self.record
        self.env = env

    def rows(self, table: str) -> Iterator[int]:
        """The numbers of the rows; while one is at hand, expressions read its values as `table.column`."""
        rows = self.tables.get(table, ())
        if not rows:
            return
        columns = [(f"{table}.{name}", name) for name in self.rules.columns(table)]
        old = {**self.old}
        self.env.old = old
        try:
            for place, row in enumerate(rows):
                before = row.before or {}
                for key, name in columns:
                    self.record[key] = row.values.get(name)
                    old[key] = before.get(name)
                yield place
        finally:
            self.env.old = self.old
            for key, _name in columns:
                self.record.pop(key, None)

    def holds(self, run: Run | None) -> bool:
        """Whether a condition holds; none always does, one that is unknown or cannot be computed does not."""
        if run is None:
            return True
        try:
            return run(self.env) is True
        except EvaluationError:
            return False

    def states(self, judges: Sequence[Judge] = ()) -> Mapping[str, FieldState]:
        """The states of the fields, columns and cells that rules and contributed judges speak about.

        Rules about the record alone come out in few different ways: each way is put together once per revision.
        """
        if judges or any(rule.rows for rule in self.rules.judging):
            return merge(self.verdicts(judges))
        way = tuple([self.holds(rule.holds) for rule in self.rules.judging])
        found = self.rules.ways.get(way)
        if found is None:
            pairs = zip(self.rules.judging, way, strict=True)
            found = merge([one for rule, held in pairs for one in (rule.held if held else rule.lost)])
            if len(self.rules.ways) < _MOST_WAYS:
                self.rules.ways[way] = found
        return found

    def verdicts(self, judges: Iterable[Judge] = ()) -> list[Verdict]:
        """What rules and contributed judges decide about fields, columns and cells."""
        found: list[Verdict] = []
        for rule in self.rules.judging:
            if not rule.rows:
                found += rule.held if self.holds(rule.holds) else rule.lost
                continue
            for place in self.rows(rule.rows):
                found += _placed(rule.held if self.holds(rule.holds) else rule.lost, place)
        for judge in judges:
            found += judge(self.env, self.actor)
        return found

    def places(self, rule: Rule, table: str, *, per_row: bool = False) -> Iterator[int | None]:
        """Where a rule holds: once (None) for the record, or for each row of `table` for which it does."""
        if not rule.rows and not (per_row and table):
            if self.holds(rule.holds):
                yield None
            return
        holds = rule.holds if rule.rows else None
        if not rule.rows and not self.holds(rule.holds):
            return
        for place in self.rows(table):
            if self.holds(holds):
                yield place


def _placed(verdicts: Iterable[Verdict], place: int) -> Iterator[Verdict]:
    """The verdicts about columns as verdicts about the cells of one row."""
    for verdict in verdicts:
        table, _dot, column = verdict.field.partition(".")
        yield Verdict(f"{table}.{place}.{column}", verdict.reason, verdict.allowed)


def watches(reasons: Iterable[Reason], changed: frozenset[str] | None) -> bool:
    """Whether a save that changes these fields (None: all of them) is one that the reasons speak about."""
    return changed is None or any(not reason.watched or reason.watched & changed for reason in reasons)


def is_blank(value: Any) -> bool:
    """Nothing, an empty text, or an empty list."""
    return value is None or value in ("", ())
