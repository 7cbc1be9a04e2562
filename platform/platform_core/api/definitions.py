"""`/api/v1/definitions` and `/api/v1/changesets`: drafts, checks, publishing, revisions.

Who may is decided by `definitions`; here requests become its calls and its answers become JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import definitions, identity
from platform_core.api.definition_bodies import (
    AnyRequest,
    ChangeSetBody,
    CheckBody,
    Json,
    PatchBody,
    PublishBody,
    RetireBody,
    RollbackBody,
    body,
    change_set_view,
    check_view,
    definition_body,
    draft_view,
    listing_view,
    placed_error,
    published_view,
    revision_line_view,
    revision_view,
    rollout_view,
)
from platform_core.api.paging import page
from platform_core.api.preconditions import etag, if_match
from platform_core.definitions import ChangeItem, Draft, InvalidDefinition, StaleDraft, UnknownDefinition
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.web import actor

_BASE = "/api/v1/definitions"
_ONE = _BASE + "/{kind:str}/{name:str}"


@get(_BASE)
async def list_definitions(
    request: AnyRequest, kind: FromQuery[str | None] = None, app: FromQuery[str | None] = None
) -> Json:
    """Everything published, drafted or retired, by app, kind and name."""
    if kind is not None:
        definitions.kind_named(kind)
    lines = await definitions.listing(kind, app, actor=actor(request))
    return page([listing_view(line) for line in lines])


@get(_ONE)
async def published(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """The published definition, with the revision it is."""
    found = await definitions.revision(kind, name, app=app, actor=actor(request))
    return Response(await _told(found), headers={"ETag": etag(found.number)})


@get(_ONE + "/draft")
async def get_draft(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """The draft; the published definition where there is none; {} where there is neither."""
    return _draft(await definitions.get_draft(kind, name, app, actor=actor(request)))


@put(_ONE + "/draft")
async def put_draft(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """Save the bare definition as draft; with If-Match only over that `rev`."""
    found = if_match(request)
    rev = found if isinstance(found, int) else None
    definition = await definition_body(request)
    return _draft(await definitions.put_draft(kind, name, definition, app, rev=rev, actor=actor(request)))


@patch(_ONE + "/draft")
async def patch_draft(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """Change the draft by small operations."""
    sent = await body(request, PatchBody)
    try:
        draft = await definitions.patch_draft(kind, name, sent.rev, sent.patches, app, actor=actor(request))
    except StaleDraft as stale:
        stale.status = 409  # the rev stood in the body: no header's precondition has failed
        raise
    return _draft(draft)


@delete(_ONE + "/draft", status_code=200)
async def discard_draft(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """Throw the draft away; answers with what stands without it."""
    found = if_match(request)
    rev = found if isinstance(found, int) else None
    return _draft(await definitions.discard_draft(kind, name, app, rev=rev, actor=actor(request)))


@post(_ONE + "/check", status_code=200)
async def check(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Json:
    """All problems and the publish plan of the draft, or of the definition sent along."""
    sent = await body(request, CheckBody)
    who = actor(request)
    if sent.definition is not None:
        key = (await definitions.get_draft(kind, name, app, actor=who)).key
        item = ChangeItem(kind=key.kind, app=key.app, name=key.name, definition=sent.definition)
        return check_view(await definitions.check([item], answers=sent.answers, actor=who))
    draft, result = await definitions.check_draft(kind, name, app, answers=sent.answers, actor=who)
    return check_view(result) | {"rev": draft.rev}


@post(_ONE + "/publish", status_code=200)
async def publish(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """Publish the draft. 202 with a job where the work goes on in the background."""
    sent = await body(request, PublishBody)
    who = actor(request)
    draft = await definitions.get_draft(kind, name, app, actor=who)
    if sent.rev is not None:
        draft = msgspec.structs.replace(draft, rev=sent.rev)
    try:
        result = await definitions.publish(draft, sent.note, sent.accept, answers=sent.answers, actor=who)
    except StaleDraft as stale:
        stale.status = 409
        raise
    return Response(published_view(result), status_code=202 if result.job else 200)


@post(_ONE + "/rollback", status_code=200)
async def rollback(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Response[Json]:
    """Publish an earlier revision again."""
    sent = await body(request, RollbackBody)
    result = await definitions.rollback(
        kind,
        name,
        sent.revision,
        app,
        note=sent.note,
        accept=sent.accept,
        answers=sent.answers,
        actor=actor(request),
    )
    return Response(published_view(result), status_code=202 if result.job else 200)


@post(_ONE + "/retire", status_code=200)
async def retire(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Json:
    """Take a definition out of use; its data and revisions stay."""
    sent = await body(request, RetireBody)
    result = await definitions.retire(
        kind, name, app, note=sent.note, accept=sent.accept, actor=actor(request)
    )
    return {"retired": True, "unchanged": bool(result.unchanged), "version": result.version}


@get(_ONE + "/rollout")
async def get_rollout(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Json:
    """The newest publish in the background: how far it is, or why it was taken back; state `none` where there was none."""
    try:
        return rollout_view(await definitions.rollout_of(kind, name, app, actor=actor(request)))
    except UnknownDefinition:
        return {"id": None, "state": "none", "job": None}


@delete(_ONE + "/rollout", status_code=202)
async def cancel_rollout(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Json:
    """Stop it: what it has made so far is taken away by a job."""
    return rollout_view(await definitions.cancel_rollout(kind, name, app, actor=actor(request)))


@get(_ONE + "/revisions")
async def list_revisions(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], app: FromQuery[str | None] = None
) -> Json:
    """Every revision, newest first."""
    lines = await definitions.revisions(kind, name, app, actor=actor(request))
    return page([revision_line_view(line) for line in lines])


@get(_ONE + "/revisions/{number:int}")
async def one_revision(
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    number: FromPath[int],
    app: FromQuery[str | None] = None,
) -> Json:
    """One revision with its definition."""
    return await _told(await definitions.revision(kind, name, number, app, actor=actor(request)))


@get(_ONE + "/diff")
async def diff(
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    to: FromQuery[str],
    from_: Annotated[int, QueryParameter(name="from")] = 0,
    app: FromQuery[str | None] = None,
) -> Json:
    """What changed between two revisions (from 0: from nothing; to "draft": the draft), in sentences."""
    if to != "draft" and not to.isdecimal():
        raise Invalid.one("/to", "type", N_("`to` is the number of a revision, or 'draft'."))
    until = None if to == "draft" else int(to)
    changes = await definitions.differences(kind, name, from_, until, app, actor=actor(request))
    return {"from": from_, "to": to if until is None else until, "changes": changes}


@post("/api/v1/changesets/check", status_code=200)
async def check_change_set(request: AnyRequest) -> Json:
    """All problems and the plan of several definitions that belong together."""
    sent = await body(request, ChangeSetBody)
    return check_view(
        await definitions.check(_items(sent), answers=sent.answers, actor=actor(request)), by_item=True
    )


@post("/api/v1/changesets/publish", status_code=200)
async def publish_change_set(request: AnyRequest) -> Response[Json]:
    """Publish several definitions as one."""
    sent = await body(request, ChangeSetBody)
    try:
        result = await definitions.publish(
            _items(sent), sent.note, sent.accept, answers=sent.answers, actor=actor(request)
        )
    except InvalidDefinition as error:
        raise placed_error(error) from error
    return Response(change_set_view(result), status_code=202 if result.job else 200)


def definition_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        list_definitions,
        published,
        get_draft,
        put_draft,
        patch_draft,
        discard_draft,
        check,
        publish,
        rollback,
        retire,
        get_rollout,
        cancel_rollout,
        list_revisions,
        one_revision,
        diff,
        check_change_set,
        publish_change_set,
    )


def _items(sent: ChangeSetBody) -> list[ChangeItem]:
    if not sent.items:
        raise Invalid.one("/items", "required", N_("A change set has at least one item."))
    return [
        ChangeItem(kind=item.kind, name=item.name, app=item.app, definition=item.definition)
        for item in sent.items
    ]


def _draft(draft: Draft) -> Response[Json]:
    return Response(draft_view(draft), headers={"ETag": etag(draft.rev)})


async def _told(found: definitions.Revision) -> Json:
    known = await identity.names([found.author])
    return revision_view(found, known.get(found.author, ""))
