"""Values behind links, read with the system's eyes: what rules, formulas and scopes need of other records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from platform_core import database
from platform_core.entities import Entity, EntityField, linked_entity, quote
from platform_core.records.encrypting import encrypted, open_values

Path = tuple[str, ...]


async def linked_values(
    entity: Entity, holders: Sequence[Mapping[str, object]], paths: Iterable[Path], *, lock: bool = False
) -> list[dict[str, object]]:
    """For each holder of canonical values the values of `paths` by dotted name ("account.website").

    With `lock` the records behind the links stay as they are until the transaction ends.

    Paths of one name are left out: the holder has them. One query per link and form, whatever the number of holders.
    """
    found: list[dict[str, object]] = [{} for _ in holders]
    by_link: dict[str, set[Path]] = defaultdict(set)
    for path in paths:
        if len(path) > 1:
            by_link[path[0]].add(path[1:])
    for link, rests in sorted(by_link.items()):
        field = entity.fields.get(link)
        target = linked_entity(field) if field is not None else None
        if target is None:
            continue
        ids = {str(value) for holder in holders if (value := holder.get(link)) is not None}
        records = await _records(target, ids, rests, lock)
        for holder, values in zip(holders, found, strict=True):
            behind = records.get(str(holder.get(link)), {})
            values.update({".".join((link, *rest)): behind.get(".".join(rest)) for rest in rests})
    return found


async def _records(
    target: Entity, ids: set[str], paths: set[Path], lock: bool
) -> dict[str, dict[str, object]]:
    """Values by id and dotted path of records of one form."""
    fields = [target.fields[name] for name in sorted({path[0] for path in paths}) if name in target.fields]
    stored = [field for field in fields if field.columns]
    if not ids or not stored:
        return {}
    columns = ", ".join(f"t.{quote(column.name)}" for field in stored for column in field.columns)
    condition = database.dialect().in_list('t."id"')
    tail = f' ORDER BY t."id"{database.dialect().for_share}' if lock else ""
    sql = f'SELECT t."id", {columns} FROM {quote(target.table)} t WHERE {condition}{tail}'
    rows = await database.fetch_tuples(sql, (sorted(ids),))
    values = {str(row[0]): _canonical(stored, row) for row in rows}
    if encrypted(target):
        await open_values(target, list(values.items()))
    deeper = [path for path in paths if len(path) > 1]
    if deeper:
        for own, more in zip(
            values.values(),
            await linked_values(target, list(values.values()), deeper, lock=lock),
            strict=True,
        ):
            own.update(more)
    return values


def _canonical(fields: Sequence[EntityField], row: Sequence[object]) -> dict[str, object]:
    values: dict[str, object] = {}
    start = 1
    for field in fields:
        end = start + len(field.columns)
        values[field.name] = field.codec.from_columns(row[start:end])
        start = end
    return values
