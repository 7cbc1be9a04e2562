"""Which computed field depends on which, over all forms: worked out once per catalog.

A form without computed fields that nobody computes from has no entry, so its saves pay for one look into a dict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from form_engine.computed.fitting import Fit
from form_engine.computed.spec import Rollup, Spec
from platform_core import definitions, entities, expressions
from platform_core.entities import Entity, EntityField, linked_entity
from platform_core.expressions import Checked, Env, compile_python

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One field of a record, worked out from what the record has at hand. Exactly one of `run`, `path` and `rows`."""

    name: str
    fit: Fit
    heads: frozenset[str]
    """The record's own fields that it depends on."""
    linked: frozenset[Path] = frozenset()
    run: Callable[[Env], object] | None = None
    path: str = ""
    rows: Rollup | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A field that adds up records of another form which point here."""

    name: str
    fit: Fit
    rollup: Rollup
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Records of this form count in the field `name` of those that `by` points to, by what `watched` fields hold."""

    form: str
    by: str
    name: str
    watched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Watch:
    """Records of `form` that reach this form's over `links` compute from these fields of it."""

    form: str
    links: Path
    fields: frozenset[str]


@dataclass(slots=True)
class Node:
    """One form: what its records compute, and who computes from them."""

    entity: Entity
    steps: tuple[Step, ...] = ()
    totals: Mapping[str, Total] = field(default_factory=dict)
    feeds: list[Feed] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    linked: frozenset[Path] = frozenset()
    tables: frozenset[str] = frozenset()
    zoned: bool = False
    """Whether a formula reads instants on the clocks of the record's owner."""


Graph = Mapping[str, Node]

_KEPT = 4
_known: list[tuple[definitions.Catalog, Graph]] = []


def graph() -> Graph:
    """The graph of the pinned catalog by form key."""
    catalog = definitions.catalog()
    for known, found in _known:
        if known is catalog:
            return found
    made = _build(entities.all())
    _known.insert(0, (catalog, made))
    del _known[_KEPT:]
    return made


def _build(forms: Iterable[Entity]) -> Graph:
    nodes: dict[str, Node] = {}

    def node(entity: Entity) -> Node:
        return nodes.setdefault(entity.key, Node(entity))

    for entity in forms:
        specs = [(each, each.computed) for each in entity.fields.values() if isinstance(each.computed, Spec)]
        if not specs:
            continue
        own = node(entity)
        own.steps = _in_order(
            [step for each, spec in specs if (step := _step(entity, each, spec)) is not None]
        )
        own.totals = {each.name: made for each, spec in specs if (made := _total(each, spec)) is not None}
        own.linked = frozenset(path for step in own.steps for path in step.linked)
        own.tables = frozenset(_tables(entity, own.steps))
        own.zoned = any(_asks_zone(spec.expression) for _each, spec in specs if spec.expression is not None)
        for watch, target in _watches(entity, own.linked):
            node(target).watches.append(watch)
        for feed, child in _feeds(entity, own.totals.values()):
            node(child).feeds.append(feed)
    return nodes


def _step(entity: Entity, each: EntityField, spec: Spec) -> Step | None:
    """None for what is worked out at read, or over other records."""
    if spec.fit is None or spec.volatile or not each.columns:
        return None
    if spec.path:
        if not _holds_like(_end_of(entity, spec.path), each):
            return Step(each.name, spec.fit, frozenset(spec.path[:1]), run=_blank)
        return Step(
            each.name, spec.fit, frozenset(spec.path[:1]), frozenset((spec.path,)), path=".".join(spec.path)
        )
    if spec.rollup is not None:
        return (
            Step(each.name, spec.fit, frozenset((spec.rollup.by,)), rows=spec.rollup)
            if not spec.rollup.form
            else None
        )
    if spec.expression is None:
        return None
    paths = spec.expression.paths
    tables = {name for name, own in entity.fields.items() if own.rows is not None}
    linked = frozenset(path for path in paths if len(path) > 1 and path[0] not in tables)
    return Step(
        each.name,
        spec.fit,
        frozenset(path[0] for path in paths),
        linked,
        run=compile_python(spec.expression),
    )


def _blank(_env: Env) -> object:
    """What a lookup shows whose field is gone, or holds something else than when the lookup was published."""
    return None


def _end_of(entity: Entity, path: Path) -> EntityField | None:
    target: Entity | None = entity
    for link in path[:-1]:
        own = target.fields.get(link) if target is not None else None
        target = linked_entity(own) if own is not None else None
    return target.fields.get(path[-1]) if target is not None else None


def _holds_like(source: EntityField | None, each: EntityField) -> bool:
    """Whether values of `source` can stand in `each`: it may have been published otherwise since."""
    if source is None:
        return False
    kind = "text" if source.name == "code" and source.system or source.type == "autonumber" else source.type
    return source.system or (kind == each.type and source.dictionary == each.dictionary)


def _total(each: EntityField, spec: Spec) -> Total | None:
    rollup = spec.rollup
    if rollup is None or not rollup.form or spec.fit is None:
        return None
    child = entities.find(rollup.form)
    by = child.fields.get(rollup.by) if child is not None else None
    if child is None or by is None or not by.columns:
        return None
    argument = child.fields.get(rollup.argument) if rollup.argument else None
    if rollup.argument and (argument is None or not argument.columns):
        return None
    return Total(each.name, spec.fit, rollup, getattr(each.definition, "currency", None))


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Each after those of the same record that it reads; a circle cannot be published."""
    by_name = {step.name: step for step in steps}
    done: dict[str, Step] = {}

    def visit(step: Step, above: frozenset[str]) -> None:
        for name in sorted(step.heads):
            if name in by_name and name not in done and name not in above:
                visit(by_name[name], above | {step.name})
        done.setdefault(step.name, step)

    for step in steps:
        visit(step, frozenset((step.name,)))
    return tuple(done.values())


def _tables(entity: Entity, steps: Iterable[Step]) -> Iterable[str]:
    for step in steps:
        for name in step.heads:
            own = entity.fields.get(name)
            if own is not None and own.rows is not None:
                yield name


def _asks_zone(checked: Checked) -> bool:
    known = expressions.all_functions()
    return any(name in known and known[name].needs_env for name in checked.functions)


def _watches(entity: Entity, paths: Iterable[Path]) -> Iterable[tuple[Watch, Entity]]:
    """One for each form on the ways of these paths, with the fields of it that are read."""
    read: dict[Path, set[str]] = defaultdict(set)
    for path in paths:
        for length in range(1, len(path)):
            read[path[:length]].add(path[length])
    for links, names in sorted(read.items()):
        target = _behind(entity, links)
        if target is not None:
            yield Watch(entity.key, links, frozenset(names)), target


def _behind(entity: Entity, links: Path) -> Entity | None:
    target: Entity | None = entity
    for link in links:
        own = target.fields.get(link) if target is not None else None
        target = linked_entity(own) if own is not None else None
    return target


def _feeds(entity: Entity, totals: Iterable[Total]) -> Iterable[tuple[Feed, Entity]]:
    for total in totals:
        child = entities.find(total.rollup.form)
        if child is None:
            continue
        watched = {total.rollup.argument} - {""}
        if total.rollup.where is not None:
            watched |= {path[0] for path in total.rollup.where.paths}
        yield Feed(entity.key, total.rollup.by, total.name, frozenset(watched)), child
