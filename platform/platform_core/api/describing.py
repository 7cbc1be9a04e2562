"""Small words for writing parts of the OpenAPI document, so that every room says the same thing alike."""

from __future__ import annotations

from collections.abc import Mapping

Json = dict[str, object]

PROBLEM = "Problem"

PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "RFC 9457. `code` is for programs and never changes; the sentences are in the caller's language.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "remedy": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer into the request body"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}


def reference(name: str) -> Json:
    """A `$ref` to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_body(schema: Mapping[str, object], *, required: bool = True) -> Json:
    """A `requestBody` of JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def answers(success: Mapping[str, tuple[str, Mapping[str, object] | None]], *refusals: int) -> Json:
    """`responses`: by status a description and a schema (None: no body); `refusals` answer with a problem."""
    made: Json = {}
    for status, (description, schema) in success.items():
        made[status] = {"description": description} | (
            {"content": {"application/json": {"schema": schema}}} if schema is not None else {}
        )
    for refusal in refusals:
        made[str(refusal)] = {
            "description": "A problem",
            "content": {"application/problem+json": {"schema": reference(PROBLEM)}},
        }
    return made


def parameter(
    name: str,
    place: str,
    description: str,
    schema: Mapping[str, object] | None = None,
    *,
    required: bool = False,
) -> Json:
    """A parameter in "query", "path" or "header"; text where no schema is given."""
    return {
        "name": name,
        "in": place,
        "description": description,
        "required": required or place == "path",
        "schema": schema or {"type": "string"},
    }


IDEMPOTENCY_KEY = parameter(
    "Idempotency-Key",
    "header",
    "The same key with the same body does the work once and answers alike for a day.",
)
IF_MATCH = parameter(
    "If-Match", "header", 'The version to change, as its ETag gave it ("7"), or *', required=True
)
