"""The plugin's part of the OpenAPI document."""

from __future__ import annotations

from platform_core.api import OpenApiPart, answers, parameter
from platform_core.identity import Actor

_CODE = {
    "type": "object",
    "required": ["code", "shown", "level", "text"],
    "properties": {
        "code": {"type": "string", "examples": ["847130"]},
        "shown": {"type": "string", "examples": ["8471.30"]},
        "level": {"enum": ["chapter", "heading", "subheading"]},
        "text": {"type": "string"},
    },
}


def paths(actor: Actor) -> OpenApiPart:
    """One path, the same for everybody who has signed in."""
    items = {"type": "object", "properties": {"items": {"type": "array", "items": _CODE}}}
    search = {
        "summary": "Find HS codes",
        "tags": ["hs_codes"],
        "parameters": [
            parameter("q", "query", "The beginning of a code, or words"),
            parameter(
                "limit", "query", "How many at most", {"type": "integer", "minimum": 1, "maximum": 200}
            ),
        ],
        "responses": answers({"200": ("What was found, best first", items)}, 401, 429),
    }
    tag = {"name": "hs_codes", "description": "Customs numbers of the Harmonized System"}
    return OpenApiPart(paths={"/api/v1/hs-codes": {"get": search}}, tags=(tag,))
