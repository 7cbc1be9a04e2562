"""The doors of the form designer: all of them for those who may change definitions."""

from __future__ import annotations

from tests.architecture.doors.doors_lists import url
from tests.architecture.doors.visit import Door, Doors, Visit


def _get(path: str, **query: str) -> Door:
    visit = Visit("GET", url(path, **query))
    return Door("definer", lambda world: visit, lambda world, person: iter((visit,)))


def _posted(path: str, **fields: str) -> Door:
    return Door("definer", lambda world: Visit("POST", path, form={"_": "", **fields}))


_PART = "/admin/definitions/form/{name}/design/part/{part}"
_JSON = "/admin/definitions/form/dossier/design/part/json"

DOORS: Doors = {
    ("GET", _PART): _get(_JSON, at="/fields/0"),
    ("POST", _PART): _posted(_JSON + "?at=/fields/0"),
}
