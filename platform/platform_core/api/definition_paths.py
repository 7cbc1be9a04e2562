"""What the definition routes look like in the OpenAPI document: shown to who may define."""

from __future__ import annotations

from platform_core import definitions
from platform_core.api.describing import IDEMPOTENCY_KEY, Json, answers, json_body, parameter, reference
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.identity import Actor

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_OBJECT: Json = {"type": "object"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_TAG = ["definitions"]
_BASE = "/api/v1/definitions"
_ONE = _BASE + "/{kind}/{name}"
_REV = parameter(
    "If-Match", "header", 'The `rev` that the draft was read at ("7"); without it the save overwrites'
)
_KEY = [
    parameter("kind", "path", "The kind: form, role, …"),
    parameter("name", "path", "The name, or app.name where two apps have one of the same name"),
    parameter("app", "query", "The app, instead of app.name"),
]


def definition_part(actor: Actor) -> OpenApiPart:
    """Paths for who may define; the schemas of the kinds for everybody who is signed in."""
    kind = _shape(kind=_TEXT, schema=_TEXT, href=_TEXT)
    schemas_path: Json = {
        "/api/v1/schemas": {
            "get": _operation(
                "The kinds, and where their schemas are", answers({"200": ("All", _list(kind))}, 401)
            )
        },
        "/api/v1/schemas/{kind}.json": {
            "get": _operation(
                "The JSON Schema of a kind",
                answers({"200": ("A JSON Schema 2020-12", _OBJECT)}, 404),
                parameters=[parameter("kind", "path", "The kind: form, role, …")],
            )
        },
    }
    tags = ({"name": "definitions", "description": "Forms, roles, apps: draft, check, publish, revisions"},)
    if not definitions.may_define(actor):
        return OpenApiPart(paths=_typed(schemas_path), tags=tags)
    paths = {**schemas_path, **_drafts(), **_publishing(), **_history(), **_change_sets()}
    return OpenApiPart(paths=_typed(paths), schemas=_schemas(), tags=tags)


def _typed(paths: Json) -> dict[str, Json]:
    return {path: item for path, item in paths.items() if isinstance(item, dict)}


def _operation(summary: str, responses: Json, **more: object) -> Json:
    return {"tags": _TAG, "summary": summary, **more, "responses": responses}


def _drafts() -> Json:
    draft = {"200": ("The draft", reference("Draft"))}
    return {
        _BASE: {
            "get": _operation(
                "Everything published, drafted or retired",
                answers({"200": ("The list", _list(reference("DefinitionLine")))}, 403),
                parameters=[
                    parameter("kind", "query", "Of this kind only"),
                    parameter("app", "query", "Of this app only"),
                ],
            )
        },
        _ONE: {
            "get": _operation(
                "The published definition", answers({"200": ("It", reference("Revision"))}, 403, 404, 409)
            ),
            "parameters": _KEY,
        },
        f"{_ONE}/draft": {
            "get": _operation("The draft, else the published one, else {}", answers(draft, 403, 404, 409)),
            "put": _operation(
                "Save the draft",
                answers(draft, 403, 404, 412, 422),
                parameters=[_REV],
                requestBody=json_body({"type": "object", "description": "The bare definition"}),
            ),
            "patch": _operation(
                "Change the draft by RFC 6902 operations",
                answers(draft, 403, 404, 409, 422),
                requestBody=json_body(_shape(rev=_NUMBER, patches={"type": "array", "items": _OBJECT})),
            ),
            "delete": _operation("Throw the draft away", answers(draft, 403, 404, 412), parameters=[_REV]),
            "parameters": _KEY,
        },
    }


def _publishing() -> Json:
    done = {
        "200": ("Done", reference("Published")),
        "202": ("Begun; the job goes on", reference("Published")),
    }
    accept = {"note": _TEXT, "accept": _TEXTS, "answers": _OBJECT}
    return {
        f"{_ONE}/check": _post("All problems, and the plan on live data", answers({"200": ("The result", reference("CheckResult"))}, 403, 404), _optional(definition=_OBJECT, answers=_OBJECT)),
        f"{_ONE}/publish": _post("Publish the draft", answers(done, 403, 404, 409, 422), _optional(**accept, rev=_NUMBER)),
        f"{_ONE}/rollback": _post("Publish an earlier revision again", answers(done, 403, 404, 409, 422), _shape(revision=_NUMBER) | _members(revision=_NUMBER, **accept)),
        f"{_ONE}/rollout": {
            "get": _operation("The newest publish in the background", answers({"200": ("How far it is", reference("Rollout"))}, 403, 404)),
            "delete": _operation("Stop it", answers({"202": ("What it has made is being taken away", reference("Rollout"))}, 403, 404, 409)),
            "parameters": _KEY,
        },
        f"{_ONE}/retire": _post("Take it out of use", answers({"200": ("Done", _OBJECT)}, 403, 404, 409), _optional(note=_TEXT, accept=_TEXTS)),
    }  # fmt: skip


def _history() -> Json:
    return {
        f"{_ONE}/revisions": {
            "get": _operation(
                "Every revision, newest first", answers({"200": ("The list", _list(_OBJECT))}, 403, 404)
            ),
            "parameters": _KEY,
        },
        f"{_ONE}/revisions/{{number}}": {
            "get": _operation("One revision", answers({"200": ("It", reference("Revision"))}, 403, 404)),
            "parameters": [*_KEY, parameter("number", "path", "Its number", _NUMBER)],
        },
        f"{_ONE}/diff": {
            "get": _operation(
                "What changed, in sentences",
                answers({"200": ("The changes", _OBJECT)}, 403, 404),
                parameters=[
                    parameter("from", "query", "A revision; 0 is nothing", _NUMBER),
                    parameter("to", "query", "A revision, or `draft`", required=True),
                ],
            ),
            "parameters": _KEY,
        },
    }


def _change_sets() -> Json:
    item = _shape(kind=_TEXT, name=_TEXT, definition=_OBJECT) | _members(
        kind=_TEXT, name=_TEXT, definition=_OBJECT, app=_TEXT
    )
    items: Json = {"type": "array", "items": item, "minItems": 1}
    check = {"200": ("The result", reference("CheckResult"))}
    done = {"200": ("Done", _OBJECT), "202": ("Begun; the job goes on", _OBJECT)}
    return {
        "/api/v1/changesets/check": {
            "post": _operation("Check definitions that belong together", answers(check, 403, 422), requestBody=json_body(_shape(items=items)))
        },
        "/api/v1/changesets/publish": {
            "post": _operation(
                "Publish definitions as one",
                answers(done, 403, 409, 422),
                parameters=[IDEMPOTENCY_KEY],
                requestBody=json_body(_shape(items=items) | _members(items=items, note=_TEXT, accept=_TEXTS, answers=_OBJECT)),
            )
        },
    }  # fmt: skip


def _post(summary: str, responses: Json, body: Json) -> Json:
    operation = _operation(
        summary,
        responses,
        parameters=[IDEMPOTENCY_KEY],
        requestBody=json_body(body, required="required" in body),
    )
    return {"post": operation, "parameters": _KEY}


def _schemas() -> dict[str, Json]:
    problem = _shape(pointer=_TEXT, code=_TEXT, message=_TEXT)
    plan = _shape(id=_TEXT, code=_TEXT, message=_TEXT, destructive={"type": "boolean"}, severity=_TEXT)
    return {
        "Draft": _shape(rev=_NUMBER, definition=_OBJECT, exists={"type": "boolean"}),
        "DefinitionLine": _shape(kind=_TEXT, app=_TEXT, name=_TEXT, label=_OBJECT, state=_TEXT),
        "Revision": _shape(
            kind=_TEXT, app=_TEXT, name=_TEXT, revision=_NUMBER, hash=_TEXT, definition=_OBJECT
        ),
        "Published": _shape(
            revision={"type": ["integer", "null"]}, unchanged={"type": "boolean"}, version=_NUMBER
        ),
        "Rollout": _shape(
            id=_TEXT,
            state=_TEXT,
            phase=_TEXT,
            done=_NUMBER,
            total={"type": ["integer", "null"]},
            job=_TEXT,
            failure={"type": ["object", "null"]},
        ),
        "CheckResult": _shape(
            problems={"type": "array", "items": problem},
            plan={"type": "array", "items": plan},
            unchanged=_TEXTS,
        ),
    }


def _list(item: Json) -> Json:
    return _shape(items={"type": "array", "items": item}, next_cursor={"type": ["string", "null"]})


def _members(**members: Json) -> Json:
    return {"properties": members}


def _shape(**members: Json) -> Json:
    """An object with these members, all of them there."""
    return {"type": "object", "required": list(members), "properties": members}


def _optional(**members: Json) -> Json:
    return {"type": "object", "properties": members}
