"""Imports in the OpenAPI document, for who may import into any form."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import api, entities, permissions
from platform_core.api import OpenApiPart
from platform_core.identity import Actor

Json = Mapping[str, object]

_BASE = "/api/v1/imports"
_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer"}
_ID = api.parameter("id", "path", "The import's id")
_MAPPING: Json = {
    "type": "object",
    "description": "Column heading to field name; columns that are not in it are left out",
    "additionalProperties": {"type": "string"},
}
_OPTIONS: Json = {
    "type": "object",
    "description": "How the file is written, where a cell alone cannot tell",
    "properties": {
        "dates": {"enum": ["dmy", "mdy"], "description": "03/04/2026 is in April, or in March"},
        "decimal": {
            "enum": ["", ".", ","],
            "description": "Decimal sign; empty: as in the caller's language",
        },
    },
    "additionalProperties": False,
}
_PROBLEM: Json = {
    "type": "object",
    "properties": {
        "line": {"type": "integer", "description": "The row's number in the spreadsheet"},
        "column": _TEXT,
        "field": _TEXT,
        "code": _TEXT,
        "message": _TEXT,
        "remedy": _TEXT,
        "refused": {"type": "boolean"},
    },
}
_STATES = [
    "uploaded", "checking", "checked", "running", "done", "reverting", "failed", "undoing", "undone",
]  # fmt: skip
_IMPORT: Json = {
    "type": "object",
    "required": ["import_id", "form", "state", "columns", "mapping", "counts", "problems"],
    "properties": {
        "import_id": {"type": "string", "format": "uuid"},
        "form": _TEXT,
        "file": {"type": "object", "properties": {"id": _TEXT, "name": _TEXT}},
        "sheet": _TEXT,
        "state": {"enum": _STATES},
        "columns": {"type": "array", "items": _TEXT},
        "mapping": _MAPPING,
        "options": _OPTIONS,
        "counts": {
            "type": "object",
            "properties": {name: _COUNT for name in ("total", "seen", "created", "refused", "alike")},
        },
        "message": {"type": ["string", "null"]},
        "problems": {"type": "array", "items": api.reference("imports.problem")},
        "alike": {"type": "array", "items": api.reference("imports.problem")},
        "job": {"type": ["string", "null"]},
        "created_at": {"type": "string", "format": "date-time"},
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
    },
}


def import_part(actor: Actor) -> OpenApiPart:
    """The paths of imports; nothing for who may import nowhere."""
    forms = [e.name for e in entities.all() if permissions.access(e, actor).can("import")]
    if not forms:
        return OpenApiPart()
    return OpenApiPart(
        paths=_paths(sorted(set(forms))),
        schemas={"imports.import": _IMPORT, "imports.problem": _PROBLEM},
        tags=({"name": "imports", "description": "Spreadsheets into forms"},),
    )


def _paths(forms: list[str]) -> dict[str, Json]:
    one = api.reference("imports.import")
    form = api.parameter("form", "path", "The form's name", {"type": "string", "examples": forms})
    upload = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "CSV or XLSX"},
            "mapping": {"type": "string", "description": "JSON of column heading and field name"},
            "options": {"type": "string", "description": "JSON of `dates` and `decimal`"},
        },
    }
    choose = api.json_body({"type": "object", "properties": {"mapping": _MAPPING, "options": _OPTIONS}})
    take = api.json_body(
        {
            "type": "object",
            "properties": {"skip_refused": {"type": "boolean"}, "skip_alike": {"type": "boolean"}},
        },
        required=False,
    )
    answered = api.answers({"200": ("The import", one)}, 401, 404, 409, 422)
    begun = api.answers({"202": ("Begun; look at the import again", one)}, 401, 403, 404, 409, 422)
    return {
        f"{_BASE}/{{form}}": {
            "post": _operation(
                "upload", "Upload a spreadsheet", [form, api.IDEMPOTENCY_KEY],
                api.answers({"201": ("The import, with a guessed mapping", one)}, 401, 403, 404, 413, 422),
                {"required": True, "content": {"multipart/form-data": {"schema": upload}}},
            )
        },
        f"{_BASE}/{{id}}": {
            "get": _operation("read", "State, counts and first problems", [_ID], answered),
            "put": _operation("map", "Choose the columns", [_ID], answered, choose),
            "patch": _operation("remap", "Choose some columns anew", [_ID], answered, choose),
        },
        f"{_BASE}/{{id}}/check": {"post": _operation("check", "Try every row, take none", [_ID], begun)},
        f"{_BASE}/{{id}}/commit": {"post": _operation("commit", "Take the rows", [_ID], begun, take)},
        f"{_BASE}/{{id}}/undo": {"post": _operation("undo", "Take the import back", [_ID], begun)},
        f"{_BASE}/{{id}}/refused.csv": {
            "get": _operation(
                "refused", "The rows that were not taken, with their problems", [_ID],
                {"200": {"description": "CSV", "content": {"text/csv": {"schema": _TEXT}}}, **api.answers({}, 401, 404)},
            )
        },
    }  # fmt: skip


def _operation(
    name: str, summary: str, parameters: list[Json], responses: Json, body: Json | None = None
) -> Json:
    made: dict[str, object] = {
        "tags": ["imports"],
        "operationId": f"imports.{name}",
        "summary": summary,
        "parameters": parameters,
        "responses": responses,
    }
    return made | ({"requestBody": body} if body is not None else {})
