"""The doors of the builders: all of them for those who may change definitions."""

from __future__ import annotations

from tests.architecture.doors.doors_lists import url
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Visit

_NEW = "/admin/new/form"
_LIST = "/admin/dictionaries/trade_crm.customer_grade"
_ASKED = "/admin/expressions/dossier"


def _get(path: str, **query: str) -> Door:
    visit = Visit("GET", url(path, **query))
    return Door("definer", lambda world: visit, lambda world, person: iter((visit,)))


def _posted(path: str, **fields: str) -> Door:
    return Door("definer", lambda world: Visit("POST", path, form={"_": "", **fields}))


def _asked(path: str, body: object) -> Door:
    return Door("definer", lambda world: Visit("POST", path, json=body))


DOORS: Doors = {
    ("GET", "/admin/dictionaries/{name}"): _get(_LIST),
    ("POST", "/admin/dictionaries/{name}/merge"): _posted(_LIST + "/merge", value="a", into="b"),
    ("POST", "/admin/dictionaries/{name}/unmerge"): _posted(_LIST + "/unmerge", value="a"),
    ("GET", _NEW): _get(_NEW),
    ("GET", _NEW + "/nothing"): _get(_NEW + "/nothing"),
    ("POST", _NEW + "/nothing"): _posted(_NEW + "/nothing", label="X"),
    ("GET", _NEW + "/template/{template}"): _get(_NEW + "/template/visit"),
    ("POST", _NEW + "/template/{template}"): _posted(_NEW + "/template/visit", label="X"),
    ("GET", _NEW + "/spreadsheet"): _get(_NEW + "/spreadsheet"),
    ("POST", _NEW + "/spreadsheet"): _posted(_NEW + "/spreadsheet"),
    ("GET", _NEW + "/spreadsheet/{file_id}"): _get(f"{_NEW}/spreadsheet/{NOWHERE}"),
    ("POST", _NEW + "/spreadsheet/{file_id}"): _posted(f"{_NEW}/spreadsheet/{NOWHERE}", label="X"),
    ("GET", "/admin/new/app"): _get("/admin/new/app"),
    ("POST", "/admin/new/app"): _posted("/admin/new/app", label="X"),
    ("GET", "/admin/apps/{name}"): _get("/admin/apps/trade_crm.trade_crm"),
    ("GET", "/admin/new/role"): _get("/admin/new/role"),
    ("POST", "/admin/new/role"): _posted("/admin/new/role", label="X"),
    ("GET", "/admin/roles/{name}"): _get("/admin/roles/trade_crm.sales"),
    ("POST", "/admin/expressions/{form}/check"): _asked(_ASKED + "/check", {"text": "1"}),
    ("GET", "/admin/expressions/{form}/words"): _get(_ASKED + "/words", above="partner"),
    ("GET", "/admin/expressions/{form}/fields"): _get(_ASKED + "/fields"),
    ("POST", "/admin/expressions/{form}/try"): _posted(_ASKED + "/try", text="hushword"),
    ("GET", "/admin/design/form/{name}/rules"): _get("/admin/design/form/dossier/rules"),
    ("GET", "/admin/design/form/{name}/stages"): _get("/admin/design/form/dossier/stages"),
    ("GET", "/admin/design/form/{name}/lists"): _get("/admin/design/form/dossier/lists"),
    ("GET", "/admin/design/form/{name}/numbering"): _get("/admin/design/form/dossier/numbering"),
}
