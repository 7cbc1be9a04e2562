"""What rules need from the database before they can be asked: one question per link or list, whatever the number of
records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from form_engine.rules.ruleset import RuleSet, needed_paths
from platform_core import database, entities, records
from platform_core.entities import Children, Entity, EntityField, quote
from platform_core.records import Save

Rows = list[dict[str, object]]


async def load(rules: RuleSet, saves: Sequence[Save]) -> None:
    """Values behind links and stored rows of tables, for records of one form."""
    entity = saves[0].entity
    paths = needed_paths(rules, entity)
    if paths:
        await records.follow(saves, paths)
    tables = [name for name in rules.tables | rules.lists.keys() if _is_table(entity, name)]
    if tables:
        await records.load_table_rows(saves, tables)
    for name in sorted(rules.tables | rules.lists.keys()):
        field = entity.fields.get(name)
        if field is not None and field.children is not None:
            below = {(column,) for column in rules.columns(name)} | rules.lists.get(name, frozenset())
            await _load_children(saves, name, field.children, below)


def _is_table(entity: Entity, name: str) -> bool:
    field = entity.fields.get(name)
    return field is not None and field.rows is not None


async def _load_children(
    saves: Sequence[Save], name: str, children: Children, paths: Iterable[tuple[str, ...]]
) -> None:
    """The related records as they will be: the stored ones, under those that are saved together with the record."""
    entity = entities.get(children.form)
    stored = await stored_children(entity, children.by, [save.id for save in saves if not save.is_new], paths)
    for save in saves:
        rows = {str(row["id"]): row for row in stored.get(save.id, ())}
        for child in save.children:
            if child.entity.key == entity.key:
                rows[child.id] = {**rows.get(child.id, {}), **child.values, "id": child.id}
        save.linked[name] = tuple(rows)
        save.linked[f"{name}[*]"] = tuple(rows.values())


async def stored_children(
    entity: Entity, by: str, parents: Sequence[str], paths: Iterable[tuple[str, ...]]
) -> Mapping[str, Rows]:
    """Canonical values of the live records whose link `by` points to one of `parents`, by parent."""
    if not parents:
        return {}
    wanted = {path[0] for path in paths if path} & entity.fields.keys()
    fields = [entity.fields[name] for name in sorted(wanted) if entity.fields[name].columns]
    link = quote(entity.fields[by].columns[0].name)
    columns = ", ".join(["t." + link, 't."id"', *(f"t.{quote(c.name)}" for f in fields for c in f.columns)])
    condition = database.dialect().in_list(f"t.{link}")
    sql = (
        f'SELECT {columns} FROM {quote(entity.table)} t WHERE {condition} AND t."archived_at" IS NULL'
        f' ORDER BY t."id"'
    )
    found: dict[str, Rows] = defaultdict(list)
    for row in await database.fetch_tuples(sql, (sorted(parents),)):
        found[str(row[0])].append({"id": str(row[1]), **_canonical(fields, row[2:])})
    return found


def _canonical(fields: Sequence[EntityField], row: Sequence[object]) -> dict[str, object]:
    values: dict[str, object] = {}
    start = 0
    for field in fields:
        end = start + len(field.columns)
        values[field.name] = field.codec.from_columns(row[start:end])
        start = end
    return values
