"""Errors on screens: a page, a fragment for htmx, or the way to the sign-in."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from platform_core.web.context import Visit
from platform_core.web.failures import Answer, Failure
from platform_core.web.frame import shell_of
from platform_core.web.gate_ready import CODE as SECOND_FACTOR_REQUIRED
from platform_core.web.gate_ready import SET_UP
from platform_core.web.pages import render

_HTML = ("content-type", "text/html; charset=utf-8")


def answer_screen(failure: Failure, visit: Visit) -> Answer:
    """What somebody in front of a screen gets for an error."""
    if failure.status == 401 and visit.path != "/login":
        return _to_sign_in(visit)
    if failure.code == SECOND_FACTOR_REQUIRED:
        return _to_set_up(visit)
    # Missing and forbidden look the same, also by their status.
    status = 404 if failure.status == 403 and failure.code == "forbidden" else failure.status
    template = "web/error_fragment.html" if visit.htmx.fragment else "web/error.html"
    text = " ".join(
        [failure.detail, *(problem.message for problem in failure.errors), failure.remedy]
    ).strip()
    # A fragment's error becomes a toast, so that the page and what was typed on it stay.
    toast = (("hx-retarget", "#toasts"), ("hx-reswap", "beforeend")) if visit.htmx.fragment else ()
    body = render(
        template,
        shell_of(visit),
        status=status,
        title="" if status in (404, 500) else failure.title,
        text="" if status in (404, 500) else text,
        request_id=visit.request_id,
        retry_url=visit.path if visit.method == "GET" else "",
    )
    return Answer(
        status=status, code=failure.code, body=body.encode(), headers=(_HTML, *toast, *failure.headers)
    )


def _to_set_up(visit: Visit) -> Answer:
    """To where a second factor is set up; htmx is told in a header."""
    if visit.htmx.fragment:
        headers = (("hx-redirect", SET_UP),)
        return Answer(status=403, code=SECOND_FACTOR_REQUIRED, body=b"", headers=headers)
    return Answer(status=303, code=SECOND_FACTOR_REQUIRED, body=b"", headers=(("location", SET_UP),))


def safe_next(url: str) -> str:
    """A path of ours to go to after signing in; "/" where the given one is anything else."""
    parts = urlsplit(url)
    foreign = parts.scheme or parts.netloc or not url.startswith("/") or url.startswith(("//", "/\\"))
    if (
        foreign
        or any(ord(letter) < 32 or letter == "\\" for letter in url)
        or parts.path in ("/login", "/logout")
    ):
        return "/"
    return url


def _to_sign_in(visit: Visit) -> Answer:
    """A redirect; htmx is told in a header, because it would swap the sign-in page into a corner of this one."""
    if visit.htmx.fragment:
        here = urlsplit(visit.htmx.current_url)
        wanted = here.path + (f"?{here.query}" if here.query else "")
    else:
        wanted = visit.path + (f"?{visit.query}" if visit.query else "") if visit.method == "GET" else "/"
    target = safe_next(wanted or "/")
    url = "/login" if target == "/" else f"/login?next={quote(target, safe='/')}"
    if visit.htmx.fragment:
        return Answer(status=401, code="unauthorized", body=b"", headers=(("hx-redirect", url),))
    return Answer(status=303, code="unauthorized", body=b"", headers=(("location", url),))
