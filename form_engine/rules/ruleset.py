"""The rules of one form revision, compiled: closures, and what has to be read before they can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from form_engine.definition import FormDef, RuleDef
from form_engine.rules.circles import in_order
from form_engine.rules.states import Effect, FieldState, Reason, Verdict
from form_engine.rules.targets import aims_of, column_of, rows_of, table_of
from platform_core.entities import Entity
from platform_core.expressions import Checked, Env, Node, compile_python

Run = Callable[[Env], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a rule fills in. `free`: the rule looks at the field itself, so people may still write it."""

    path: str
    table: str
    column: str
    checked: Checked
    run: Run
    per_row: bool
    free: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One field whose offer a rule narrows; the condition is asked with the picked value in the field's place."""

    path: str
    table: str
    column: str
    checked: Checked
    run: Run


@dataclass(frozen=True, slots=True)
class Rule:
    """One compiled rule. `rows` is the table that its condition is asked for row by row, "" for the record.

    `watched` are the fields of the record that it reads or aims at: a save that touches none of them is not stopped
    by it. `lost` are the verdicts while it does not hold, `held` those while it does; both lack the row's number.
    """

    definition: RuleDef
    rows: str
    when: Checked | None
    holds: Run | None
    watched: frozenset[str]
    lost: tuple[Verdict, ...]
    held: tuple[Verdict, ...]
    settings: tuple[Setting, ...] = ()
    offers: tuple[Offer, ...] = ()
    check: Checked | None = None
    passes: Run | None = None
    check_rows: str = ""

    @property
    def id(self) -> str:
        return self.definition.id


@dataclass(frozen=True)
class RuleSet:
    """All rules of a revision. Nothing is compiled before the first record asks."""

    definition: FormDef
    expressions: Mapping[str, Mapping[str, Any]]
    ways: dict[tuple[bool, ...], Mapping[str, FieldState]] = field(default_factory=dict, compare=False)
    """The states of fields by which of `judging` hold; filled in as records come by."""

    def __bool__(self) -> bool:
        return bool(self.definition.rules)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """In the order of the definition."""
        return tuple(self._rule(each) for each in self.definition.rules)

    @cached_property
    def setting(self) -> tuple[Rule, ...]:
        """The rules that fill something in, those first that others build upon."""
        by_id = {rule.id: rule for rule in self.rules}
        return tuple(by_id[each.id] for each in in_order(self.definition, self.checked))

    @cached_property
    def offering(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.offers)

    @cached_property
    def checking(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.check is not None)

    @cached_property
    def judging(self) -> tuple[Rule, ...]:
        """The rules that give verdicts."""
        return tuple(rule for rule in self.rules if rule.lost or rule.held)

    @cached_property
    def checked(self) -> Mapping[str, Checked]:
        """The checked expressions by place ("rule.site.check")."""
        return {
            place: Checked.from_json(raw)
            for place, raw in self.expressions.items()
            if place.startswith("rule.")
        }

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Everything of the record that the rules read."""
        return frozenset(path for checked in self.checked.values() for path in checked.paths)

    @cached_property
    def tables(self) -> frozenset[str]:
        """Tables and related lists that the rules reach into."""
        aimed = {table_of(path) for rule in self.definition.rules for _at, path in aims_of(rule)} - {""}
        return frozenset(aimed | {path[0] for path in self.paths if len(path) > 1})

    @cached_property
    def lists(self) -> Mapping[str, frozenset[tuple[str, ...]]]:
        """The lists of rows that some expression reads as a whole, with the paths below them."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for checked in self.checked.values():
            for node in _nodes(checked.ir):
                if node.op == "each" or (node.op == "path" and node.kind == "list"):
                    below = {each.path for each in _nodes(node) if each.op == "row"}
                    found.setdefault(node.path[0], set()).update(below)
        return {name: frozenset(paths) for name, paths in found.items()}

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table that the rules read or aim at."""
        read = {path[1] for path in self.paths if path[0] == table and len(path) > 1}
        aimed = {
            column_of(path)
            for rule in self.definition.rules
            for _at, path in aims_of(rule)
            if table_of(path) == table
        }
        return tuple(sorted(read | aimed))

    def _rule(self, each: RuleDef) -> Rule:
        when, check = self.checked.get(f"rule.{each.id}.when"), self.checked.get(f"rule.{each.id}.check")
        rows = rows_of(each)
        settings, offers = tuple(self._settings(each, when, rows)), tuple(self._offers(each))
        read = {path[0] for found in self._expressions_of(each) for path in found.paths}
        watched = frozenset(read | {table_of(path) or path for _pointer, path in aims_of(each)})

        def verdicts(effect: Effect, paths: Iterable[str]) -> list[Verdict]:
            return [Verdict(path, Reason("rule", each.id, effect, each.label, watched)) for path in paths]

        lost, held = verdicts("hidden", each.show), verdicts("required", each.require)
        held += verdicts("read_only", each.read_only)
        held += verdicts("set", (one.path for one in settings if not one.free))
        return Rule(
            definition=each,
            rows=rows if when is not None and reads_row(when.ir, rows) else "",
            when=when,
            holds=compile_python(when) if when is not None else None,
            watched=watched,
            lost=tuple(lost),
            held=tuple(held),
            settings=settings,
            offers=offers,
            check=check,
            passes=compile_python(check) if check is not None else None,
            check_rows=rows if check is not None and reads_row(check.ir, rows) else "",
        )

    def _settings(self, each: RuleDef, when: Checked | None, rows: str) -> Iterator[Setting]:
        for path in each.set:
            checked = self.checked[f"rule.{each.id}.set.{path}"]
            own = tuple(path.split("."))
            free = own in checked.paths or (when is not None and own in when.paths)
            table = table_of(path)
            per_row = reads_row(checked.ir, table) or (
                rows == table and when is not None and reads_row(when.ir, rows)
            )
            yield Setting(path, table, column_of(path), checked, compile_python(checked), per_row, free)

    def _offers(self, each: RuleDef) -> Iterator[Offer]:
        for path in each.options:
            checked = self.checked[f"rule.{each.id}.options.{path}"]
            yield Offer(path, table_of(path), column_of(path), checked, compile_python(checked))

    def _expressions_of(self, each: RuleDef) -> Iterator[Checked]:
        prefix = f"rule.{each.id}."
        return (checked for place, checked in self.checked.items() if place.startswith(prefix))


NO_RULES: Final = RuleSet(FormDef(name="none", label={}, fields=()), {})


def reads_row(node: Node, rows: str) -> bool:
    """Whether a tree reads a value of the row at hand, and not the whole list."""
    if not rows:
        return False
    return any(
        found.op == "path" and found.name in ("record", "old") and found.path[0] == rows
        for found in _nodes(node)
        if len(found.path) > 1
    )


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(found.args)


def needed_paths(rules: RuleSet, entity: Entity) -> frozenset[tuple[str, ...]]:
    """The paths that lead through a link and have to be read before the rules can be asked."""
    return frozenset(
        path
        for path in rules.paths
        if len(path) > 1 and (found := entity.fields.get(path[0])) is not None and found.reference is not None
    )
