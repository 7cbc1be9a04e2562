"""Telling somebody how it went: what is wrong beside each field of a form, and what was done on the next page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from litestar import Response

from platform_core.errors import Invalid, TradewindError
from platform_core.i18n import N_, _
from platform_core.web.context import HasScope, visit
from platform_core.web.shell import Toast

FORESEEN = frozenset({400, 401, 403, 409, 412, 422, 429})
"""Statuses that a form answers by showing itself again."""

_DONE = {
    "saved": N_("Saved."),
    "created": N_("The account is open."),
    "invited": N_("The invitation is on its way."),
    "deactivated": N_("The account is closed."),
    "reactivated": N_("The account is open again."),
    "password": N_("The new password holds from now on."),
    "unlocked": N_("Signing in is possible again."),
    "factor_on": N_("The second factor is on."),
    "factor_off": N_("The second factor is off."),
    "ended": N_("The session is over."),
    "revoked": N_("The key is worth nothing from now on."),
    "removed": N_("Removed."),
    "added": N_("Added."),
    "retried": N_("It is tried again."),
}


class Told(msgspec.Struct, frozen=True):
    """What a form shows of an error: sentences by field name, and one for the whole."""

    errors: Mapping[str, list[str]] = {}
    text: str = ""
    remedy: str = ""
    status: int = 200


NOTHING = Told()


def told_by(error: TradewindError) -> Told:
    """An error in the reader's words. Errors that no form answers are raised again."""
    if error.status not in FORESEEN:
        raise error
    remedy = _(error.remedy, **error.params) if error.remedy else ""
    if not isinstance(error, Invalid):
        return Told(text=_(error.message, **error.params), remedy=remedy, status=error.status)
    errors: dict[str, list[str]] = defaultdict(list)
    for problem in error.errors:
        advice = f" {_(problem.remedy, **problem.params)}" if problem.remedy else ""
        field = problem.pointer.removeprefix("/").partition("/")[0]
        errors[field].append(_(problem.message, **problem.params) + advice)
    return Told(errors=dict(errors), status=error.status)


def went(url: str, done: str = "") -> Response[str]:
    """To another page, where a short message says what was done."""
    joint = "&" if "?" in url else "?"
    address = f"{url}{joint}done={quote(done)}" if done else url
    return Response("", status_code=303, headers={"Location": address})


def done_toasts(request: HasScope) -> tuple[Toast, ...]:
    """The message that the address of this page asks for."""
    for pair in visit(request).query.split("&"):
        name, _sign, value = pair.partition("=")
        if name == "done" and value in _DONE:
            return (Toast(_(_DONE[value]), tone="good"),)
    return ()
