"""What the definition routes take and give, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

import msgspec
from litestar import Request
from litestar.exceptions import ClientException

from platform_core import definitions, i18n
from platform_core.api.problems import problem_member
from platform_core.definitions import (
    CheckResult,
    Draft,
    InvalidDefinition,
    PlanItem,
    PublishResult,
    Raw,
    Rollout,
)
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.web import spoken

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State
T = TypeVar("T")
Json = dict[str, object]


class PatchBody(msgspec.Struct, forbid_unknown_fields=True):
    """RFC 6902 operations on the draft of that `rev`."""

    rev: int
    patches: list[Json]


class CheckBody(msgspec.Struct, forbid_unknown_fields=True):
    """Without a definition the draft is checked. `answers` are to plan items that ask, by their ids."""

    definition: Json | None = None
    answers: Json = {}


class PublishBody(msgspec.Struct, forbid_unknown_fields=True):
    """`accept` names the destructive plan items; with `rev` only that state of the draft is published."""

    note: str = ""
    accept: list[str] = []
    rev: int | None = None
    answers: Json = {}


class RollbackBody(msgspec.Struct, forbid_unknown_fields=True):
    revision: int
    note: str = ""
    accept: list[str] = []
    answers: Json = {}


class RetireBody(msgspec.Struct, forbid_unknown_fields=True):
    note: str = ""
    accept: list[str] = []


class ChangeSetItem(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    name: str
    definition: Json
    app: str = definitions.LOCAL


class ChangeSetBody(msgspec.Struct, forbid_unknown_fields=True):
    items: list[ChangeSetItem]
    note: str = ""
    accept: list[str] = []
    answers: Json = {}


async def body(request: AnyRequest, shape: type[T]) -> T:
    """The request body in its shape; nothing at all is an empty object. Raises Invalid, or 400 for what is no JSON."""
    sent = await request.body() or b"{}"
    try:
        return msgspec.json.decode(sent, type=shape)
    except msgspec.ValidationError as exc:
        reason = str(exc).replace("`", "'")
        raise Invalid.one(
            "", "malformed", N_("This request is not as it should be: {reason}."), reason=reason
        ) from exc
    except msgspec.DecodeError as exc:
        raise ClientException("the body is not JSON") from exc


async def definition_body(request: AnyRequest) -> Raw:
    """A bare definition: any JSON object."""
    try:
        sent: object = msgspec.json.decode(await request.body())
    except msgspec.DecodeError as exc:
        raise ClientException("the body is not JSON") from exc
    if not isinstance(sent, dict):
        raise Invalid.one("", "type", N_("A definition is a JSON object."))
    return cast("Raw", sent)


def draft_view(draft: Draft) -> Json:
    return {
        "rev": draft.rev,
        "definition": draft.definition,
        "exists": draft.exists,
        "base": draft.base,
        "updated_by": draft.updated_by_name,
        "updated_at": draft.updated_at,
    }


def check_view(result: CheckResult, by_item: bool = False) -> Json:
    """`by_item`: the body was a change set, so that pointers go through its items."""
    found = placed(result.by_item) if by_item else result.problems
    return {
        "problems": [problem_member(spoken(problem)) for problem in found],
        "plan": [plan_view(item) for item in result.plan],
        "unchanged": [key.text for key in result.unchanged],
    }


def placed(by_item: Sequence[Sequence[Problem]]) -> list[Problem]:
    """Problems with pointers into a change set."""
    return [
        msgspec.structs.replace(problem, pointer=f"/items/{place}/definition{problem.pointer}")
        for place, found in enumerate(by_item)
        for problem in found
    ]


def placed_error(error: InvalidDefinition) -> InvalidDefinition:
    """The error with pointers into a change set."""
    return InvalidDefinition(placed(error.by_item), error.by_item)


def plan_view(item: PlanItem) -> Json:
    return {
        "id": item.id,
        "code": item.code,
        "message": definitions.sentence(item),
        "count": item.count,
        "total": item.total,
        "destructive": item.destructive,
        "severity": item.severity,
        "pointer": item.pointer,
        "params": item.params,
        "asks": None if item.asks is None else msgspec.to_builtins(item.asks),
    }


def rollout_view(made: Rollout) -> Json:
    """A publish in the background: how far it is, and why it was taken back."""
    failure = made.failure
    return {
        "id": made.id,
        "state": made.state,
        "phase": made.phase,
        "done": made.done,
        "total": made.total or None,
        "job": made.job,
        "revisions": [{"kind": one.key.kind, "app": one.key.app, "name": one.key.name, "revision": one.revision}
                      for one in made.revisions],
        "failure": None
        if failure is None
        else {
            "code": failure.code,
            "message": i18n._(failure.message, **failure.params),
            "remedy": i18n._(failure.remedy, **failure.params) if failure.remedy else "",
            "form": failure.form or None,
            "count": failure.count,
            "records": msgspec.to_builtins(failure.records),
        },
        "created_at": made.created_at,
        "ended_at": made.ended_at,
    }  # fmt: skip


def published_view(result: PublishResult) -> Json:
    """The answer to publishing one definition. `revision` is null where nothing had changed."""
    made = result.revisions[0] if result.revisions else None
    view: Json = {
        "revision": made.revision if made else None,
        "hash": made.hash if made else None,
        "unchanged": not result.revisions,
        "version": result.version,
    }
    return view if result.job is None else view | {"job": result.job}


def change_set_view(result: PublishResult) -> Json:
    made = [
        {
            "kind": one.key.kind,
            "app": one.key.app,
            "name": one.key.name,
            "revision": one.revision,
            "hash": one.hash,
        }
        for one in result.revisions
    ]
    view: Json = {
        "revisions": made,
        "unchanged": [key.text for key in result.unchanged],
        "version": result.version,
    }
    return view if result.job is None else view | {"job": result.job}


def listing_view(line: definitions.Listing) -> Json:
    return {
        "kind": line.key.kind,
        "app": line.key.app,
        "name": line.key.name,
        "label": line.label,
        "title": i18n.label(line.label) or line.key.name,
        "revision": line.revision or None,
        "state": line.state,
        "updated_at": line.updated_at,
    }


def revision_view(found: definitions.Revision, author_name: str) -> Json:
    return {
        "kind": found.key.kind,
        "app": found.key.app,
        "name": found.key.name,
        "revision": found.number,
        "hash": found.hash,
        "definition": found.raw,
        "note": found.note,
        "author": author_name,
        "at": found.at,
    }


def revision_line_view(line: definitions.RevisionLine) -> Json:
    return {
        "revision": line.number,
        "hash": line.hash,
        "note": line.note,
        "author": line.author_name,
        "at": line.at,
        "change_set": line.change_set,
        "current": line.current,
    }
