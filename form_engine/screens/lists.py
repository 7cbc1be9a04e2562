"""The list screen: one page of records in columns, with views, search, conditions and order."""

from __future__ import annotations

import msgspec

from form_engine.screens.address import ListAddress
from form_engine.screens.filters import (
    Rules,
    described,
    expression_of,
    filter_fields,
    known_rules,
    parse_rules,
)
from form_engine.screens.quick import QuickChip, quick_chips, sums
from platform_core import i18n, permissions, records
from platform_core.entities import Entity, EntityField
from platform_core.errors import Invalid
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records import Page, RecordQuery
from platform_core.web import FilterField, Tab

PAGE_SIZE = 50
NUMERIC = frozenset({"integer", "decimal", "percent", "money"})
_FALLBACK_COLUMNS = 6


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """One column heading. `sorted` is "", "ascending" or "descending"; `sort_url` is empty where it cannot sort."""

    field: EntityField
    label: str
    numeric: bool = False
    sort_url: str = ""
    sorted: str = ""


class ChipView(msgspec.Struct, frozen=True):
    """One condition that is on, and the address without it."""

    label: str
    value: str
    remove_url: str


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the list template shows."""

    entity: Entity
    form: str
    title: str
    one: str
    """What one record is called, for "New customer"."""
    address: ListAddress
    tabs: tuple[Tab, ...]
    columns: tuple[ColumnView, ...]
    page: Page
    more_url: str = ""
    chips: tuple[ChipView, ...] = ()
    quick: tuple[QuickChip, ...] = ()
    """One click narrows the list by these."""
    sums: tuple[tuple[str, str], ...] = ()
    """(label, sum) of everything listed; on the first page only."""
    rules: Rules = Rules()
    filter_fields: tuple[FilterField, ...] = ()
    offered_columns: tuple[tuple[str, str, bool], ...] = ()
    """(field, label, shown) of every column that may be shown."""
    can_create: bool = False
    can_import: bool = False
    can_export: bool = False
    problem: str = ""
    """Why the list could not be read as asked (a bad condition); the list is empty then."""

    @property
    def filtered(self) -> bool:
        return bool(self.address.q or self.rules.rules)


async def list_page(entity: Entity, address: ListAddress, actor: Actor) -> ListPage:
    """Read one page of the list as this actor may see it. A condition that cannot be is told, not raised."""
    access = permissions.access(entity, actor)
    rules = known_rules(entity, access, parse_rules(address.filter))
    columns = _columns(entity, address, access)
    problem, page = "", Page(items=[], total=0)
    summed: tuple[tuple[str, str], ...] = ()
    try:
        asked = _query(entity, address, rules, columns, actor)
        page = await records.query(asked, actor=actor)
        summed = await sums(entity, access, address, asked, actor) if page.items else ()
    except Invalid as error:
        problem = " ".join(_(one.message, **one.params) for one in error.errors) or _(
            error.message, **error.params
        )
    return ListPage(
        entity=entity,
        form=address.form,
        title=plural_of(entity),
        one=i18n.label(entity.label) or entity.name,
        address=address,
        tabs=_tabs(entity, address, actor),
        columns=columns,
        page=page,
        more_url=address.url(cursor=page.next_cursor) if page.next_cursor else "",
        chips=_chips(entity, address, rules),
        quick=quick_chips(entity, access, address, rules),
        sums=summed,
        rules=rules,
        filter_fields=filter_fields(entity, access),
        offered_columns=_offered(entity, access, columns),
        can_create=access.can_create,
        can_import=access.can("import"),
        can_export=access.can("export"),
        problem=problem,
    )


def plural_of(entity: Entity) -> str:
    """What many records are called: the form's plural, else its label."""
    plural = getattr(entity.definition, "plural", None) or {}
    return i18n.label(plural) or i18n.label(entity.label) or entity.name


def _query(
    entity: Entity, address: ListAddress, rules: Rules, columns: tuple[ColumnView, ...], actor: Actor
) -> RecordQuery:
    return RecordQuery(
        form=entity.key,
        view=address.view or None,
        filter=expression_of(entity, rules, actor.user_id),
        sort=tuple(filter(None, address.sort.split(","))),
        fields=tuple(column.field.name for column in columns),
        limit=PAGE_SIZE,
        cursor=address.cursor or None,
        total=not address.cursor,
        q=address.q or None,
    )


def _columns(entity: Entity, address: ListAddress, access: Access) -> tuple[ColumnView, ...]:
    view = entity.views.get(address.view)
    wanted = tuple(filter(None, address.columns.split(","))) or (view.columns if view else ())
    fields = [entity.fields[name] for name in wanted if name in entity.fields and access.visible(name)]
    if not fields:
        fields = [f for f in entity.own_fields if f.columns and access.visible(f.name)][:_FALLBACK_COLUMNS]
    order = address.sort or (view.sort[0] if view and view.sort else "")
    return tuple(_column(field, address, order, access) for field in fields)


def _column(field: EntityField, address: ListAddress, order: str, access: Access) -> ColumnView:
    """A heading that sorts up, then down, then up again."""
    can_sort = field.sortable and access.unrestricted(field.name)
    up, down = order == field.name, order == f"-{field.name}"
    return ColumnView(
        field=field,
        label=i18n.label(field.label) or field.name,
        numeric=field.type in NUMERIC,
        sort_url=address.url(sort=f"-{field.name}" if up else field.name) if can_sort else "",
        sorted="ascending" if up else "descending" if down else "",
    )


def _tabs(entity: Entity, address: ListAddress, actor: Actor) -> tuple[Tab, ...]:
    return tuple(
        Tab(view.name, i18n.label(view.label) or view.name, f"/r/{address.form}?view={view.name}")
        for view in records.lists(entity, actor)
    )


def _chips(entity: Entity, address: ListAddress, rules: Rules) -> tuple[ChipView, ...]:
    found = []
    for position, rule in enumerate(rules.rules):
        if rule.field not in entity.fields:
            continue
        rest = Rules(rules.match, rules.rules[:position] + rules.rules[position + 1 :])
        without = msgspec.json.encode(rest).decode() if rest.rules else ""
        found.append(ChipView(*described(entity, rule), address.url(filter=without)))
    return tuple(found)


def _offered(
    entity: Entity, access: Access, shown: tuple[ColumnView, ...]
) -> tuple[tuple[str, str, bool], ...]:
    on = {column.field.name for column in shown}
    fields = [f for f in entity.fields.values() if f.columns and f.name != "id" and access.visible(f.name)]
    return tuple((f.name, i18n.label(f.label) or f.name, f.name in on) for f in fields)
