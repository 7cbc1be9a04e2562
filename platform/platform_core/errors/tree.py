"""The error tree.

TradewindError
├── Invalid               422  the input has problems, all of them listed
├── NotFound              404  missing, or hidden from this actor: from outside the same
├── Forbidden             403  the actor may see it but may not do that
├── Unauthorized          401  nobody is signed in
├── Conflict              409  the present state does not allow it
├── StaleVersion          412  somebody saved in between: base, yours, theirs
├── PreconditionRequired  428  the request must say which version it changes
├── TooManyRequests       429  wait `retry_after` seconds
└── PayloadTooLarge       413  more bytes than allowed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec


def _filled(message: str, params: Mapping[str, object]) -> str:
    """The English sentence with its `{name}` places filled; the bare one where a parameter is missing."""
    try:
        return message.format_map(params) if params else message
    except (KeyError, IndexError, ValueError):
        return message


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One thing wrong with an input. `pointer` is a JSON Pointer into it ("" is the whole, "/email" a member).

    Inside the program `message` is a message id with `{name}` places for `params`; where a problem leaves through the
    API it is a finished sentence in the language of the reader.
    """

    pointer: str
    code: str
    message: str
    params: dict[str, object] = msgspec.field(default_factory=dict)
    remedy: str = ""

    @property
    def text(self) -> str:
        """The English sentence with its parameters."""
        return _filled(self.message, self.params)


class TradewindError(Exception):
    """Base of every error that a caller may meet. `status` is the HTTP status it becomes."""

    code: str = "error"
    status: int = 500
    default_message: ClassVar[str] = "Something went wrong."

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        status: int | None = None,
        pointer: str | None = None,
        params: Mapping[str, object] | None = None,
        remedy: str = "",
    ) -> None:
        self.message = message or self.default_message
        self.code = code if code is not None else type(self).code
        self.status = status if status is not None else type(self).status
        self.pointer = pointer
        self.params: dict[str, object] = dict(params or {})
        self.remedy = remedy
        super().__init__(self.message)

    @property
    def text(self) -> str:
        """The English sentence with its parameters."""
        return _filled(self.message, self.params)

    def __str__(self) -> str:
        place = f"{self.pointer}: " if self.pointer else ""
        advice = f" {_filled(self.remedy, self.params)}" if self.remedy else ""
        return f"{place}{self.text}{advice}"


class Invalid(TradewindError):
    """The input has problems; `errors` lists them all."""

    code = "invalid"
    status = 422
    default_message = "Some values are not valid."

    def __init__(self, errors: Iterable[Problem], message: str = "", *, code: str | None = None) -> None:
        self.errors: tuple[Problem, ...] = tuple(errors)
        super().__init__(message, code=code)

    @classmethod
    def one(cls, pointer: str, code: str, message: str, *, remedy: str = "", **params: object) -> Invalid:
        """An error with a single problem."""
        return cls([Problem(pointer=pointer, code=code, message=message, params=params, remedy=remedy)])

    def __str__(self) -> str:
        listed = "; ".join(f"{problem.pointer or '/'}: {problem.text}" for problem in self.errors)
        return f"{self.text} {listed}" if listed else self.text


class NotFound(TradewindError):
    """Missing, or not for this actor; from outside the two look the same."""

    code = "not_found"
    status = 404
    default_message = "There is nothing here, or you may not see it."


class Forbidden(TradewindError):
    """The actor may see the thing but not do this to it."""

    code = "forbidden"
    status = 403
    default_message = "You may not do this."


class Unauthorized(TradewindError):
    """Nobody is signed in, or the credentials are wrong."""

    code = "unauthorized"
    status = 401
    default_message = "Please sign in."


class Conflict(TradewindError):
    """The present state does not allow this; `details` is JSON for the screen (e.g. the plan items to accept)."""

    code = "conflict"
    status = 409
    default_message = "This does not fit the present state."

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        pointer: str | None = None,
        params: Mapping[str, object] | None = None,
        remedy: str = "",
        details: object = None,
    ) -> None:
        self.details = details
        super().__init__(message, code=code, pointer=pointer, params=params, remedy=remedy)


class StaleVersion(TradewindError):
    """Somebody saved in between. `base` is what the caller had read, `yours` what it wants, `theirs` what is stored."""

    code = "stale_version"
    status = 412
    default_message = "Somebody else has saved this in the meantime."

    def __init__(
        self,
        *,
        base: Mapping[str, object] | None = None,
        yours: Mapping[str, object] | None = None,
        theirs: Mapping[str, object] | None = None,
        message: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        self.base: dict[str, object] = dict(base or {})
        self.yours: dict[str, object] = dict(yours or {})
        self.theirs: dict[str, object] = dict(theirs or {})
        super().__init__(message, params=params, remedy="Compare the versions and save again.")


class PreconditionRequired(TradewindError):
    """The request must name the version it changes (`If-Match`)."""

    code = "precondition_required"
    status = 428
    default_message = "Say which version you are changing (If-Match)."


class TooManyRequests(TradewindError):
    """Wait `retry_after` seconds, then try again."""

    code = "too_many_requests"
    status = 429
    default_message = "Too many requests. Try again in {seconds} seconds."

    def __init__(self, retry_after: int, message: str = "", *, code: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message, code=code, params={"seconds": retry_after})


class PayloadTooLarge(TradewindError):
    """More bytes than the setting allows."""

    code = "payload_too_large"
    status = 413
    default_message = "This is too large."
