"""What stands around a list: one click to narrow it by its chips, and the sums below it."""

from __future__ import annotations

import msgspec

from form_engine.screens.address import ListAddress
from form_engine.screens.choices import options_of_field
from form_engine.screens.filters import Rule, Rules
from form_engine.showing import form, show
from platform_core import i18n, records
from platform_core.entities import Entity, EntityField
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records import AggregateQuery, RecordQuery

MOST_CHOICES = 60
"""Values of one menu; a field with more is narrowed by the filter dialog."""


class QuickChip(msgspec.Struct, frozen=True, kw_only=True):
    """A field that the list can be narrowed by: (label, address) for each of its values."""

    field: str
    label: str
    choices: tuple[tuple[str, str], ...]


def quick_chips(entity: Entity, access: Access, address: ListAddress, rules: Rules) -> tuple[QuickChip, ...]:
    """The chips of the view that are not on yet. Where "any" condition is enough none is offered: one more would
    widen the list."""
    view = entity.views.get(address.view)
    if view is None or (rules.match == "any" and rules.rules):
        return ()
    on = {rule.field for rule in rules.rules}
    fields = [entity.fields[name] for name in view.chips if name in entity.fields and name not in on]
    made = (_chip(field, address, rules) for field in fields if access.unrestricted(field.name))
    return tuple(chip for chip in made if 0 < len(chip.choices) <= MOST_CHOICES)


def _chip(field: EntityField, address: ListAddress, rules: Rules) -> QuickChip:
    if field.type == "boolean":
        values = [("true", _("Yes")), ("false", _("No"))]
    else:
        values = [(str(option.value), option.label) for option in options_of_field(field)]
    return QuickChip(
        field=field.name,
        label=i18n.label(field.label) or field.name,
        choices=tuple(
            (label, address.url(filter=_with(rules, field.name, value))) for value, label in values
        ),
    )


def _with(rules: Rules, field: str, value: str) -> str:
    return msgspec.json.encode(Rules("all", (*rules.rules, Rule(field, "eq", value)))).decode()


async def sums(
    entity: Entity, access: Access, address: ListAddress, asked: RecordQuery, actor: Actor
) -> tuple[tuple[str, str], ...]:
    """(label, sum) of each total of the view over everything that is listed, not only over this page; money by its
    currency."""
    view = entity.views.get(address.view)
    names = view.totals if view is not None and not address.cursor else ()
    fields = [entity.fields[name] for name in names if name in entity.fields and access.unrestricted(name)]
    if view is None or not fields:
        return ()
    measures = tuple(f"sum({field.name})" for field in fields)
    found = await records.aggregate(
        AggregateQuery(form=entity.key, measures=measures, filter=asked.filter, base=view.filter, q=asked.q),
        actor=actor,
    )
    if not found:
        return ()
    return tuple(
        (i18n.label(field.label) or field.name, _shown(entity, field, found[0][measure]))
        for field, measure in zip(fields, measures, strict=True)
    )


def _shown(entity: Entity, field: EntityField, value: object) -> str:
    compiled = form(entity.key)
    values = value if isinstance(value, list) else [value]
    return i18n.join_list([show(compiled, field, each) for each in values if each is not None]) or "0"
