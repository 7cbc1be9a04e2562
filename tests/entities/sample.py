"""Entities by hand, for tests that need no publish."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.database import DATE, JSON, TEXT, UUID, ColumnType, decimal_type
from platform_core.entities import (
    SYSTEM_FIELDS,
    Children,
    Entity,
    EntityField,
    EntityView,
    ParseContext,
    Reference,
    Rows,
    StoredColumn,
)
from platform_core.expressions import DATE as DATE_TYPE
from platform_core.expressions import MONEY, NUMBER, USER, Type, list_of, ref
from platform_core.expressions import TEXT as TEXT_TYPE


class Bare:
    """Values as they are, in the first column."""

    def parse(self, raw: object, context: ParseContext) -> object:
        return raw

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def made(name: str, seen_as: Type, *columns: StoredColumn, **more: object) -> EntityField:
    return EntityField(
        name=name,
        type="any",
        label={"en": name},
        codec=Bare(),
        expression_type=seen_as,
        columns=columns,
        **more,  # type: ignore[arg-type]  # options of a test
    )


def text(name: str, **more: object) -> EntityField:
    columns = (StoredColumn(name, TEXT), StoredColumn(f"{name}__sort", TEXT, "sort"))
    return made(name, TEXT_TYPE, *columns, sortable=True, plain=True, **more)


def number(name: str, scale: int = 2) -> EntityField:
    return made(name, NUMBER, StoredColumn(name, decimal_type(18, scale)), sortable=True)


def money(name: str) -> EntityField:
    amount = StoredColumn(name, decimal_type(18, 4))
    return made(name, MONEY, amount, StoredColumn(f"{name}__cur", TEXT, "currency"))


def day(name: str) -> EntityField:
    return made(name, DATE_TYPE, StoredColumn(name, DATE), sortable=True)


def link(name: str, *forms: str) -> EntityField:
    seen_as = ref(forms[0]) if len(forms) == 1 else ref()
    return made(name, seen_as, StoredColumn(name, UUID), reference=Reference("record", forms))


def users(name: str) -> EntityField:
    return made(name, list_of(USER), StoredColumn(name, JSON), reference=Reference("user", many=True))


def column(name: str, kind: ColumnType) -> StoredColumn:
    return StoredColumn(name, kind)


def table(name: str, form: str, *cells: EntityField) -> EntityField:
    rows = Rows(f"r_shop__{form}__{name}", {cell.name: cell for cell in cells})
    return made(name, list_of(TEXT_TYPE), rows=rows)


def children(name: str, form: str, by: str) -> EntityField:
    return made(name, list_of(ref(form)), children=Children(form, by))


def entity(name: str, *fields: EntityField, app: str = "shop", views: Sequence[EntityView] = ()) -> Entity:
    return Entity(
        app=app,
        name=name,
        table=f"r_{app}__{name}",
        revision=1,
        hash=f"{app}.{name}.1",
        label={"en": name},
        fields={field.name: field for field in fields} | dict(SYSTEM_FIELDS),
        views={view.name: view for view in views},
    )


ACCOUNT = entity(
    "account",
    text("name"),
    text("country", index=True),
    text("email", unique=True),
    money("credit"),
    number("rating"),
    day("founded"),
    link("parent", "shop.account"),
    users("helpers"),
    children("contacts", "shop.contact", "account"),
    views=(
        EntityView("recent", {"en": "Recent"}, ("name",), sort=("-founded",)),
        EntityView("all", {"en": "All"}, ("name",), sort=("title",)),
    ),
)
CONTACT = entity("contact", text("name"), link("account", "shop.account"))
QUOTE = entity(
    "quote",
    link("account", "shop.account"),
    link("subject", "shop.account", "shop.contact"),
    table("lines", "quote", text("item"), number("price"), link("supplier", "shop.account")),
)
FORMS = (ACCOUNT, CONTACT, QUOTE)
