"""Computed fields of records that are there already: what a publish has to work out anew, and what it says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping

import msgspec

from form_engine.computed.spreading import RECOMPUTE
from form_engine.definition import FormDef
from form_engine.fields.computed import ComputedField
from form_engine.kind.change import FormChange
from form_engine.kind.computed_places import Place, computed_fields, inputs_of
from form_engine.kind.meta import FormMeta
from platform_core import database, i18n, jobs, settings
from platform_core.definitions import DataStep, Key, PlanItem, Portion, Steps
from platform_core.entities import quote
from platform_core.i18n import N_

COMPUTE = "form_engine.compute"
"""The data step that leaves the work to a job: it needs the forms as they are after the publish."""


def with_computing(made: Steps, change: FormChange, revision: int) -> Steps:
    """The steps of a publish over `revision`, with the one that has computed fields worked out."""
    forms = {key.full_name: 0 for key in fed_by(change, _moved(change))}
    if recomputed(change):
        forms[change.world.key.full_name] = revision
    if change.is_first or not forms:
        return made
    params = {"forms": forms, "table": "", "of": change.allotment.table}
    return msgspec.structs.replace(made, steps=(*made.steps, DataStep(COMPUTE, params)))


class ComputeStep:
    """The data step COMPUTE: adds a job for each form. `forms` are keys with the revision that has to be over first.

    In a publish that works in the background it comes after the steps that still change values.
    """

    async def __call__(self, params: Mapping[str, object]) -> None:
        for form, revision in sorted(msgspec.convert(params["forms"], dict[str, int]).items()):
            payload = {"form": form, "silent": True, "behind": revision}
            await jobs.add(RECOMPUTE, payload, subject=f"{form}/computed")

    def table(self, params: Mapping[str, object]) -> str:
        """The form's own."""
        return str(params["of"])

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """All of it at once: the jobs have their own portions."""
        await self(params)
        return Portion("", 0)


def recomputed(change: FormChange) -> list[str]:
    """The stored computed fields whose values may be others after the publish."""
    moved, here = _moved(change), change.world.key.full_name
    found: list[str] = []
    for _place, each in computed_fields(change.source):
        now = change.meta.computed.get(each.name)
        if now is None or now.volatile:
            continue
        touched = any(name in moved for form, name in now.inputs if form == here)
        if touched or _way(change.old_meta, each.name) != _way(change.meta, each.name):
            found.append(each.name)
    return found


def _way(meta: FormMeta, name: str) -> object:
    """All that decides which value the field gets."""
    known = meta.computed.get(name)
    if known is None:
        return None
    held = {key: value for key, value in known.field.items() if key not in _WORDS}
    texts = [meta.expressions.get(place, {}).get("ir") for place in (f"formula.{name}", f"where.{name}")]
    way = (held, known.inputs, known.volatile, known.form, known.by, known.how, texts)
    return msgspec.json.encode(
        way, order="deterministic"
    )  # one is read from JSON, the other has just been made


_WORDS = frozenset({"label", "help", "index", "search", "track", "was", "sensitive"})


def _moved(change: FormChange) -> frozenset[str]:
    """Fields whose stored values a publish changes without a save."""
    made = change.allotment
    touched = {move.field for move in made.moves} | set(made.revived) | set(made.added) | set(made.dropped)
    for old, new, _slot in made.kept:
        cut = change.types.of(new).cut_length(old, new) is not None
        if (
            cut
            or (new.required and not old.required)
            or (new.name in made.rows and _is_moved(made.rows[new.name]))
        ):
            touched.add(new.name)
    return frozenset(touched)


def _is_moved(rows: object) -> bool:
    return any(getattr(rows, part) for part in ("moves", "revived", "dropped"))


def fed_by(change: FormChange, fields: frozenset[str]) -> list[Key]:
    """The other forms that compute from these fields."""
    return sorted({place.key for place, _each, name in _dependants(change) if name in fields})


