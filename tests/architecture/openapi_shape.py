"""The structure of an OpenAPI 3.1 document as a JSON Schema: what the specification requires of the parts we use."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_SCHEMA = {"type": ["object", "boolean"]}
_CONTENT = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": r"^[a-z]+/[a-z0-9.+-]+$"},
    "additionalProperties": {
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": _SCHEMA},
        "additionalProperties": False,
    },
}
_PARAMETER = {
    "type": "object",
    "required": ["name", "in", "schema"],
    "properties": {
        "name": _TEXT,
        "in": {"enum": ["query", "path", "header", "cookie"]},
        "description": {"type": "string"},
        "required": {"type": "boolean"},
        "schema": _SCHEMA,
    },
    "additionalProperties": False,
    "if": {"properties": {"in": {"const": "path"}}},
    "then": {"required": ["required"], "properties": {"required": {"const": True}}},
}
_PARAMETERS = {"type": "array", "items": _PARAMETER}
_RESPONSE = {
    "type": "object",
    "required": ["description"],
    "properties": {"description": _TEXT, "headers": {"type": "object"}, "content": _CONTENT},
    "additionalProperties": False,
}
_SECURITY = {
    "type": "array",
    "items": {
        "type": "object",
        "propertyNames": {"enum": ["session", "key"]},
        "additionalProperties": {"type": "array", "items": _TEXT},
    },
}
_OPERATION = {
    "type": "object",
    "required": ["operationId", "summary", "tags", "responses"],
    "properties": {
        "operationId": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
        "summary": _TEXT,
        "description": {"type": "string"},
        "tags": {"type": "array", "items": _TEXT, "minItems": 1},
        "security": _SECURITY,
        "parameters": _PARAMETERS,
        "requestBody": {
            "type": "object",
            "required": ["content"],
            "properties": {"required": {"type": "boolean"}, "content": _CONTENT},
            "additionalProperties": False,
        },
        "responses": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[1-5][0-9]{2}$"},
            "additionalProperties": _RESPONSE,
        },
    },
    "additionalProperties": False,
}
_SCHEME = {
    "oneOf": [
        {
            "required": ["type", "in", "name"],
            "properties": {"type": {"const": "apiKey"}, "in": {"enum": ["cookie", "header", "query"]}},
        },
        {"required": ["type", "scheme"], "properties": {"type": {"const": "http"}}},
    ]
}

DOCUMENT: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"type": "string", "pattern": r"^3\.1\.\d+$"},
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {"title": _TEXT, "version": _TEXT},
        },
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "security": _SECURITY,
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "paths": {
            "type": "object",
            "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "parameters": _PARAMETERS,
                    **dict.fromkeys(("get", "put", "post", "delete", "patch"), _OPERATION),
                },
                "additionalProperties": False,
            },
        },
        "components": {
            "type": "object",
            "properties": {
                "schemas": {
                    "type": "object",
                    "propertyNames": {"pattern": r"^[A-Za-z0-9._-]+$"},
                    "additionalProperties": _SCHEMA,
                },
                "securitySchemes": {"type": "object", "additionalProperties": _SCHEME},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
