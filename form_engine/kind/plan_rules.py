"""What the rules of a form mean for live data, and where they stand against each other: advice, never an error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from form_engine.definition import FormDef, RuleDef
from form_engine.kind.change import FormChange
from form_engine.rules.contradictions import contradictions
from form_engine.rules.targets import table_of
from platform_core import database, expressions, i18n
from platform_core.definitions import PlanItem
from platform_core.entities import Entity, EntityColumns, quote
from platform_core.expressions import Checked, Env, ExpressionError, NotSqlable
from platform_core.i18n import N_

_Stored = Mapping[str, Mapping[str, Any]]
_Items = AsyncIterator[PlanItem]


async def plan_rules(change: FormChange) -> list[PlanItem]:
    """Records that a new check or requirement would refuse, and contradictions among the rules."""
    expressions_of = change.meta.expressions
    found = [
        PlanItem(
            id=f"rules{finding.pointer.removeprefix('/rules').replace('/', '.')}.{finding.code}",
            code=finding.code,
            message=finding.message,
            params=_spoken(change.new, finding.params),
            severity="advice",
            pointer=finding.pointer,
        )
        for finding in contradictions(change.new, expressions_of)
    ]
    old = change.old_entity
    if old is None:
        return found
    for number, rule in enumerate(change.new.rules):
        if _is_new(change.old, rule):
            found += [item async for item in _breaking(change, old, rule, f"/rules/{number}", expressions_of)]
    return found


def _is_new(old: FormDef | None, rule: RuleDef) -> bool:
    """Whether the rule asks for something that it did not ask for before."""
    standing = next((each for each in old.rules if each.id == rule.id), None) if old is not None else None
    if standing is None:
        return True
    return (standing.when, standing.check, standing.require) != (rule.when, rule.check, rule.require)


async def _breaking(change: FormChange, old: Entity, rule: RuleDef, pointer: str, stored: _Stored) -> _Items:
    """How many live records a check or a requirement would refuse if they were saved as they are."""
    message = N_(
        "'{rule}': {count} of {total} records do not keep to it. They stay, and are asked when they change."
    )
    for part, conditions in _conditions(rule, stored):
        if not all(_stands(change, path) for each in conditions if each is not None for path in each.paths):
            continue
        counted = await _count(old, rule, part, conditions)
        if counted is not None and counted[0]:
            count, total = counted
            name = i18n.label(rule.label) or rule.id
            yield PlanItem(
                id=f"rules.{rule.id}.{part}", code="rule_broken", message=message, severity="advice",
                params={"rule": name, "count": count, "total": total}, count=count, total=total, pointer=pointer,
            )  # fmt: skip


def _conditions(rule: RuleDef, stored: _Stored) -> Iterator[tuple[str, list[Checked | None]]]:
    """What is counted: ("check", [when, check]), and ("budget", [when]) for each field that is required."""
    when = stored.get(f"rule.{rule.id}.when")
    holds = Checked.from_json(when) if when is not None else None
    if rule.check is not None:
        yield "check", [holds, Checked.from_json(stored[f"rule.{rule.id}.check"])]
    for path in rule.require:
        if not table_of(path):
            yield path, [holds]


def _stands(change: FormChange, path: tuple[str, ...]) -> bool:
    """Whether a field is there already and stays what it is: only then its values can be asked."""
    before = change.old.field_named(path[0]) if change.old is not None else None
    now = change.new.field_named(path[0])
    return now is None or (before is not None and type(before) is type(now))


async def _count(
    entity: Entity, rule: RuleDef, part: str, conditions: list[Checked | None]
) -> tuple[int, int] | None:
    """(broken, all live records); None where the database cannot say it exactly."""
    columns, env, dialect = EntityColumns(entity, "t"), Env(), database.dialect().name
    try:
        pieces = [
            expressions.compile_sql(each, columns, env, dialect=dialect) if each is not None else None
            for each in conditions
        ]
    except (NotSqlable, ExpressionError):
        return None
    when, check = pieces[0], pieces[1] if len(pieces) > 1 else None
    broken = [f"({when.text}) IS TRUE"] if when is not None else []
    if check is not None:
        broken.append(f"({check.text}) IS NOT TRUE")
    else:
        field = entity.fields.get(part)
        if field is None or not field.columns:
            return None
        broken.append(f"t.{quote(field.columns[0].name)} IS NULL")
    used = [each for each in pieces if each is not None]
    joins = {join.alias: join for each in used for join in each.joins}
    params = [value for piece in used for value in piece.params]
    params += [value for join in joins.values() for value in join.params]
    sql = (
        f"SELECT count(CASE WHEN {' AND '.join(broken)} THEN 1 END), count(*) FROM {quote(entity.table)} t"
        f' {" ".join(join.text for join in joins.values())} WHERE t."archived_at" IS NULL'
    )
    rows = await database.fetch_tuples(sql, tuple(params))
    return int(str(rows[0][0])), int(str(rows[0][1]))


def _spoken(definition: FormDef, params: Mapping[str, object]) -> dict[str, object]:
    """The names of rules and fields as people call them, in the reader's language."""
    rules = {rule.id: i18n.label(rule.label) or rule.id for rule in definition.rules}
    labels = {each.name: i18n.label(each.label) or each.name for each in definition.fields}
    known = {"rule": rules, "other": rules, "field": labels}
    return {name: known.get(name, {}).get(str(value), value) for name, value in params.items()}
