"""The definitions of the doors' small world: two forms full of things that some roles must not see.

Every field that is hidden from somebody is called `hush…`, every masked one `veil…`: so even a name that slips out is
found in an answer.
"""

from __future__ import annotations

from collections.abc import Mapping

Raw = dict[str, object]


def _field(kind: str, name: str, **more: object) -> Raw:
    return {"type": kind, "name": name, "label": {"en": name.capitalize()}, **more}


DOSSIER: Raw = {
    "kind": "form", "schema": 1, "name": "dossier", "label": {"en": "Dossier"}, "title": "{name}",
    "subtitle": "{code} · {hushword} · {veilcard}",
    "numbering": {"pattern": "DOSSIER{seq:4}", "mode": "fast"},
    "fields": [
        _field("text", "name", required=True, search=True),
        _field("text", "hushword", search=True, unique=True),
        _field("money", "hushfee"),
        _field("date", "hushday"),
        _field("choice", "hushkind", dictionary="trade_crm.customer_grade"),
        _field("table", "hushrows", fields=[_field("text", "hushcell"), _field("link", "hushrowlink", form="cover")]),
        _field("file", "hushpaper"),
        _field("link", "hushmentor", form="dossier"),
        _field("text", "veilcard", search=True),
        _field("link", "partner", form="dossier"),
        _field("link", "cover", form="cover"),
        _field("file", "scan"),
        _field("choice", "phase", dictionary="trade_crm.deal_stage", default="needs"),
        _field("children", "followers", form="dossier", by="partner"),
        _field("children", "pupils", form="dossier", by="hushmentor"),
    ],
    "lists": [
        {"name": "all", "label": {"en": "All"}, "columns": ["name", "partner", "cover", "veilcard"], "sort": ["name"]},
        {"name": "special", "label": {"en": "Special"}, "columns": ["name", "hushword", "hushfee"], "sort": ["-hushword"]},
        {"name": "dated", "label": {"en": "Dated"}, "columns": ["name"], "filter": "not blank(hushday)"},
    ],
    "stages": {
        "field": "phase",
        "matrix": {"hushkind": {"lost": "required"}, "hushfee": {"won": "read"}},
        "transitions": [
            {"name": "win", "from": "*", "to": "won", "when": "not blank(hushday)"},
            {"name": "lose", "from": "*", "to": "lost",
             "ask": [{"field": "hushword", "anew": True}, {"field": "veilcard", "anew": True}, "partner.hushword",
                     "cover.hushtitle"]},
        ],
    },
}  # fmt: skip

COVER: Raw = {
    "kind": "form", "schema": 1, "name": "cover", "label": {"en": "Cover"}, "title": "{hushtitle}",
    "fields": [_field("text", "hushtitle", required=True, search=True), _field("text", "shelf")],
}  # fmt: skip

HUSHED = ("hushword", "hushfee", "hushday", "hushkind", "hushrows", "hushpaper", "hushmentor")


def _role(name: str, dossier: Raw, cover: Raw) -> Raw:
    return {
        "kind": "role", "schema": 1, "name": name, "label": {"en": name.capitalize()},
        "forms": {"dossier": dossier, "cover": cover},
    }  # fmt: skip


def _rules(**kinds: tuple[str, ...]) -> Raw:
    return {name: rule for rule, names in kinds.items() for name in names}


_WRITES: Raw = {"create": True, "export": {"rows": 100}}
_SHELF: Raw = {"read": "all", "create": True, "update": "own"}

ROLES: tuple[Raw, ...] = (
    _role(
        "door_sales",
        {**_WRITES, "read": "own", "update": "own", "delete": "own", "fields": _rules(hidden=HUSHED, masked=("veilcard",))},
        {**_SHELF, "fields": _rules(hidden=("hushtitle",))},
    ),
    _role("door_manager", {**_WRITES, "read": "team_tree", "update": "team_tree", "delete": "team_tree"}, _SHELF),
    _role(
        "door_finance",
        {"read": "all", "export": {"rows": 100}, "fields": _rules(hidden=("hushword", "hushmentor"))}, _SHELF,
    ),
    _role(
        "door_marketing",
        {"read": "all", "update": "all", "fields": _rules(hidden=HUSHED[1:], masked=("hushword", "veilcard"))}, _SHELF,
    ),
    _role(
        "door_onlooker",
        {"read": "all", "export": {"rows": 100}, "fields": _rules(hidden=(*HUSHED, "veilcard"))},
        {"read": "all", "fields": _rules(hidden=("hushtitle",))},
    ),
    _role("door_keeper", {**_WRITES, "read": "own", "update": "own", "delete": "own"}, {"read": "own", "update": "own"}),
)  # fmt: skip

ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "admin": ("admin",),
    "manager": ("manager", "door_manager"),
    "lina": ("sales", "door_sales"),
    "carlos": ("sales", "door_sales"),
    "finance": ("finance", "door_finance"),
    "marketing": ("marketing", "door_marketing"),
    "nadia": ("door_onlooker", "door_keeper"),
    "newcomer": (),
}
"""Nadia wears two hats: one role shows her every dossier without its secrets, the other her own with them."""

PEOPLE = tuple(ROLES_OF)
