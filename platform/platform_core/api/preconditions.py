"""Which version a request is about: `If-Match`, `If-None-Match`, `ETag`."""

from __future__ import annotations

import re
from typing import Literal

from platform_core.errors import Invalid, PreconditionRequired
from platform_core.i18n import N_
from platform_core.web import HasScope, visit

_VERSION = re.compile(r'(?:W/)?"(\d{1,18})"|(\d{1,18})')


def if_match(request: HasScope) -> int | Literal["*"] | None:
    """The version in `If-Match`: a number, "*" for whichever it is, None without the header. Raises Invalid."""
    given = visit(request).headers.get("if-match")
    if given is None:
        return None
    if given.strip() == "*":
        return "*"
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise Invalid.one(
            "", "if_match", N_('`If-Match` holds one version in quotes, as the ETag gave it: "7".'), remedy=""
        )
    return int(found.group(1) or found.group(2))


def require_if_match(request: HasScope) -> int | None:
    """As `if_match`, for changes that must say what they change: the version, or None for "*".

    Raises PreconditionRequired without the header.
    """
    found = if_match(request)
    if found is None:
        raise PreconditionRequired(
            N_("Say which version you change."),
            remedy=N_("Send its ETag as If-Match, or If-Match: * to overwrite knowingly."),
        )
    return None if found == "*" else found


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def is_known(request: HasScope, tag: str) -> bool:
    """Whether `If-None-Match` names this ETag, so that 304 is enough."""
    given = visit(request).headers.get("if-none-match", "")
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in given.split(","))
