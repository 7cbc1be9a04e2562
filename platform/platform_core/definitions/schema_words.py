"""What a failed schema keyword means to the person who wrote the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from jsonschema import ValidationError

from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.model import NAME_PATTERN
from platform_core.definitions.unions import value_of
from platform_core.errors import Problem
from platform_core.i18n import N_, _, join_list

_TYPE_WORDS = {
    "string": N_("a text"),
    "integer": N_("a whole number"),
    "number": N_("a number"),
    "boolean": N_("true or false"),
    "array": N_("a list"),
    "object": N_("an object"),
    "null": N_("null"),
}

_LIMITS = {
    "minLength": N_("This text is too short: at least {limit} characters."),
    "maxLength": N_("This text is too long: at most {limit} characters."),
    "minItems": N_("This list is too short: at least {limit} entries."),
    "maxItems": N_("This list is too long: at most {limit} entries."),
    "minProperties": N_("This object needs at least {limit} members."),
    "maxProperties": N_("This object may have at most {limit} members."),
    "minimum": N_("This number must be at least {limit}."),
    "maximum": N_("This number must be at most {limit}."),
    "exclusiveMinimum": N_("This number must be more than {limit}."),
    "exclusiveMaximum": N_("This number must be less than {limit}."),
    "multipleOf": N_("This number must be a multiple of {limit}."),
}


def problems_of(error: ValidationError) -> Iterable[Problem]:
    """The problems that one failed keyword stands for (an object may lack or invent several members at once)."""
    keyword = str(error.validator)
    if keyword in _LIMITS:
        return [_problem(error, keyword_code(keyword), _LIMITS[keyword], limit=value_of(error))]
    return _WORDS.get(keyword, _anything_else)(error)


def keyword_code(keyword: str) -> str:
    """ "maxLength" → "max_length"."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in keyword)


def pointer_of(path: Iterable[object]) -> str:
    """A path of names and places as JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def type_word(name: str) -> str:
    """ "integer" → "a whole number", in the language of the reader."""
    return _(_TYPE_WORDS[name]) if name in _TYPE_WORDS else name


def _problem(
    error: ValidationError,
    code: str,
    message: str,
    *,
    below: object = None,
    remedy: tuple[str, Mapping[str, object]] = ("", {}),
    **params: object,
) -> Problem:
    path = list(error.absolute_path) + ([] if below is None else [below])
    text, hints = remedy
    return Problem(
        pointer=pointer_of(path), code=code, message=message, params={**params, **hints}, remedy=text
    )


def _required(error: ValidationError) -> list[Problem]:
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    # One error arrives for each missing member; each answers for all, and equal problems are counted once.
    missing = [name for name in value_of(error) if name not in instance]
    known: Mapping[str, Any] = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return [
        _problem(
            error,
            "required",
            N_("'{member}' is missing here."),
            below=name,
            remedy=_choices(known.get(name, {})),
            member=name,
        )
        for name in missing
    ]


def _choices(schema: Mapping[str, Any]) -> tuple[str, Mapping[str, object]]:
    values = schema.get("enum")
    return did_you_mean("", values) if values else ("", {})


def _unknown_members(error: ValidationError) -> list[Problem]:
    known = dict(error.schema.get("properties", {})) if isinstance(error.schema, Mapping) else {}
    known.pop("$schema", None)
    members: Iterable[str] = error.instance if isinstance(error.instance, Mapping) else ()
    return [
        _problem(
            error,
            "unknown_member",
            N_("'{member}' is not known here."),
            below=name,
            remedy=did_you_mean(name, known),
            member=name,
        )
        for name in members
        if name not in known
    ]


def _type(error: ValidationError) -> list[Problem]:
    value = value_of(error)
    wanted = [value] if isinstance(value, str) else list(value)
    words = join_list(
        [type_word(name) for name in wanted if name != "null"] or [type_word("null")], style="or"
    )
    return [
        _problem(
            error,
            "type",
            N_("This must be {wanted}, not {found}."),
            wanted=words,
            found=_found(error.instance),
        )
    ]


def _enum(error: ValidationError) -> list[Problem]:
    values = [value for value in value_of(error) if value is not None]
    if len(values) == 1:
        return [_problem(error, "const", N_("This must be {wanted}."), wanted=_short(values[0]))]
    return [
        _problem(
            error,
            "choice",
            N_("{value} is not one of the choices here."),
            remedy=did_you_mean(error.instance, values),
            value=_short(error.instance),
        )
    ]


def _const(error: ValidationError) -> list[Problem]:
    return [_problem(error, "const", N_("This must be {wanted}."), wanted=_short(value_of(error)))]


def _pattern(error: ValidationError) -> list[Problem]:
    is_name = value_of(error) == NAME_PATTERN
    message = (
        N_("{value} is no name: small letters, digits and _, a letter first, at most 40 characters.")
        if is_name
        else N_("{value} does not have the form {pattern}.")
    )
    member = error.instance if "propertyNames" in error.absolute_schema_path else None
    return [
        _problem(
            error,
            "pattern",
            message,
            below=member,
            value=_short(error.instance),
            pattern=value_of(error),
        )
    ]


def _format(error: ValidationError) -> list[Problem]:
    message = N_("{value} is not a valid {format}.")
    return [_problem(error, "format", message, value=_short(error.instance), format=value_of(error))]


def _unique(error: ValidationError) -> list[Problem]:
    return [_problem(error, "not_unique", N_("This list has the same entry twice."))]


def _member_name(error: ValidationError) -> list[Problem]:
    return [
        _problem(
            error, "member_name", N_("{value} may not be a member's name here."), value=_short(error.instance)
        )
    ]


def _anything_else(error: ValidationError) -> list[Problem]:
    message = N_("{value} does not fit here ({keyword}).")
    return [_problem(error, "schema", message, value=_short(error.instance), keyword=str(error.validator))]


def _found(value: object) -> str:
    """What stands there, in the words of the types."""
    if value is None:
        return type_word("null")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return _short(value)
    return type_word("array" if isinstance(value, list) else "object")


def _short(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else text[:57] + "…"


_WORDS: dict[str, Callable[[ValidationError], list[Problem]]] = {
    "required": _required,
    "additionalProperties": _unknown_members,
    "unevaluatedProperties": _unknown_members,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "propertyNames": _member_name,
}
