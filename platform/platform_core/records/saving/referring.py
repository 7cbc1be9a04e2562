"""Links to ids: what the input names by id or by code is looked up in batches, as the actor may see it.

A link to something that the actor cannot read is refused like one to something that does not exist. A link that is
already stored stays, whoever saves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from platform_core import entities
from platform_core.entities import EntityField, Ref, Reference
from platform_core.i18n import N_, label
from platform_core.records.finding import find_records
from platform_core.records.references import source_of
from platform_core.records.saving.work import Save, Values, escaped

Target = tuple[str, str]
"""Kind and, for records, the form's key: ("record", "trade_crm.account"), ("user", "")."""

Found = Mapping[Target, Mapping[str, str]]
"""Ids by what was asked for, per target."""


@dataclass(slots=True)
class _Place:
    """One reference value of the input; `known` are the ids that are stored there already."""

    save: Save
    name: str
    below: str
    field: EntityField
    holder: Values
    known: frozenset[object]

    @property
    def reference(self) -> Reference:
        return cast("Reference", self.field.reference)

    def asked(self) -> Iterator[tuple[Target, str]]:
        """What has to be looked up."""
        for item in self._items():
            if item not in self.known:
                ref = as_ref(item)
                for target in self._targets(ref):
                    yield target, ref.id or ref.code

    def settle(self, found: Found) -> None:
        """Puts ids in place of what was asked, or notes what there is not."""
        settled = tuple(self._settled(item, index, found) for index, item in enumerate(self._items()))
        self.holder[self.field.name] = settled if self.reference.many else settled[0]

    def _items(self) -> Sequence[object]:
        value = self.holder[self.field.name]
        return cast("Sequence[object]", value) if self.reference.many else (value,)

    def _targets(self, ref: Ref) -> list[Target]:
        if self.reference.kind != "record":
            return [(self.reference.kind, "")]
        forms = (ref.form,) if ref.form else self.reference.forms
        return [("record", form) for form in forms if form in self.reference.forms]

    def _settled(self, item: object, index: int, found: Found) -> object:
        if item in self.known:
            return item
        ref = as_ref(item)
        for target in self._targets(ref):
            record_id = found[target].get(ref.id or ref.code)
            if record_id is not None:
                several = self.reference.kind == "record" and len(self.reference.forms) > 1
                return Ref(id=record_id, form=target[1]) if several else record_id
        self._refuse(ref, f"/{index}" if self.reference.many else "")
        return item

    def _refuse(self, ref: Ref, index: str) -> None:
        language = self.save.actor.language
        targets = [entities.find(form) for form in self.reference.forms]
        names = ", ".join(label(target.label, language) for target in targets if target is not None)
        self.save.refuse(
            self.name,
            "not_found",
            N_("There is no '{key}' that you may choose here."),
            below=self.below + index,
            remedy=N_("Give the id or the number of an entry that you can see."),
            key=(ref.id or ref.code)[:80],
            form=names,
        )


def as_ref(value: object) -> Ref:
    """A bare id or a Ref, as a Ref."""
    return value if isinstance(value, Ref) else Ref(id=str(value))


async def resolve_references(saves: Sequence[Save]) -> None:
    """Replaces every new reference of the input by the id it means; one query per target for all saves together."""
    places = [place for save in saves for place in _places(save)]
    if not places:
        return
    wanted: dict[Target, set[str]] = defaultdict(set)
    for place in places:
        for target, key in place.asked():
            wanted[target].add(key)
    first = places[0].save
    found: dict[Target, Mapping[str, str]] = {}
    for (kind, form), keys in sorted(wanted.items()):
        if kind == "record":
            found[kind, form] = await find_records(form, keys, first.actor, by_title=first.options.textual)
        else:
            found[kind, form] = await source_of(kind).find(keys, first.actor)
    for place in places:
        place.settle(found)


def _places(save: Save) -> Iterator[_Place]:
    for name in sorted(save.given):
        field = save.entity.fields[name]
        if name in save.rows:
            yield from _row_places(save, name)
        elif name in save.failed:
            continue
        elif field.reference is not None and save.values.get(name):
            known = _ids((save.before or {}).get(name))
            if name in save.trusted:
                known |= {save.trusted[name]}
            yield _Place(save, name, "", field, save.values, frozenset(known))


def _row_places(save: Save, name: str) -> Iterator[_Place]:
    change = save.rows[name]
    stored = {row["id"]: row for row in change.before}
    for position, row in zip(change.places, change.after, strict=True):
        for cell in change.rows.fields.values():
            if cell.reference is not None and row.get(cell.name):
                known = _ids(stored.get(row["id"], {}).get(cell.name))
                below = f"/{position}/{escaped(cell.name)}"
                yield _Place(save, name, below, cell, cast("Values", row), frozenset(known))


def _ids(value: object) -> set[object]:
    if value is None:
        return set()
    return set(cast("Iterable[object]", value)) if isinstance(value, tuple | list) else {value}
