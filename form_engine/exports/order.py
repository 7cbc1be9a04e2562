"""What somebody wants to take out, and why; and how such an order is read, with everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Literal, cast

import msgspec

from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.records import RecordQuery

Format = Literal["xlsx", "csv", "json"]

FORMATS: tuple[Format, ...] = ("xlsx", "csv", "json")
LONGEST: Mapping[str, int] = {"filter": 2000, "view": 100, "q": 200, "reason": 500}
"""Characters that the texts of an order may have."""
SHORTEST_REASON = 3
MOST_FIELDS = 300
MOST_SORTS = 20
_LISTS: Mapping[str, int] = {"fields": MOST_FIELDS, "sort": MOST_SORTS}
_NAMES = ("format", *LONGEST, *_LISTS)


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of `POST /records/{form}/export`. Without `fields` the columns of `view`, else every field."""

    format: Format = "xlsx"
    filter: str | None = None
    fields: tuple[str, ...] | None = None
    view: str | None = None
    q: str | None = None
    sort: tuple[str, ...] = ()
    reason: str = ""

    def query(self, form: str) -> RecordQuery:
        """The question that the order asks of `records`."""
        return RecordQuery(
            form=form, filter=self.filter, fields=self.fields, view=self.view, q=self.q, sort=self.sort
        )


_TEXT: Mapping[str, object] = {"type": "string"}
ORDER_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "description": "Without `fields` the columns of `view`, else every field",
    "properties": {
        "format": {"enum": list(FORMATS), "default": "xlsx"},
        **{name: {**_TEXT, "maxLength": most} for name, most in LONGEST.items()},
        **{name: {"type": "array", "items": _TEXT, "maxItems": most} for name, most in _LISTS.items()},
        "reason": {**_TEXT, "minLength": SHORTEST_REASON, "maxLength": LONGEST["reason"]},
    },
    "required": ["reason"],
    "additionalProperties": False,
}
"""The order in the OpenAPI document."""


def read_order(body: Mapping[str, object]) -> ExportOrder:
    """The order that a JSON object means; null stands for what is not given. Invalid with every problem."""
    given = {name: value for name, value in body.items() if value is not None}
    problems = [found for name, value in given.items() if (found := _problem(name, value)) is not None]
    if problems:
        raise Invalid(problems)
    lists = {name: tuple(cast("list[str]", given[name])) for name in _LISTS if name in given}
    return ExportOrder(**{**given, **lists})  # type: ignore[arg-type]  # every member was looked at above


def _problem(name: str, value: object) -> Problem | None:
    """What is wrong with one member of the body."""
    if name not in _NAMES:
        near = get_close_matches(name[:60], _NAMES, n=1)
        remedy = N_("Did you mean '{near}'?") if near else N_("Known: {known}.")
        shown = {"near": near[0] if near else "", "known": ", ".join(_NAMES)}
        place = name[:60].replace("~", "~0").replace("/", "~1")
        return _at(
            place, "unknown_field", N_("There is no field '{field}'."), remedy, field=name[:60], **shown
        )
    if name == "format":
        remedy, offered = N_("Choose one of: {offered}."), ", ".join(FORMATS)
        known = isinstance(value, str) and value in FORMATS
        return None if known else _at(name, "choice", N_("There is no such format."), remedy, offered=offered)
    if name in _LISTS:
        return _problem_of_list(name, value, _LISTS[name])
    if not isinstance(value, str):
        return _at(name, "type", N_("This must be text."))
    if len(value) > LONGEST[name]:
        message = N_("This has {length} characters; at most {limit} are allowed.")
        return _at(name, "too_long", message, N_("Shorten it."), limit=LONGEST[name], length=len(value))
    return None


def _problem_of_list(name: str, value: object, most: int) -> Problem | None:
    if not isinstance(value, list):
        return _at(name, "type", N_("This must be a list."))
    if len(value) > most:
        return _at(name, "too_many", N_("At most {limit} entries are allowed."), limit=most)
    wrong = next((place for place, one in enumerate(value) if not isinstance(one, str)), None)
    return None if wrong is None else _at(f"{name}/{wrong}", "type", N_("This must be text."))


def _at(place: str, code: str, message: str, remedy: str = "", **params: object) -> Problem:
    return Problem(pointer=f"/{place}", code=code, message=message, params=params, remedy=remedy)
