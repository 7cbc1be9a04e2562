"""Errors as people and programs may see them: one description, from which pages and problem documents are made."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import NoReturn

import msgspec
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from platform_core.errors import (
    Conflict,
    Invalid,
    PayloadTooLarge,
    Problem,
    StaleVersion,
    TooManyRequests,
    TradewindError,
)
from platform_core.i18n import N_, _

_log = logging.getLogger("tradewind.web")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error in the reader's language. `title` names the kind of error, `detail` this one.

    `errors` carry pointers into the request body. `extra` are further members of the problem document.
    """

    status: int
    code: str
    title: str
    detail: str
    remedy: str = ""
    errors: tuple[Problem, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    extra: dict[str, object] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole HTTP answer, ready to send. `code` is the error's, for the audit."""

    status: int
    code: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


_TITLES = {
    400: N_("The request makes no sense"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Nothing here"),
    405: N_("Not like that"),
    409: N_("Does not fit the present state"),
    412: N_("Changed by somebody else meanwhile"),
    413: N_("Too large"),
    415: N_("Not in this format"),
    422: N_("Some values are not valid"),
    428: N_("Say which version you change"),
    429: N_("Too many requests"),
    500: N_("Something broke on our side"),
    503: N_("Back in a moment"),
}
_DETAILS = {
    400: N_("The request could not be read."),
    404: N_("There is nothing here, or you may not see it."),
    405: N_("This address does not answer to {method}."),
    500: N_("Nothing was saved. Try again; if it happens twice, give the request id to your administrator."),
}


def hand_up(_request: object, exc: Exception) -> NoReturn:
    """A Litestar exception handler that lets the gate answer, so that there is one place that makes errors."""
    raise exc


EXCEPTION_HANDLERS: ExceptionHandlersMap = {Exception: hand_up}
"""For `Litestar(exception_handlers=…)`."""


def describe(exc: Exception, method: str = "") -> Failure:
    """What is told about an error. Of one that nobody foresaw nothing is told; the log has it all."""
    if isinstance(exc, TradewindError):
        if exc.status >= 500:
            _log.error("request failed", exc_info=exc)
            return _plain(exc.status, exc.code)
        return _foreseen(exc)
    if isinstance(exc, ValidationException):
        return _unreadable(exc)
    if isinstance(exc, HTTPException) and exc.status_code < 500:
        return _plain(exc.status_code, headers=tuple((exc.headers or {}).items()), method=method)
    _log.error("request failed", exc_info=exc)
    return _plain(500)


def _foreseen(exc: TradewindError) -> Failure:
    headers = (("retry-after", str(exc.retry_after)),) if isinstance(exc, TooManyRequests) else ()
    return Failure(
        status=exc.status,
        code=exc.code,
        title=_title(exc.status),
        detail=_(exc.message, **exc.params),
        remedy=_(exc.remedy, **exc.params) if exc.remedy else "",
        errors=_errors(exc),
        headers=headers,
        extra=_extra(exc),
    )


def _errors(exc: TradewindError) -> tuple[Problem, ...]:
    if isinstance(exc, Invalid):
        return tuple(spoken(problem) for problem in exc.errors)
    if exc.pointer is not None:
        own = Problem(
            pointer=exc.pointer, code=exc.code, message=exc.message, params=exc.params, remedy=exc.remedy
        )
        return (spoken(own),)
    return ()


def spoken(problem: Problem) -> Problem:
    """The problem with its sentences in the language of the present reader."""
    return msgspec.structs.replace(
        problem,
        message=_(problem.message, **problem.params),
        remedy=_(problem.remedy, **problem.params) if problem.remedy else "",
        params={},
    )


def _extra(exc: TradewindError) -> dict[str, object]:
    if isinstance(exc, StaleVersion):
        return {"base": exc.base, "yours": exc.yours, "theirs": exc.theirs}
    if isinstance(exc, Conflict) and exc.details is not None:
        return {"details": exc.details}
    return {}


def _unreadable(exc: ValidationException) -> Failure:
    """A body or parameter that does not have the shape of its route; Litestar lists what it found."""
    listed = exc.extra if isinstance(exc.extra, list) else []
    errors = tuple(
        Problem(
            pointer="/" + str(one.get("key", "")).replace(".", "/") if one.get("key") else "",
            code="type",
            message=str(one.get("message", "")),
        )
        for one in listed
        if isinstance(one, dict)
    )
    return Failure(status=400, code="malformed", title=_title(400), detail=_(_DETAILS[400]), errors=errors)


def _plain(
    status: int, code: str = "", *, headers: tuple[tuple[str, str], ...] = (), method: str = ""
) -> Failure:
    if status == PayloadTooLarge.status:
        detail = _(PayloadTooLarge.default_message)
    else:
        detail = _(
            _DETAILS.get(status, _TITLES.get(status, _DETAILS[400 if status < 500 else 500])), method=method
        )
    return Failure(
        status=status, code=code or _code(status), title=_title(status), detail=detail, headers=headers
    )


def _code(status: int) -> str:
    known = {400: "malformed", 500: "internal", 405: "method_not_allowed", 413: "payload_too_large"}
    return known.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")


def _title(status: int) -> str:
    return _(_TITLES.get(status, _TITLES[400 if status < 500 else 500]))
