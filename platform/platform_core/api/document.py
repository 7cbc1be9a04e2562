"""`/api/v1/openapi.json`, and what the core's own routes look like in it."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from platform_core.api.describing import (
    PROBLEM,
    PROBLEM_SCHEMA,
    Json,
    answers,
    json_body,
    parameter,
    reference,
)
from platform_core.api.openapi import OpenApiPart, openapi
from platform_core.api.preconditions import is_known
from platform_core.identity import Actor
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_JSON = "application/json"


@get("/api/v1/openapi.json")
async def openapi_document(request: AnyRequest) -> Response[bytes]:
    """The document as this caller may see it; unchanged since its ETag: 304."""
    found = openapi(actor(request))
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if is_known(request, found.etag):
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type=_JSON, headers=headers)


def document_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (openapi_document,)


def own_part(_actor: Actor) -> OpenApiPart:
    """Signing in, oneself, jobs."""
    text: Json = {"type": "string"}
    texts: Json = {"type": "array", "items": text}
    user = {
        "type": "object",
        "properties": {name: text for name in ("id", "email", "name", "language", "zone")}
        | {"team": {"type": ["string", "null"]}, "admin": {"type": "boolean"}}
        | {name: texts for name in ("roles", "teams", "territories", "actions")},
    }
    signed_in = {"type": "object", "properties": {"user": reference("Me"), "csrf_token": text}}
    return OpenApiPart(
        paths={
            "/api/v1/session": {
                "post": {
                    "tags": ["session"],
                    "summary": "Sign in",
                    "security": [],
                    "requestBody": json_body(reference("Credentials")),
                    "responses": answers(
                        {"200": ("Signed in; sets the cookie", reference("SignedIn"))}, 401, 422, 429
                    ),
                },
                "get": {
                    "tags": ["session"],
                    "summary": "Who is signed in, with the token for changes",
                    "responses": answers({"200": ("The session", reference("SignedIn"))}, 401),
                },
                "delete": {
                    "tags": ["session"],
                    "summary": "Sign out",
                    "responses": answers({"204": ("Signed out", None)}),
                },
            },
            "/api/v1/me": {
                "get": {
                    "tags": ["session"],
                    "summary": "Who is signed in",
                    "responses": answers({"200": ("The user", reference("Me"))}, 401),
                }
            },
            "/api/v1/me/password": {
                "post": {
                    "tags": ["session"],
                    "summary": "Change one's own password; one's other sessions end",
                    "requestBody": json_body(
                        {
                            "type": "object",
                            "required": ["current", "new"],
                            "properties": {"current": text, "new": text},
                        }
                    ),
                    "responses": answers({"204": ("Changed", None)}, 401, 422, 429),
                }
            },
            "/api/v1/jobs/{id}": {
                "get": {
                    "tags": ["jobs"],
                    "summary": "State, progress and file of one's own job",
                    "parameters": [parameter("id", "path", "The job's id")],
                    "responses": answers({"200": ("The job", reference("Job"))}, 401, 404),
                }
            },
        },
        schemas={
            PROBLEM: PROBLEM_SCHEMA,
            "Me": user,
            "SignedIn": signed_in,
            "Credentials": _credentials(text),
            "Job": _job(text),
        },
        tags=(
            {"name": "session", "description": "Signing in"},
            {"name": "jobs", "description": "Background work"},
        ),
    )


def _credentials(text: Json) -> Json:
    return {
        "type": "object",
        "required": ["email", "password"],
        "properties": {"email": text, "password": text, "totp": text},
        "additionalProperties": False,
    }


def _job(text: Json) -> Json:
    optional: Json = {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {
            "id": text,
            "kind": text,
            "state": {"enum": ["ready", "leased", "done", "dead", "cancelled"]},
            "progress": {
                "type": "object",
                "properties": {
                    "done": {"type": "integer"},
                    "total": {"type": ["integer", "null"]},
                    "note": text,
                },
            },
            "created_at": text,
            "finished_at": optional,
            "result": {"type": ["object", "null"]},
            "file": optional,
            "error": optional,
        },
    }
