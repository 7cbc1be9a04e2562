"""What a change means for other records: totals of those it counts in, values of those that look at it.

Wave after wave: what changes because of a change is looked at in turn, until nothing does. There is an end, for no
field can be published that is made from itself. So many records are done in the transaction; more than that by a job,
which works from what is stored when it gets there, and so may come late or twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from form_engine.computed.evaluating import work_out
from form_engine.computed.graph import Feed, Graph, Node, Watch, graph
from form_engine.computed.totals import totals_of
from platform_core import database, jobs, records
from platform_core.entities import Entity, linked_entity, quote
from platform_core.records import Save

MOST = 500
"""Records that one save works out in its own transaction; what is beyond goes to a job."""
RECOMPUTE = "form_engine.recompute"
_IDS = 1_000
"""Record ids in the payload of one job."""

Values = Mapping[str, object]


class Change(NamedTuple):
    """One record before and after; None where it was not there, or is in the recycle bin."""

    entity: Entity
    id: str
    before: Values | None
    after: Values | None


@dataclass(slots=True)
class _Wave:
    """Records to work out: by form and id the totals that may have changed."""

    found: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def add(self, form: str, ids: Iterable[str], names: Iterable[str] = ()) -> None:
        for record in ids:
            self.found[form][record].update(names)


async def spread(
    changes: Sequence[Change], *, quiet: bool = False, silent: bool = False, most: int = MOST
) -> list[Change]:
    """Brings everything up to date that these changes touch, in the caller's transaction or by jobs; what has changed
    in the transaction."""
    known = graph()
    left = most
    made: list[Change] = []
    while changes:
        wave = await _wave(changes, known, left, quiet)
        changes = []
        for form in sorted(wave.found):
            targets = wave.found[form]
            if len(targets) > left:
                await _leave(form, list(targets), quiet)
                continue
            left -= len(targets)
            totals = frozenset(name for names in targets.values() for name in names)
            changes += await recompute(known[form], list(targets), totals, quiet=quiet, silent=silent)
        made += changes
    return made


async def recompute(
    node: Node,
    ids: Sequence[str],
    totals: frozenset[str] | None = None,
    *,
    quiet: bool = False,
    silent: bool = False,
) -> list[Change]:
    """Works these records out anew from what is stored; what has changed. `totals` None means all of them."""
    saves = await records.load_computing(node.entity, ids, zones=node.zoned)
    if not saves:
        return []
    by_id = {save.id: save for save in saves}
    wanted = [total for name, total in node.totals.items() if totals is None or name in totals]
    for record, values in (await totals_of(wanted, list(by_id))).items() if wanted else ():
        for name, value in values.items():
            if value != by_id[record].values.get(name):
                by_id[record].set(name, value)
    if node.steps:
        if node.tables:
            await records.load_table_rows(saves, node.tables)
        if node.linked:
            await records.follow(saves, node.linked)
        for save in saves:
            work_out(save, node, linked=True)
    return [change_of(save) for save in await records.write_computed(saves, silent=silent, quiet=quiet)]


def change_of(save: Save) -> Change:
    """A save as a change; what lies in the recycle bin is not there."""
    before = save.before if save.before is not None and save.before.get("archived_at") is None else None
    after = save.values if save.values.get("archived_at") is None else None
    return Change(save.entity, save.id, before, after)


async def _wave(changes: Sequence[Change], known: Graph, left: int, quiet: bool) -> _Wave:
    wave = _Wave()
    by_form: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_form[change.entity.key].append(change)
    for form, group in by_form.items():
        node = known.get(form)
        if node is None:
            continue
        for feed in node.feeds:
            for change in group:
                wave.add(feed.form, parents_of(feed, change), (feed.name,))
        for watch in node.watches:
            moved = [change.id for change in group if _is_seen(watch, change)]
            if moved:
                found = await _looking(watch, moved, known, left, quiet)
                wave.add(watch.form, found)
    return wave


def parents_of(feed: Feed, change: Change) -> set[str]:
    """The records in which the change counts: the old one, the new one, or both."""
    old = str(change.before.get(feed.by) or "") if change.before is not None else ""
    new = str(change.after.get(feed.by) or "") if change.after is not None else ""
    if old == new and change.before is not None and change.after is not None:
        before, after = change.before, change.after
        if all(before.get(name) == after.get(name) for name in feed.watched):
            return set()
    return {old, new} - {""}


def _is_seen(watch: Watch, change: Change) -> bool:
    if change.before is None or change.after is None:
        return False
    before, after = change.before, change.after
    return any(before.get(name) != after.get(name) for name in watch.fields)


async def _looking(watch: Watch, ids: Sequence[str], known: Graph, left: int, quiet: bool) -> list[str]:
    """The records that look at these; where they are too many, none, and jobs that will find them."""
    node = known.get(watch.form)
    if node is None:
        return []
    found = await watchers(node.entity, watch.links, ids, "", left + 1)
    if len(found) <= left:
        return found
    for start in range(0, len(ids), _IDS):
        part = list(ids[start : start + _IDS])
        payload = {"form": watch.form, "links": list(watch.links), "ids": part, "quiet": quiet}
        await jobs.add(RECOMPUTE, payload, subject=f"{watch.form}/computed")
    return []


async def watchers(
    entity: Entity, links: Sequence[str], ids: Sequence[str], after: str, limit: int
) -> list[str]:
    """The records of a form that reach these over one or two links, in id order behind `after`."""
    joins, alias, target = "", "t", entity
    for place, link in enumerate(links[:-1]):
        through = linked_entity(target.fields[link])
        if through is None:
            return []
        column = f"{alias}.{quote(target.fields[link].columns[0].name)}"
        alias = f"m{place}"
        joins += f' JOIN {quote(through.table)} {alias} ON {alias}."id" = {column}'
        target = through
    last = f"{alias}.{quote(target.fields[links[-1]].columns[0].name)}"
    condition = database.dialect().in_list(last)
    behind = ' AND t."id" > ?' if after else ""
    sql = f'SELECT t."id" FROM {quote(entity.table)} t{joins} WHERE {condition}{behind} ORDER BY t."id" LIMIT {limit:d}'
    rows = await database.fetch_tuples(sql, (sorted(ids), after) if after else (sorted(ids),))
    return [str(record) for (record,) in rows]


async def _leave(form: str, ids: Sequence[str], quiet: bool) -> None:
    """Adds jobs for these records themselves."""
    for start in range(0, len(ids), _IDS):
        payload = {"form": form, "ids": sorted(ids)[start : start + _IDS], "quiet": quiet}
        await jobs.add(RECOMPUTE, payload, subject=f"{form}/computed")
