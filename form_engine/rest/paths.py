"""The paths of one form in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core import api
from platform_core.permissions import Access

Json = dict[str, object]

_TEXT: Json = {"type": "string"}
_INTEGER: Json = {"type": "integer"}
_LIMIT: Json = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
_FLAG: Json = {"type": "integer", "enum": [0, 1], "default": 0}

SHARED_SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "records.entry": {
        "type": "object",
        "description": "A change or a comment. `changes` maps a field to [old, new]; of a table field to its rows.",
        "properties": {
            "id": _TEXT,
            "kind": {"enum": ["change", "comment"]},
            "at": {"type": "string", "format": "date-time"},
            "actor": {"type": "object", "properties": {"id": _TEXT, "title": _TEXT}},
            "version": _INTEGER,
            "action": _TEXT,
            "via": _TEXT,
            "text": _TEXT,
            "changes": {"type": "object"},
        },
    },
    "records.entries": {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": api.reference("records.entry")},
            "next_cursor": {"type": ["string", "null"]},
        },
    },
    "records.comment": {
        "type": "object",
        "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 10_000}},
        "required": ["text"],
    },
    "records.groups": {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "object"}}},
    },
    "records.choices": {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"id": _TEXT, "code": {"type": ["string", "null"]}, "title": _TEXT},
                },
            }
        },
    },
    "records.batch": {
        "type": "object",
        "properties": {
            "ok": {"type": "boolean"},
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "op": {"enum": ["create", "update", "delete"]},
                        "index": _INTEGER,
                        "ok": {"type": "boolean"},
                        "id": {"type": ["string", "null"]},
                        "code": {"type": ["string", "null"]},
                        "version": {"type": ["integer", "null"]},
                        "error": _TEXT,
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                },
            },
        },
    },
    "records.export_job": {
        "type": "object",
        "properties": {"job": {"type": "string", "format": "uuid"}},
        "required": ["job"],
    },
    "records.explanation": {
        "type": "object",
        "properties": {
            "allowed": {"type": "boolean"},
            "decided_by": {"type": "array", "items": _TEXT},
            "sentences": {"type": "array", "items": _TEXT},
            "state": {"anyOf": [api.reference("records.state"), {"type": "null"}]},
        },
    },
    "records.state": {
        "type": "object",
        "description": "A field right now, and what decided: rules and stages",
        "properties": {
            "visible": {"type": "boolean"},
            "required": {"type": "boolean"},
            "read_only": {"type": "boolean"},
            "options": {"type": ["array", "null"], "items": _TEXT},
            "because": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "source": {"enum": ["rule", "stage"]},
                        "id": _TEXT,
                        "name": _TEXT,
                        "effect": {"enum": ["hidden", "required", "read_only", "set", "options"]},
                        "sentence": _TEXT,
                        "sentences": {"type": "array", "items": _TEXT},
                        "trace": {"type": "object"},
                        "row": {"type": "integer"},
                    },
                },
            },
        },
    },
}

STAGE_SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "records.move": {
        "type": "object",
        "description": "Where to, and values by path; `account.website` is a field of the record behind a link.",
        "properties": {"to": _TEXT, "fields": {"type": "object"}},
        "required": ["to"],
        "additionalProperties": False,
    },
    "records.moves": {
        "type": "object",
        "properties": {
            "stage": {"type": ["string", "null"]},
            "stages": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "key": _TEXT,
                        "label": _TEXT,
                        "state": {"enum": ["done", "current", "next"]},
                    },
                },
            },
            "transitions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": _TEXT,
                        "to": _TEXT,
                        "label": _TEXT,
                        "to_label": _TEXT,
                        "allowed": {"type": "boolean"},
                        "reason": _TEXT,
                        "sla": {"type": "string", "description": "An ISO 8601 duration"},
                        "ask": {"type": "array", "items": {"type": "object"}},
                    },
                },
            },
        },
    },
}

_CURSOR = api.parameter("cursor", "query", "Where the next page begins, from `next_cursor`")
_LIMITED = api.parameter("limit", "query", "Most entries of a page", _LIMIT)
_FILTER = api.parameter("filter", "query", "A condition, e.g. country == 'DE' and amount > 100")
_WORDS = api.parameter("q", "query", "Words to search for")
_FIELDS = api.parameter("fields", "query", "Fields to answer, with commas between")
_ID = api.parameter("id", "path", "The record's id")

_LIST = [
    _FILTER,
    api.parameter("sort", "query", "Fields to sort by, with commas between; - for descending"),
    _FIELDS,
    _LIMITED,
    _CURSOR,
    api.parameter("total", "query", "1: also count all", _FLAG),
    api.parameter("view", "query", "A list of the form: its columns, condition and order"),
    _WORDS,
    api.parameter("bin", "query", "1: look into the recycle bin", _FLAG),
    api.parameter("access", "query", "1: also tell what may be done with each record", _FLAG),
]

_MERGE = api.parameter("Prefer", "header", "merge: changes of other fields do not stand in the way")


def page_schema(record: str) -> Json:
    """A page of records."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": api.reference(record)},
            "next_cursor": {"type": ["string", "null"]},
            "total": _INTEGER,
        },
        "required": ["items", "next_cursor"],
    }


