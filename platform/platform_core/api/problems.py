"""Errors of the API: RFC 9457 problem documents, in the language of the actor.

`{type, title, status, detail, code, errors: [{pointer, code, message}], request_id, remedy}`. `code` is stable and
meant for programs; everything else is for people. `errors` point into the request body.
"""

from __future__ import annotations

import msgspec

from platform_core.errors import Problem, TradewindError
from platform_core.i18n import speaking
from platform_core.web import Answer, Failure, Visit, describe

MEDIA_TYPE = "application/problem+json"
_TYPE = "/docs/reference/rest#"


def problem(error: TradewindError, language: str = "en") -> dict[str, object]:
    """The problem document of an error, in one of our languages."""
    with speaking(language):
        return document(describe(error))


def document(failure: Failure, request_id: str = "") -> dict[str, object]:
    """The members in the order in which people read them; empty ones are left out, `errors` never."""
    members: dict[str, object] = {
        "type": f"{_TYPE}{failure.code}",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        "code": failure.code,
        "errors": [problem_member(each) for each in failure.errors],
    }
    if failure.remedy:
        members["remedy"] = failure.remedy
    if request_id:
        members["request_id"] = request_id
    return members | {name: value for name, value in failure.extra.items() if name not in members}


def problem_member(each: Problem) -> dict[str, object]:
    """One entry of `errors`; its sentences are finished already."""
    member: dict[str, object] = {"pointer": each.pointer, "code": each.code, "message": each.message}
    return member | ({"remedy": each.remedy} if each.remedy else {})


def answer_machine(failure: Failure, visit: Visit) -> Answer:
    """What a program gets for an error."""
    body = msgspec.json.encode(document(failure, visit.request_id))
    return Answer(
        status=failure.status,
        code=failure.code,
        body=body,
        headers=(("content-type", MEDIA_TYPE), *failure.headers),
    )
