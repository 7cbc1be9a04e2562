"""Notices, live updates, secrets and what came in, in the OpenAPI document. Admins see what admins may call."""

from __future__ import annotations

import msgspec

from platform_core.api.describing import Json, answers, json_body, parameter, reference
from platform_core.api.hooks import ReceivedView
from platform_core.api.notices import NoticeChange, NoticeList, PreferenceChange, PreferenceView
from platform_core.api.openapi_lines import shape
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.secrets import NewSecret, SecretList, SecretView
from platform_core.identity import Actor
from platform_core.notifications import Notice

_EVERYBODY = (Notice, NoticeList, NoticeChange, PreferenceView, PreferenceChange)
_ADMINS = (ReceivedView, SecretList, SecretView, NewSecret)
_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_TOPICS = shape(items={"type": "array", "items": reference("PreferenceView")})
_WISH = shape(topic=_TEXT, in_app={"type": "boolean"}, mail=_TEXT)
_RECEIVED = shape(
    items={"type": "array", "items": reference("ReceivedView")}, next_cursor={"type": ["string", "null"]}
)
_RAW: Json = {
    "allOf": [
        reference("ReceivedView"),
        shape(headers={"type": "object", "additionalProperties": _TEXT}, payload=_TEXT),
    ]
}


def messages_part(actor: Actor) -> OpenApiPart:
    """Paths and schemas for this reader."""
    bodies = (*_EVERYBODY, *(_ADMINS if actor.is_unbounded else ()))
    _, schemas = msgspec.json.schema_components(bodies, ref_template="#/components/schemas/{name}")
    paths = {**_notice_paths(), **_live_path(), **_hook_path()}
    if actor.is_unbounded:
        paths |= {**_secret_paths(), **_inbox_paths()}
    return OpenApiPart(
        paths=paths,
        schemas=schemas,
        tags=({"name": "messages", "description": "Notices, live updates, other systems"},),
    )


def _notice_paths() -> dict[str, Json]:
    notice = parameter("notice", "path", "The notice's id")
    one = answers({"200": ("The notice", reference("Notice"))}, 401, 404, 422)
    return {
        "/api/v1/notifications": {
            "get": _operation(
                "One's own notices, the newest first",
                answers({"200": ("A page", reference("NoticeList"))}, 401),
                parameters=[
                    parameter("unread", "query", "1: only new ones"),
                    parameter("topic", "query", "Of one topic"),
                    parameter("limit", "query", "1 to 100"),
                    parameter("cursor", "query", "Where the page before ended"),
                ],
            )
        },
        "/api/v1/notifications/unread": {
            "get": _operation(
                "How many are new, at most 100", answers({"200": ("The number", shape(unread=_NUMBER))}, 401)
            )
        },
        "/api/v1/notifications/read": {
            "post": _operation("Mark all as read", answers({"200": ("How many", shape(read=_NUMBER))}, 401))
        },
        "/api/v1/notifications/{notice}": {
            "patch": _operation(
                "Mark as read or new",
                one,
                parameters=[notice],
                requestBody=json_body(reference("NoticeChange")),
            ),
            "delete": _operation(
                "Forget one", answers({"204": ("Forgotten", None)}, 401, 404), parameters=[notice]
            ),
        },
        "/api/v1/notifications/preferences": {
            "get": _operation("What one is told of", answers({"200": ("Every topic", _TOPICS)}, 401))
        },
        "/api/v1/notifications/preferences/{topic}": {
            "put": _operation(
                "Choose how to be told of a topic",
                answers({"200": ("What counts now", _WISH)}, 401, 422),
                parameters=[parameter("topic", "path", "The topic's name")],
                requestBody=json_body(reference("PreferenceChange")),
            )
        },
    }


def _live_path() -> dict[str, Json]:
    return {
        "/api/v1/events": {
            "get": _operation(
                "Server-sent events: record {form, id, version}, notice, ready",
                {
                    "200": {
                        "description": "A stream",
                        "content": {"text/event-stream": {"schema": {"type": "string"}}},
                    },
                    **answers({}, 401, 429),
                },
                parameters=[
                    parameter("forms", "query", "Names of forms, separated by commas; without it all")
                ],
            )
        }
    }


def _hook_path() -> dict[str, Json]:
    return {
        "/hooks/{connector}/{token}": {
            "post": _operation(
                "Other systems send here",
                answers({"202": ("Kept", shape(id=_TEXT, new={"type": "boolean"}))}, 401, 404, 413, 429),
                security=[],
                parameters=[
                    parameter("connector", "path", "Which connector"),
                    parameter("token", "path", "The secret of the address"),
                ],
            )
        }
    }


def _secret_paths() -> dict[str, Json]:
    name = parameter("name", "path", "The secret's name")
    return {
        "/api/v1/secrets": {
            "get": _operation(
                "Names of secrets, never values", answers({"200": ("All", reference("SecretList"))}, 401, 403)
            )
        },
        "/api/v1/secrets/{name}": {
            "put": _operation(
                "Put a value in; it never comes out",
                answers({"200": ("What is known of it", reference("SecretView"))}, 401, 403, 422),
                parameters=[name],
                requestBody=json_body(reference("NewSecret")),
            ),
            "delete": _operation(
                "Forget one", answers({"204": ("Forgotten", None)}, 401, 403, 404), parameters=[name]
            ),
        },
    }


def _inbox_paths() -> dict[str, Json]:
    received = parameter("received", "path", "Its id")
    return {
        "/api/v1/inbox": {
            "get": _operation(
                "What other systems sent, the newest first",
                answers({"200": ("A page", _RECEIVED)}, 401, 403),
                parameters=[
                    parameter("state", "query", "received, done or failed"),
                    parameter("limit", "query", "1 to 200"),
                    parameter("cursor", "query", "Where the page before ended"),
                ],
            )
        },
        "/api/v1/inbox/{received}": {
            "get": _operation(
                "One, raw; noted in the audit",
                answers({"200": ("It", _RAW)}, 401, 403, 404),
                parameters=[received],
            )
        },
        "/api/v1/inbox/{received}/retry": {
            "post": _operation(
                "Work on a failed one again",
                answers({"202": ("Waiting", shape(state=_TEXT))}, 401, 403, 404),
                parameters=[received],
            )
        },
    }


def _operation(summary: str, responses: Json, **more: object) -> Json:
    return {"tags": ["messages"], "summary": summary, **more, "responses": responses}