def paths_of(name: str, title: str, access: Access) -> dict[str, Json]:
    """The paths of the form called `name`, without what the caller may not do at all."""
    base = f"/api/v1/records/{name}"
    writer = _Writer(name, title)
    found: dict[str, Json] = {}
    if access.can("read"):
        found = {
            f"{base}/aggregate": {"get": writer.aggregate()},
            f"{base}/choices": {"get": writer.choices()},
            f"{base}/{{id}}/history": {"get": writer.entries("Every save of a record", "history")},
            f"{base}/{{id}}/timeline": {"get": writer.timeline(), "post": writer.comment()},
            f"{base}/{{id}}/why": {"get": writer.why()},
            f"{base}/{{id}}/transitions": {"get": writer.transitions()},
        }
    collection: Json = {
        **({"get": writer.list()} if access.can("read") else {}),
        **({"post": writer.create()} if access.can_create else {}),
    }
    one: Json = {
        **({"get": writer.read()} if access.can("read") else {}),
        **({"patch": writer.change()} if access.can("update") else {}),
        **({"delete": writer.delete()} if access.can("delete") else {}),
    }
    if access.can("update"):
        found[f"{base}/{{id}}/transition"] = {"post": writer.move()}
    if access.can("delete"):
        found[f"{base}/{{id}}/restore"] = {"post": writer.restore()}
    if access.can("export"):
        found[f"{base}/export"] = {"post": writer.export()}
    if access.can_create or access.can("update") or access.can("delete"):
        found[f"{base}/batch"] = {"post": writer.batch()}
    return {**found, **({base: collection} if collection else {}), **({f"{base}/{{id}}": one} if one else {})}


