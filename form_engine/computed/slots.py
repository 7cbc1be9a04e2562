"""Where computed fields enter a save."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from form_engine.computed.adding import added_up
from form_engine.computed.evaluating import work_out
from form_engine.computed.graph import Graph, Node, graph
from form_engine.computed.spreading import change_of, spread
from platform_core import database, entities, records
from platform_core.entities import Entity, quote
from platform_core.records import Save, linked_values


async def compute(saves: Sequence[Save]) -> None:
    """Slot `computed`: the fields of the records themselves, in order.

    The records whose totals will change are locked first, in id order: whoever saves another child of the same parent
    waits here, and finds this one when it is their turn.
    """
    known = graph()
    if not known:
        return
    groups: dict[str, list[Save]] = defaultdict(list)
    for save in saves:
        if save.entity.key in known:
            groups[save.entity.key].append(save)
    if not groups:
        return
    if database.dialect().is_postgresql:
        await _lock_parents(groups, known)
    for form, group in groups.items():
        node = known[form]
        for save in group:
            if save.is_new:
                for name, total in node.totals.items():
                    save.values[name] = total.fit(_nothing(total.rollup.function, total.currency))
        if node.steps:
            await _work_out(node, group, saves)


async def compute_again(saves: Sequence[Save]) -> None:
    """Slot `stages`: once more where rules may have set what formulas are made from."""
    ruled = [save for save in saves if getattr(save.entity.definition, "rules", ())]
    if ruled:
        await compute(ruled)


def _nothing(function: str, currency: str | None) -> object:
    """What no rows at all come to."""
    return 0 if function == "count" else added_up(function, (), currency)


async def _work_out(node: Node, group: Sequence[Save], saves: Sequence[Save]) -> None:
    if node.tables:
        await records.load_table_rows(group, node.tables)
    following = [save for save in group if _follows(save, node)] if node.linked else []
    if following:
        await records.follow(following, node.linked, lock=True)
        await _see_fresh(following, node, saves)
    wanted = {id(save) for save in following}
    for save in group:
        work_out(save, node, linked=not node.linked or id(save) in wanted)


def _follows(save: Save, node: Node) -> bool:
    """Whether a field that looks behind a link may change: what it reads of the record itself has."""
    if save.is_new:
        return True
    own = {step.name for step in node.steps}
    heads = {name for step in node.steps if step.linked for name in step.heads}
    return bool(heads & own) or any(save.changed(name) for name in heads) or save.changed("owner")


async def _see_fresh(following: Sequence[Save], node: Node, saves: Sequence[Save]) -> None:
    """A record that is saved together with the one it links to sees that as it is about to be stored."""
    fresh = {save.id: save for save in saves if save.is_new}
    for save in following:
        for path in node.linked:
            target = fresh.get(str(save.get(path[0]) or ""))
            if target is None:
                continue
            if len(path) == 2:
                save.linked[".".join(path)] = target.get(path[1])
            else:
                (found,) = await linked_values(target.entity, [target.values], [path[1:]])
                save.linked[".".join(path)] = found.get(".".join(path[1:]))


async def _lock_parents(groups: dict[str, list[Save]], known: Graph) -> None:
    """Locks what the records count in from now on; what they counted in was locked before they were."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for form, group in groups.items():
        for feed in known[form].feeds:
            for save in group:
                new, old = save.get(feed.by), (save.before or {}).get(feed.by)
                if new and new != old:
                    wanted[feed.form].add(str(new))
    for form in sorted(wanted):
        entity = entities.find(form)
        if entity is not None:
            await _lock(entity, sorted(wanted[form]))


async def _lock(entity: Entity, ids: list[str]) -> None:
    dialect = database.dialect()
    condition = dialect.in_list('"id"')
    sql = f'SELECT "id" FROM {quote(entity.table)} WHERE {condition} ORDER BY "id"{dialect.for_update}'
    await database.fetch_tuples(sql, (ids,))


async def lock_parents_first(entity: Entity, ids: Sequence[str]) -> None:
    """Before stored records are locked: the records they count in, form by form, in id order."""
    dialect = database.dialect()
    node = graph().get(entity.key)
    if node is None or not node.feeds or not dialect.is_postgresql:
        return
    for form, by in sorted({(feed.form, feed.by) for feed in node.feeds}):
        parent = entities.find(form)
        if parent is None:
            continue
        own = dialect.in_list('"id"')
        column = quote(entity.fields[by].columns[0].name)
        inner = f"SELECT {column} FROM {quote(entity.table)} WHERE {own}"
        sql = f'SELECT "id" FROM {quote(parent.table)} WHERE "id" IN ({inner}) ORDER BY "id"{dialect.for_update}'
        await database.fetch_tuples(sql, (list(ids),))


async def spread_changes(saves: Sequence[Save]) -> None:
    """Slots `after_write` and `after_leaving`: what the changes mean for other records."""
    known = graph()
    if not known:
        return
    touching = [
        save for save in saves if (node := known.get(save.entity.key)) and (node.feeds or node.watches)
    ]
    if not touching:
        return
    own = {save.id: save for save in saves}
    for change in await spread([change_of(save) for save in touching], quiet=touching[0].options.quiet):
        save = own.get(change.id)
        if save is not None and change.after is not None:
            # A parent that is saved together with its children: it is answered as it is stored now.
            save.values.update({name: change.after.get(name) for name in _computed(save)})


def _computed(save: Save) -> list[str]:
    return [name for name, field in save.entity.fields.items() if field.computed is not None]
