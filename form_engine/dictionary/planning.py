"""What publishing a changed choice list would do to the records that hold its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from form_engine.dictionary import moved
from form_engine.dictionary.definition import DictionaryDef
from form_engine.dictionary.places import Place, count
from platform_core import i18n
from platform_core.definitions import PlanItem, World
from platform_core.i18n import N_


def merged_values(definition: DictionaryDef) -> dict[str, str]:
    """Key → the value that took it over."""
    return {value.key: value.merged_into for value in definition.values if value.merged_into is not None}


async def plan_values(
    old: DictionaryDef, new: DictionaryDef | None, places: Sequence[Place], world: World
) -> list[PlanItem]:
    """Removed values with the records that hold them; merged ones, and those that stand again, per form and field."""
    labels = _labels(old) | (_labels(new) if new is not None else {})
    left = set(_labels(new)) if new is not None else set()
    gone = [key for key in _labels(old) if key not in left]
    before, after = merged_values(old), merged_values(new) if new is not None else {}
    merging = {key: into for key, into in after.items() if before.get(key) != into}
    counts = {place: await count(place, [*gone, *merging]) for place in places} if gone or merging else {}
    plan = [_removed(key, labels[key], sum(found.get(key, 0) for found in counts.values())) for key in gone]
    for key, into in merging.items():
        plan += _merged(key, labels[key], labels.get(into, into), into, counts)
    back = [key for key in before if key in left and key not in after]
    if back:
        plan += await _standing_again(back, labels, places, world)
    return plan


def _labels(definition: DictionaryDef) -> dict[str, str]:
    return {value.key: i18n.label(value.label) or value.key for value in definition.values}


def _removed(key: str, label: str, found: int) -> PlanItem:
    return PlanItem(
        id=f"value.{key}.removed", code="removed", count=found, destructive=found > 0,
        message=N_("The value '{value}' goes: {count} records hold it and would show its bare key."),
        params={"value": label, "count": found}, severity="danger" if found else "info",
    )  # fmt: skip


def _merged(
    key: str, label: str, into_label: str, into: str, counts: Mapping[Place, Mapping[str, int]]
) -> list[PlanItem]:
    """One item per form and field that holds the value, each to be agreed to; one line where nothing holds it."""
    held = [(place, found[key]) for place, found in counts.items() if found.get(key)]
    params: dict[str, object] = {"value": label, "into": into_label}
    if not held:
        message = N_("'{value}' becomes '{into}'. No record holds it.")
        return [PlanItem(id=f"value.{key}.merged", code="merged", message=message, params=params, count=0)]
    return [
        PlanItem(
            id=f"value.{key}.merged.{into}.{place.form}.{place.path}", code="merged", count=found, destructive=True,
            message=N_("'{value}' becomes '{into}': {count} records of {form} change their {field}."),
            params={**params, "count": found, "form": place.form_label, "field": place.field_label},
            severity="warning",
        )
        for place, found in held
    ]  # fmt: skip


async def _standing_again(
    keys: Sequence[str], labels: Mapping[str, str], places: Sequence[Place], world: World
) -> list[PlanItem]:
    """How many records get a value back that had been merged."""
    found = await moved.kept(world.key.full_name)
    named = {(place.form, place.path): place for place in places}
    return [
        PlanItem(
            id=f"value.{key}.back.{form}.{path}", code="unmerged", count=n, params={
                "value": labels[key], "count": n, "form": named[form, path].form_label,
                "field": named[form, path].field_label,
            },
            message=N_(
                "'{value}' stands on its own again: up to {count} records of {form} get their {field} back."
            ),
        )
        for (form, path, key), n in found.items()
        if key in keys and (form, path) in named
    ]  # fmt: skip