class _Writer:
    """Writes the operations of one form."""

    def __init__(self, name: str, title: str) -> None:
        self._name = name
        self._title = title

    def _operation(self, id: str, summary: str, **rest: object) -> Json:
        return {"tags": [self._name], "operationId": f"{self._name}.{id}", "summary": summary, **rest}

    def list(self) -> Json:
        found = api.answers({"200": ("A page", api.reference(f"{self._name}.page"))}, 400, 401, 404)
        return self._operation("list", f"{self._title}: list", parameters=_LIST, responses=found)

    def aggregate(self) -> Json:
        parameters = [
            api.parameter("by", "query", "Fields to group by, with commas between"),
            api.parameter("measures", "query", "count(), sum(field), avg(field), min(field), max(field)"),
            _FILTER,
            _WORDS,
        ]
        found = api.answers({"200": ("The groups", api.reference("records.groups"))}, 400, 401, 404)
        return self._operation("aggregate", f"{self._title}: groups", parameters=parameters, responses=found)

    def choices(self) -> Json:
        found = api.answers({"200": ("A few records", api.reference("records.choices"))}, 400, 401, 404)
        parameters = [_WORDS, _LIMITED, _FILTER]
        return self._operation("choices", f"{self._title}: choose", parameters=parameters, responses=found)

    def create(self) -> Json:
        found = api.answers({"201": ("The record", self._record)}, 401, 403, 404, 409, 422)
        return self._operation(
            "create",
            f"{self._title}: create",
            parameters=[api.IDEMPOTENCY_KEY],
            requestBody=api.json_body(api.reference(f"{self._name}.new")),
            responses=found,
        )

    def read(self) -> Json:
        parameters = [_ID, _FIELDS, api.parameter("include", "query", "Related lists, with commas between")]
        found = api.answers({"200": ("The record; its version is the ETag", self._record)}, 400, 401, 404)
        return self._operation("read", f"{self._title}: read", parameters=parameters, responses=found)

    def change(self) -> Json:
        found = api.answers({"200": ("The record", self._record)}, 401, 403, 404, 409, 412, 422, 428)
        return self._operation(
            "change",
            f"{self._title}: change",
            parameters=[_ID, api.IF_MATCH, _MERGE],
            requestBody=api.json_body(api.reference(f"{self._name}.change")),
            responses=found,
        )

    def delete(self) -> Json:
        found = api.answers({"204": ("In the recycle bin", None)}, 401, 403, 404, 409, 412, 428)
        parameters = [_ID, api.IF_MATCH]
        return self._operation("delete", f"{self._title}: delete", parameters=parameters, responses=found)

    def restore(self) -> Json:
        found = api.answers({"200": ("The record", self._record)}, 401, 403, 404, 409, 422)
        parameters = [_ID, api.IDEMPOTENCY_KEY]
        return self._operation(
            "restore", f"{self._title}: bring back", parameters=parameters, responses=found
        )

    def batch(self) -> Json:
        removal = {"type": "object", "properties": {"id": _TEXT, "version": _INTEGER}, "required": ["id"]}
        change = {"allOf": [removal, {"type": "object"}]}
        body = {
            "type": "object",
            "properties": {
                "create": {"type": "array", "items": api.reference(f"{self._name}.new")},
                "update": {"type": "array", "items": change},
                "delete": {"type": "array", "items": removal},
                "atomic": {"type": "boolean", "default": True, "description": "All of them or none"},
            },
            "additionalProperties": False,
        }
        found = api.answers(
            {"200": ("What became of each", api.reference("records.batch"))}, 401, 403, 404, 422
        )
        return self._operation(
            "batch",
            f"{self._title}: many at once",
            parameters=[api.IDEMPOTENCY_KEY],
            requestBody=api.json_body(body),
            responses=found,
        )

    def export(self) -> Json:
        found = api.answers(
            {"202": ("The job; its result names the file", api.reference("records.export_job"))},
            400, 401, 403, 404, 409, 422,
        )  # fmt: skip
        return self._operation(
            "export",
            f"{self._title}: take out as a file",
            parameters=[api.IDEMPOTENCY_KEY],
            requestBody=api.json_body(api.reference("records.export")),
            responses=found,
        )

    def entries(self, summary: str, id: str) -> Json:
        found = api.answers({"200": ("A page", api.reference("records.entries"))}, 400, 401, 404)
        return self._operation(id, summary, parameters=[_ID, _LIMITED, _CURSOR], responses=found)

    def timeline(self) -> Json:
        kinds = api.parameter("kinds", "query", "change, comment, or both with a comma between")
        found = api.answers({"200": ("A page", api.reference("records.entries"))}, 400, 401, 404)
        parameters = [_ID, _LIMITED, _CURSOR, kinds]
        return self._operation("timeline", "Changes and comments", parameters=parameters, responses=found)

    def comment(self) -> Json:
        found = api.answers({"201": ("The comment", api.reference("records.entry"))}, 401, 404, 422)
        return self._operation(
            "comment",
            "Say something to a record",
            parameters=[_ID, api.IDEMPOTENCY_KEY],
            requestBody=api.json_body(api.reference("records.comment")),
            responses=found,
        )

    def transitions(self) -> Json:
        found = api.answers({"200": ("The stages and moves", api.reference("records.moves"))}, 401, 404)
        return self._operation(
            "transitions", f"{self._title}: possible moves", parameters=[_ID], responses=found
        )

    def move(self) -> Json:
        found = api.answers({"200": ("The record", self._record)}, 401, 403, 404, 409, 412, 422)
        return self._operation(
            "move",
            f"{self._title}: move to another stage",
            parameters=[_ID, {**api.IF_MATCH, "required": False}, api.IDEMPOTENCY_KEY],
            requestBody=api.json_body(api.reference("records.move")),
            responses=found,
        )

    def why(self) -> Json:
        actions = ["read", "edit", "delete", "export", "assign"]
        parameters = [
            _ID,
            api.parameter("action", "query", "What is asked about", {"enum": actions, "default": "read"}),
            api.parameter("field", "query", "One field instead of the record"),
            api.parameter("user", "query", "Somebody else (admins only)"),
        ]
        found = api.answers({"200": ("The answer", api.reference("records.explanation"))}, 401, 403, 404, 422)
        return self._operation(
            "why", "Why something is allowed or not", parameters=parameters, responses=found
        )

    @property
    def _record(self) -> Json:
        return api.reference(f"{self._name}.record")