def _dependants(change: FormChange) -> Iterator[tuple[Place, ComputedField, str]]:
    """Computed fields of other forms with the field of this one that they read."""
    here = change.world.key
    for key, made in change.world.all("form"):
        if key == here or not isinstance(made, FormDef):
            continue
        place = Place(key, made, change.world.at(key))
        for _at, each in computed_fields(made):
            for there, name in inputs_of(each, place):
                if there.key == here:
                    yield place, each, name


async def plan_computed(change: FormChange) -> list[PlanItem]:
    """What a publish works out anew, whom it lets see more, and which other forms compute from what it changes."""
    found = [*_declassified(change), *_feeding(change), *[each async for each in _put_aside(change)]]
    names = [] if change.is_first else recomputed(change)
    if names:
        count = int(str(await database.fetch_value(f"SELECT count(*) FROM {quote(change.allotment.table)}")))
        if count:
            labels = ", ".join(_label(change.source, name) for name in names)
            message = N_("Works out {fields} for {count} records, in the background.")
            params: dict[str, object] = {"fields": labels, "count": count}
            found.append(
                PlanItem(id="computed", code="computed", message=message, params=params, count=count)
            )
    return found


def _declassified(change: FormChange) -> Iterator[PlanItem]:
    for place, each in computed_fields(change.source):
        before = change.old_meta.computed.get(each.name)
        if each.declassify and not (before is not None and before.declassified):
            message = N_("'{field}' is shown also to people who do not see what it is made from.")
            yield PlanItem(
                id=f"field.{each.name}.declassified",
                code="declassified",
                message=message,
                params={"field": _label(change.source, each.name)},
                severity="warning",
                pointer=f"/fields/{place}/declassify",
            )


async def _put_aside(change: FormChange) -> AsyncIterator[PlanItem]:
    """Fields that people have filled so far and that are worked out from now on."""
    for place, each in computed_fields(change.source):
        slot = change.old_meta.layout.slots.get(each.name)
        if slot is None or not slot.columns or each.name in change.old_meta.computed:
            continue
        column = quote(slot.columns[0].name)
        sql = f"SELECT count({column}) FROM {quote(change.allotment.table)}"
        count = int(str(await database.fetch_value(sql)))
        if count:
            message = N_(
                "'{field}' is worked out from now on: {count} values that were entered are put aside for {days} days."
            )
            days = settings.current().tombstone_days
            yield PlanItem(
                id=f"field.{each.name}.put_aside",
                code="put_aside",
                message=message,
                params={"field": _label(change.source, each.name), "count": count, "days": days},
                count=count,
                destructive=True,
                severity="danger",
                pointer=f"/fields/{place}",
            )


def _feeding(change: FormChange) -> Iterator[PlanItem]:
    """Fields that hold something else now, or are gone, and feed computed fields of other forms."""
    made = change.allotment
    moved = {move.field for move in made.moves} | set(made.dropped)
    users: dict[str, set[str]] = {}
    for place, each, name in _dependants(change):
        if name in moved:
            users.setdefault(name, set()).add(f"{_title(place)}: {_label(place.definition, each.name)}")
    for name, fields in sorted(users.items()):
        message = N_(
            "From '{field}' other forms compute ({names}). Publish them too, or those fields stay blank."
        )
        label = _label(change.source if change.source.field_named(name) else change.old, name)
        yield PlanItem(
            id=f"field.{name}.feeds",
            code="feeds",
            message=message,
            params={"field": label, "names": ", ".join(sorted(fields))},
            count=len(fields),
            severity="warning",
            pointer=change.position(name),
        )


def _title(place: Place) -> str:
    return i18n.label(place.definition.label) or place.key.full_name


def _label(definition: FormDef | None, name: str) -> str:
    found = definition.field_named(name) if definition is not None else None
    return (i18n.label(found.label) if found is not None else "") or name
