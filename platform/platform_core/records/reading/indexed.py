"""Whether the indexes of one of the form's lists answer a question, so that no row is read which is not shown."""

from __future__ import annotations

from platform_core.entities import Entity
from platform_core.records.reading.filtering import Filter
from platform_core.records.reading.ordering import Ordering


def is_indexed(entity: Entity, narrowed: Filter, order: Ordering | None) -> bool:
    """Whether some list's chips all stand at one value, and the order (None: any) is that list's first sort field."""
    return any(
        view.chips and narrowed.equal.issuperset(view.chips) and _in_order(entity, view.sort[:1], order)
        for view in entity.views.values()
    )


def is_covered(entity: Entity, narrowed: Filter, used: frozenset[str]) -> bool:
    """Whether some list's indexes hold all that is grouped, summed and asked for: no row is looked at then."""
    names = used | narrowed.equal
    return narrowed.only_equal and any(
        view.chips and names <= {*view.chips, *view.totals} for view in entity.views.values()
    )


def _in_order(entity: Entity, sort: tuple[str, ...], order: Ordering | None) -> bool:
    if order is None:
        return True
    first = order.keys[0]
    if not sort or len(order.keys) > 2:
        return not sort and first.column == "id"
    field = entity.fields.get(sort[0].removeprefix("-"))
    return (
        field is not None
        and field.sort_column == first.column
        and first.descending == sort[0].startswith("-")
        and all(key.descending == first.descending for key in order.keys)
    )
