"""Everything the pattern page shows: sample values for every macro in every state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from platform_core import clock
from platform_core.web.pages import render
from platform_core.web.shell import (
    Crumb,
    FilterField,
    FilterOperator,
    GridColumn,
    MenuGroup,
    MenuItem,
    Option,
    Shell,
    ShellUser,
    Stage,
    Tab,
)

INCOTERMS = tuple(
    Option(code, code) for code in ("EXW", "FCA", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DDP")
)
CERTIFICATES = (
    Option("ce", "CE", "good"), Option("ul", "UL"), Option("rohs", "RoHS", "sky"), Option("fcc", "FCC"),
    Option("saso", "SASO", "gold", "Saudi Arabia"),
)  # fmt: skip
STAGES = (
    Stage("Inquiry", "done", "3 Nov"), Stage("Needs", "done", "5 Nov"), Stage("Quoting", "current", "day 4"),
    Stage("Sampling", "skip", "optional"), Stage("Negotiation"), Stage("Won"),
)  # fmt: skip

_TEXT = (FilterOperator("contains", "contains"), FilterOperator("blank", "is empty", 0))
FILTER_FIELDS = (
    FilterField("name", "Name", "text", _TEXT),
    FilterField("grade", "Grade", "choice", (FilterOperator("in", "is one of", "many"),), CERTIFICATES),
    FilterField(
        "amount",
        "Amount",
        "money",
        (FilterOperator("between", "is between", 2), FilterOperator("gt", "is over")),
    ),
    FilterField("due", "Due", "date", (FilterOperator("lt", "is before"),)),
)

SAMPLE_JSON = """{
  "kind": "form",
  "schema": 1,
  "name": "account",
  "label": {"en": "Customer", "zh": "客户"},
  "fields": [
    {"type": "text", "name": "company", "label": {"en": "Company"}, "required": true},
    {"type": "money", "name": "limit", "lable": {"en": "Credit limit"}}
  ]
}
"""
SAMPLE_PROBLEMS = (
    {
        "pointer": "/fields/1/lable",
        "message": "unknown key “lable”",
        "remedy": "Did you mean “label”?",
        "severity": "error",
    },
    {"pointer": "/fields/0", "message": "312 of 4,108 rows lack it", "severity": "warning"},
)
_PEOPLE = [
    {"id": "u1", "title": "Li Na"},
    {"id": "u2", "title": "Chen Wei"},
    {"id": "u3", "title": "Sofía Marín"},
    {"id": "u4", "title": "Omar Haddad", "note": "Dubai"},
]

SCHEMA: dict[str, object] = {
    "$ref": "#/$defs/Form",
    "$defs": {
        "Form": {
            "type": "object",
            "title": "Form",
            "required": ["kind", "name"],
            "properties": {
                "kind": {"enum": ["form"]},
                "schema": {"type": "integer"},
                "name": {"type": "string", "description": "Lower case, as in addresses."},
                "label": {"type": "object", "additionalProperties": {"type": "string"}},
                "fields": {
                    "type": "array",
                    "items": {"anyOf": [{"$ref": "#/$defs/Text"}, {"$ref": "#/$defs/Money"}]},
                },
            },
        },
        "Text": {
            "type": "object",
            "required": ["type", "name"],
            "properties": {
                "type": {"enum": ["text"]},
                "name": {"type": "string"},
                "required": {"type": "boolean"},
                "max": {"type": "integer"},
            },
        },
        "Money": {
            "type": "object",
            "required": ["type", "name"],
            "properties": {
                "type": {"enum": ["money"]},
                "name": {"type": "string"},
                "currency": {"enum": ["USD", "EUR"]},
            },
        },
    },
}
ROWS = (
    {"id": "r1", "product": "GT-A500", "quantity": "6000", "price": "9.5400", "unit": "pcs"},
    {"id": "r2", "product": "GT-A520", "quantity": "3360", "price": "11.3600", "unit": "pcs"},
)
ORDERS = (
    ("SO-20377", "Global Tech Inc.", "Shipped", "good", "USD", Decimal(48960), False),
    ("SO-20391", "Ostrava Pohony s.r.o.", "In production, 60 %", "gold", "EUR", Decimal("31204.50"), True),
    ("SO-20402", "Gulf Star General Trading", "Overdue 6 days", "danger", "USD", Decimal(9900), False),
    ("SO-20418", "شركة النور للتجارة", "Ready to ship", "sky", "AED", Decimal(18340), False),
)


def people(query: str) -> list[dict[str, str]]:
    """Whom the lookups of the page find by a part of their name."""
    return [one for one in _PEOPLE if query.lower() in one["title"].lower()]


def sample_shell(**more: object) -> Shell:
    """A frame with every part in use, for the pattern page and for tests of the look."""
    menu = (
        MenuGroup("", (MenuItem(label="Workbench", url="#", icon="today", count=9, tone="warm"),
                       MenuItem(label="Inquiries", url="#", icon="inbox", count=4),
                       MenuItem(label="Customers", url="#", icon="building"))),
        MenuGroup("Sales", (MenuItem(label="Deals", url="#", icon="deal"), MenuItem(label="Quotes", url="#", icon="quote", count=2))),
        MenuGroup("Setting up", (MenuItem(label="Patterns", url="#", icon="layers", current=True),)),
    )  # fmt: skip
    values: dict[str, object] = {
        "user": ShellUser("u1", "Li Na", "lina@demo.example", "Ningbo Haiyue"),
        "menu": menu,
        "create": (MenuItem(label="Customer", url="#", icon="building"), MenuItem(label="Quote", url="#", icon="quote", keys="Q")),
        "crumbs": (Crumb("Settings", "#"), Crumb("Patterns")),
        "settings_url": "#",
        "notices_url": "#",
        "notices": 3,
        "csrf_token": "sample",
        "company": "Ningbo Haiyue Industrial",
        "scripts": ("js/patterns.js",),
    }  # fmt: skip
    return Shell(**{**values, **more})  # type: ignore[arg-type]  # names are checked by Shell itself


def page(shell: Shell) -> str:
    """The pattern page as HTML."""
    now = clock.now()
    return render(
        "web/patterns.html",
        shell,
        incoterms=INCOTERMS,
        certificates=CERTIFICATES,
        stages=STAGES,
        filter_fields=FILTER_FIELDS,
        filter_value={"match": "all", "rules": [{"field": "name", "op": "contains", "value": "tech"}]},
        sample_json=SAMPLE_JSON,
        sample_problems=SAMPLE_PROBLEMS,
        columns=(
            GridColumn("Product", required=True, wide=True), GridColumn("Quantity", numeric=True),
            GridColumn("Price", numeric=True), GridColumn("Unit"),
        ),
        rows=ROWS,
        orders=ORDERS,
        tabs=(Tab("basic", "Basic", "#tabs"), Tab("business", "Business", "#tabs", 2), Tab("trade", "Transactions", "#tabs")),
        panels=(Tab("p-basic", "Basic", "#"), Tab("p-more", "More", "#", 1, "danger")),
        files=({"id": "f1", "name": "commercial-invoice.pdf", "size": 214000, "type": "application/pdf", "url": "#"},),
        hours_ago=now - timedelta(hours=5),
        days_ago=now - timedelta(days=12),
        amount=Decimal("1842600.10"),
    )  # fmt: skip
