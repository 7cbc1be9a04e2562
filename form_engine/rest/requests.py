"""What comes in: query parameters and bodies, read strictly, so that a misspelt one is never silently ignored."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import cast

import msgspec
from litestar import Request

from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State
Json = dict[str, object]

_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"", "0", "false", "no"})


class Query:
    """The query parameters of one request. BadRequest at once for one that the address does not know."""

    def __init__(self, request: AnyRequest, known: Collection[str]) -> None:
        self._given = dict(request.query_params.items())
        unknown = [name for name in self._given if name not in known]
        if unknown:
            raise BadRequest([_unknown(name, known) for name in unknown])

    def text(self, name: str) -> str | None:
        """The text of a parameter; None where it is missing or empty."""
        return self._given.get(name) or None

    def names(self, name: str) -> tuple[str, ...]:
        """A list with commas: "a,b"."""
        return tuple(part.strip() for part in (self.text(name) or "").split(",") if part.strip())

    def flag(self, name: str) -> bool:
        """1 or 0."""
        given = self._given.get(name, "").lower()
        if given not in _TRUE | _FALSE:
            raise BadRequest([_problem(name, "flag", N_("'{name}' is 1 or 0."))])
        return given in _TRUE

    def measures(self, name: str) -> tuple[str, ...]:
        """A list with commas between calls: "count(),sum(amount)"."""
        return self.names(name)


class BadRequest(Invalid):
    """A request that cannot be read as it stands."""

    code = "bad_request"
    status = 400
    default_message = N_("The request could not be read.")


def _unknown(name: str, known: Collection[str]) -> Problem:
    near = get_close_matches(name, known, n=1)
    remedy = N_("Did you mean '{near}'?") if near else N_("Known: {known}.")
    params: dict[str, object] = {
        "name": name[:60],
        "near": near[0] if near else "",
        "known": ", ".join(sorted(known)),
    }
    message = N_("There is no parameter '{name}' here.")
    return Problem(
        pointer=f"/{name[:60]}", code="unknown_parameter", message=message, params=params, remedy=remedy
    )


def _problem(name: str, code: str, message: str) -> Problem:
    return Problem(pointer=f"/{name}", code=code, message=message, params={"name": name})


async def json_object(request: AnyRequest) -> Json:
    """The body, which is a JSON object. BadRequest for what is no JSON, Invalid for another kind of JSON."""
    sent = await request.body()
    try:
        found: object = msgspec.json.decode(sent)
    except msgspec.DecodeError as exc:
        message = N_("The body is not JSON: {reason}.")
        raise BadRequest(
            [Problem(pointer="", code="json", message=message, params={"reason": str(exc)})]
        ) from exc
    if not isinstance(found, dict):
        raise Invalid.one("", "type", N_("The body must be a JSON object."))
    return cast("Json", found)


def prefers_merge(request: AnyRequest) -> bool:
    """Whether changes of different fields may be put together ("Prefer: merge")."""
    given = request.headers.get("prefer", "")
    return any(part.strip().lower() == "merge" for part in given.split(","))
