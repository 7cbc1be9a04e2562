"""The doors of the form designer: all of them for those who may change definitions."""

from __future__ import annotations

from tests.architecture.doors.doors_lists import url
from tests.architecture.doors.visit import Door, Doors, Visit


def _get(path: str, **query: str) -> Door:
    visit = Visit("GET", url(path, **query))
    return Door("definer", lambda world: visit, lambda world, person: iter((visit,)))


def _posted(path: str, **fields: str) -> Door:
    return Door("definer", lambda world: Visit("POST", path, form={"_": "", **fields}))


_PART = "/admin/design/form/{name}/part/{part}"
_JSON = "/admin/design/form/dossier/part/json"

_DESIGN = "/admin/design/form/dossier"

DOORS: Doors = {
    ("GET", "/admin/design/form/{name}"): _get(_DESIGN),
    ("GET", "/admin/design/form/{name}/cards"): _get(_DESIGN + "/cards", names="name"),
    ("GET", "/admin/design/form/{name}/panel"): _get(_DESIGN + "/panel", at="/fields/0"),
    ("GET", "/admin/design/form/{name}/problems"): _get(_DESIGN + "/problems"),
    ("GET", "/admin/design/form/{name}/preview"): _get(
        _DESIGN + "/preview", language="zh", role="trade_crm.sales"
    ),
    ("GET", _PART): _get(_JSON, at="/fields/0"),
    ("POST", _PART): _posted(_JSON + "?at=/fields/0"),
}
