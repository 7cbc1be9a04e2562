"""A part of the OpenAPI document as one line per route, its bodies taken from the types that the route uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from platform_core.api.describing import IDEMPOTENCY_KEY, Json, answers, json_body, parameter
from platform_core.api.openapi_parts import OpenApiPart

Schema = Mapping[str, object]
Shape = type | Schema
"""A type that msgspec knows, or a JSON Schema written by hand."""

_JSON = "application/json"
_BASE = "/api/v1"


class OpenApiPage(msgspec.Struct, frozen=True):
    """`{items, next_cursor}` of such items; `more` are further members of the answer."""

    item: Shape
    more: Schema = {}


class OpenApiLine(msgspec.Struct, frozen=True, kw_only=True):
    """One route. `path` is below /api/v1; a POST takes an Idempotency-Key; 401, and 403, 404 and 422 where they can be,
    are understood, `refusals` names further ones. `guarded`: not everybody may. `also` are further answers without a
    body. `parameters` are those outside of the path; `sends` and `takes` are media types."""

    method: str
    path: str
    summary: str
    body: Shape | None = None
    status: int = 200
    answer: Shape | OpenApiPage | None = None
    parameters: Sequence[Json] = ()
    refusals: Sequence[int] = ()
    also: Mapping[int, str] = {}
    guarded: bool = False
    takes: str = _JSON
    sends: str = _JSON


def lines_part(tag: str, description: str, lines: Sequence[OpenApiLine]) -> OpenApiPart:
    """The lines under one tag, with the schemas of the structs that they name; nothing of no lines."""
    if not lines:
        return OpenApiPart()
    known, schemas = _schemas(lines)
    paths: dict[str, dict[str, object]] = {}
    for line in lines:
        paths.setdefault(f"{_BASE}{line.path}", {})[line.method] = _operation(tag, line, known)
    return OpenApiPart(paths=paths, schemas=schemas, tags=({"name": tag, "description": description},))


def shape(**members: Shape) -> Json:
    """An object with these members, all of them there; a schema each."""
    return {"type": "object", "required": list(members), "properties": members}


def _operation(tag: str, line: OpenApiLine, known: Mapping[type, Schema]) -> Json:
    made: Json = {"tags": [tag], "summary": line.summary}
    given = [
        *(parameter(name, "path", name.replace("_", " ").capitalize()) for name in _names(line.path)),
        *line.parameters,
        *((IDEMPOTENCY_KEY,) if line.method == "post" else ()),
    ]
    if given:
        made["parameters"] = given
    if line.body is not None:
        body = _plain(line.body, known)
        made["requestBody"] = (
            json_body(body)
            if line.takes == _JSON
            else {"required": True, "content": {line.takes: {"schema": body}}}
        )
    return made | {"responses": _responses(line, known)}


def _responses(line: OpenApiLine, known: Mapping[type, Schema]) -> Json:
    success: Json = {"description": line.summary}
    if line.answer is not None:
        success["content"] = {line.sends: {"schema": _answer(line.answer, known)}}
    refused = {401, *line.refusals}
    refused |= {403} if line.guarded else set()
    refused |= {404} if _names(line.path) else set()
    refused |= {422} if line.body is not None or line.parameters else set()
    further = {str(status): (text, None) for status, text in line.also.items()}
    return {str(line.status): success, **answers(further, *sorted(refused))}


def _answer(answer: Shape | OpenApiPage, known: Mapping[type, Schema]) -> Schema:
    if not isinstance(answer, OpenApiPage):
        return _plain(answer, known)
    items = {"type": "array", "items": _plain(answer.item, known)}
    return shape(items=items, next_cursor={"type": ["string", "null"]}, **answer.more)  # type: ignore[arg-type]  # schemas by name


def _plain(found: Shape, known: Mapping[type, Schema]) -> Schema:
    return known[found] if isinstance(found, type) else found


def _schemas(lines: Sequence[OpenApiLine]) -> tuple[dict[type, Schema], dict[str, Schema]]:
    """The schema of each type that the lines name, and the components that these point to."""
    named = [each for line in lines for each in (line.body, _item(line.answer)) if isinstance(each, type)]
    types = list(dict.fromkeys(named))
    found, components = msgspec.json.schema_components(
        types, schema_hook=_anything, ref_template="#/components/schemas/{name}"
    )
    return dict(zip(types, found, strict=True)), dict(components)


def _anything(found: type) -> dict[str, object]:
    """`object` is any JSON; what else msgspec does not know is an error of the program."""
    if found is not object:
        raise TypeError(f"{found} has no schema")
    return {"description": "Any JSON"}  # msgspec takes an empty schema for none


def _item(answer: Shape | OpenApiPage | None) -> Shape | None:
    return answer.item if isinstance(answer, OpenApiPage) else answer


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
