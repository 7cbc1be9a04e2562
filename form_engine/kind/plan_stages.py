"""What the stages of a form mean for live data, and where they contradict themselves: advice, never an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from form_engine.definition import FormDef, StagesDef, TransitionDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.kind.change import FormChange
from form_engine.kind.counting import LIVE, Counter
from form_engine.stages.checking import first_stage, stage_keys
from form_engine.stages.compiled import asked_of, origins_of
from platform_core import i18n
from platform_core.definitions import PlanItem
from platform_core.entities import quote
from platform_core.i18n import N_

_CLOSED = ("hidden", "read")


async def plan_stages(change: FormChange) -> list[PlanItem]:
    """Fields that a stage needs from now on, with how many records lack them, and what cannot work."""
    stages = change.new.stages
    keys = stage_keys(change.new, change.world)
    if stages is None or not keys:
        return []
    found = [*_unreachable(change, stages, keys), *_contradictions(change, stages, keys)]
    return found if change.is_first else [*await _newly_required(change, stages), *found]


async def _newly_required(change: FormChange, stages: StagesDef) -> list[PlanItem]:
    slots = change.allotment.layout.slots
    holding = slots[stages.field].columns[0].name
    added = change.allotment.added
    counter = Counter(change.allotment.table)
    before = _required(change.old.stages if change.old is not None else None)
    asked = [cell for cell in _required(stages) if cell not in before]
    in_stage = f"{LIVE} AND {quote(holding)} = ?"
    if stages.field in added:
        return []
    for name, key in asked:
        columns = slots[name].columns
        lacks = "1 = 1" if name in added else f"{quote(columns[0].name)} IS NULL" if columns else "1 = 0"
        counter.ask(f"all.{key}", in_stage, (key,))
        counter.ask(f"lack.{name}.{key}", f"{in_stage} AND {lacks}", (key,))
    await counter.run()
    message = N_("'{field}' becomes required in '{stage}': {count} of {total} records there lack it.")
    return [
        _item(
            f"stage.{key}.{name}.required", message, severity="warning" if lacking else "info",
            pointer=f"/stages/matrix/{name}", count=lacking, total=counter.count(f"all.{key}"),
            field=_field_label(change.new, name), stage=_stage_label(change, key),
        )
        for name, key in asked
        for lacking in [counter.count(f"lack.{name}.{key}")]
    ]  # fmt: skip


def _required(stages: StagesDef | None) -> list[tuple[str, str]]:
    if stages is None:
        return []
    cells = ((name, key, level) for name, row in stages.matrix.items() for key, level in row.items())
    return [(name, key) for name, key, level in cells if level == "required"]


def _unreachable(change: FormChange, stages: StagesDef, keys: tuple[str, ...]) -> Iterator[PlanItem]:
    first = first_stage(change.new, keys)
    reached, waiting = {first}, [first]
    while waiting:
        stage = waiting.pop()
        onward = {each.to for each in stages.transitions if _leads_from(each, stage)} - reached
        reached |= onward
        waiting += onward
    message = N_("No transition leads to '{stage}': no record can come there.")
    for key in keys:
        if key not in reached:
            yield _item(
                f"stage.{key}.unreachable",
                message,
                pointer="/stages/transitions",
                stage=_stage_label(change, key),
            )


def _leads_from(transition: TransitionDef, stage: str) -> bool:
    origins = origins_of(transition)
    return transition.to != stage and (origins is None or stage in origins)


def _contradictions(change: FormChange, stages: StagesDef, keys: tuple[str, ...]) -> Iterator[PlanItem]:
    first = first_stage(change.new, keys)
    for name, row in stages.matrix.items():
        field = change.new.field_named(name)
        if field is not None and field.required and field.default is None and row.get(first) in _CLOSED:
            message = N_("'{field}' is required, but closed in '{stage}', where a new record begins.")
            yield _item(
                f"stage.{first}.{name}.contradiction", message, pointer=f"/stages/matrix/{name}/{first}",
                field=_field_label(change.new, name), stage=_stage_label(change, first),
            )  # fmt: skip
    message = N_("'{transition}' asks for '{field}', which is closed in '{stage}'.")
    for place, each in enumerate(stages.transitions):
        for asked in asked_of(each):
            if not asked.link and stages.matrix.get(asked.name, {}).get(each.to) in _CLOSED:
                yield _item(
                    f"transition.{each.name}.{asked.name}.closed", message,
                    pointer=f"/stages/transitions/{place}/ask", field=_field_label(change.new, asked.name),
                    stage=_stage_label(change, each.to), transition=i18n.label(each.label) or each.name,
                )  # fmt: skip


def _field_label(definition: FormDef, name: str) -> str:
    field = definition.field_named(name)
    return (i18n.label(field.label) if field is not None else None) or name


def _stage_label(change: FormChange, key: str) -> str:
    stages = change.new.stages
    field = change.new.field_named(stages.field) if stages is not None else None
    made = change.world.find("dictionary", getattr(field, "dictionary", ""))
    values = made.values if isinstance(made, DictionaryDef) else ()
    return next((i18n.label(value.label) or key for value in values if value.key == key), key)


def _item(
    id: str,
    message: str,
    *,
    severity: Literal["info", "advice", "warning", "danger"] = "warning",
    pointer: str = "",
    count: int | None = None,
    total: int | None = None,
    **params: object,
) -> PlanItem:
    told = {"count": count, "total": total, **params}
    return PlanItem(
        id=id, code=id.rpartition(".")[2], message=message, params=told, count=count, total=total,
        severity=severity, pointer=pointer,
    )  # fmt: skip
