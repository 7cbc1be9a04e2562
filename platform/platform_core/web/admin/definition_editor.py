"""The editor of one definition: its draft as JSON, saved by itself, with everything that is wrong beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from platform_core import definitions, i18n
from platform_core.definitions import CheckResult, Draft, StaleDraft
from platform_core.errors import Invalid, Problem
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web.admin.addresses import (
    DEFINITIONS,
    ONE,
    STATES,
    AnyRequest,
    Subject,
    definition_url,
    go,
    subject_frame,
    subject_tabs,
    title_of,
)
from platform_core.web.admin.json_text import read, written
from platform_core.web.context import actor
from platform_core.web.failures import spoken
from platform_core.web.frame import page, shell
from platform_core.web.pages import render
from platform_core.web.shell import Tab

_SCRIPT = "js/drafts.js"


@get(ONE, name="definition")
async def editor(
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    published: FromQuery[int] = 0,
    saved: FromQuery[int] = 0,
) -> Response[str]:
    """The draft; the published definition where there is none."""
    who = actor(request)
    draft, result = await definitions.check_draft(kind, name, actor=who)
    return await _page(request, draft, result, written(draft.definition), published=published, saved=saved)


@post(ONE, status_code=303, name="save_definition")
async def save(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """Save the text as draft (`do=save`), go on to publishing (`do=publish`), or throw the draft away (`do=discard`)."""
    form = await request.form()
    text, do, rev = str(form.get("definition", "")), str(form.get("do", "save")), _rev(form.get("rev"))
    who = actor(request)
    if do == "discard":
        left = await definitions.discard_draft(kind, name, actor=who)
        return go(definition_url(left.key) if left.definition else DEFINITIONS)
    raw = read(text)
    draft = await definitions.get_draft(kind, name, actor=who)
    if isinstance(raw, Problem):
        return await _page(request, draft, _only(raw), text, status=422, rev=rev)
    if _says_the_same(draft, raw):
        return go(definition_url(draft.key, "/publish" if do == "publish" else ""))
    try:
        draft = await definitions.put_draft(kind, name, raw, rev=rev, actor=who)
    except StaleDraft as stale:
        stale_result = await definitions.check_draft(kind, name, actor=who)
        return await _page(request, stale_result[0], stale_result[1], text, status=409, stale=stale, rev=rev)
    except Invalid as error:
        return await _page(request, draft, _only(*error.errors), text, status=422, rev=rev)
    return go(
        definition_url(draft.key, "/publish")
        if do == "publish"
        else definition_url(draft.key, saved=draft.rev)
    )


@post(ONE + "/autosave", status_code=200, name="autosave_definition")
async def autosave(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str]
) -> Response[dict[str, object]]:
    """As saving, for the script: {rev, told, problems, head, draft}, the last two as HTML; 409 or 422 with {told}."""
    form = await request.form()
    raw, rev = read(str(form.get("definition", ""))), _rev(form.get("rev"))
    who = actor(request)
    if isinstance(raw, Problem):
        return Response({"told": _("Not saved yet: {reason}", reason=spoken(raw).message)}, status_code=422)
    try:
        draft = await definitions.put_draft(kind, name, raw, rev=rev, actor=who)
    except StaleDraft as stale:
        return Response({"told": spoken_error(stale)}, status_code=409)
    draft, result = await definitions.check_draft(kind, name, actor=who)
    beside = await _beside(draft, who)
    frame = shell(request)
    return Response(
        {
            "rev": draft.rev,
            "told": beside["told"],
            "problems": marks(result),
            "head": render("admin/_head.html", frame, **beside),
            "draft": render("admin/_draft.html", frame, stale=None, **beside),
        }
    )


def editor_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (editor, save, autosave)


async def subject_of(draft: Draft, who: Actor) -> Subject:
    """The definition behind a draft, and where it stands."""
    listed = {line.key: line for line in await definitions.listing(draft.key.kind, draft.key.app, actor=who)}
    line = listed.get(draft.key)
    state = line.state if line else "draft"
    return Subject(draft.key, title_of(draft.definition, draft.key), line.revision if line else 0, state)


def marks(result: CheckResult) -> list[dict[str, str]]:
    """What the editor marks at its places: problems as errors, consequences that have a place as warnings or advice."""
    errors = [
        {"pointer": one.pointer, "message": one.message, "remedy": one.remedy, "severity": "error"}
        for one in map(spoken, result.problems)
    ]
    advice = [
        {
            "pointer": item.pointer,
            "message": definitions.sentence(item),
            "severity": "warning" if item.destructive or item.severity in ("warning", "danger") else "info",
        }
        for item in result.plan
        if item.pointer
    ]
    return errors + advice


def spoken_error(error: StaleDraft) -> str:
    """The message of an error for the reader."""
    return _(error.message, **error.params)


async def _page(
    request: AnyRequest,
    draft: Draft,
    result: CheckResult,
    text: str,
    *,
    status: int = 200,
    stale: StaleDraft | None = None,
    rev: int | None = None,
    published: int = 0,
    saved: int = 0,
) -> Response[str]:
    beside = await _beside(draft, actor(request))
    return page(
        request,
        "admin/definition.html",
        frame=subject_frame(request, beside["subject"], "", _SCRIPT),
        status=status,
        rev=draft.rev if stale or rev is None else rev,
        text=text,
        rows=max(14, min(30, text.count("\n") + 3)),
        marks=marks(result),
        errors=[spoken(one) for one in result.problems],
        stale=stale,
        stale_told=spoken_error(stale) if stale else "",
        theirs=stale.theirs.get("changes", ()) if stale else (),
        published=published,
        saved=saved,
        schema_url=f"/api/v1/schemas/{draft.key.kind}.json",
        autosave_url=definition_url(draft.key, "/autosave"),
        **beside,
    )


class _Beside(TypedDict):
    """What stands around the text."""

    subject: Subject
    tabs: Sequence[Tab]
    state: tuple[str, str]
    draft: Draft
    changes: Sequence[definitions.Change]
    told: str
    retire_url: str


async def _beside(draft: Draft, who: Actor) -> _Beside:
    subject = await subject_of(draft, who)
    changes = await _changes(draft, who)
    tone, word = STATES[subject.state]
    return _Beside(
        subject=subject,
        tabs=subject_tabs(subject, len(changes)),
        state=(tone, _(word)),
        draft=draft,
        changes=changes,
        told=_told(draft),
        retire_url=definition_url(draft.key, "/retire"),
    )


async def _changes(draft: Draft, who: Actor) -> Sequence[definitions.Change]:
    """What the draft changes against the published definition."""
    if not draft.exists:
        return ()
    try:
        standing = (await definitions.revision(draft.key.kind, draft.key.full_name, actor=who)).raw
    except definitions.UnknownDefinition:
        standing = {}
    return definitions.compare(standing, draft.definition)


def _told(draft: Draft) -> str:
    """Where the draft stands, in a few words."""
    if not draft.exists:
        return _("No draft: this is what is published.") if draft.definition else _("Nothing saved yet.")
    who = draft.updated_by_name or _("somebody")
    at = i18n.format_time(draft.updated_at) if draft.updated_at else ""
    return _("Draft {rev}, saved by {who} at {time}.", rev=draft.rev, who=who, time=at)


def _only(*problems: Problem) -> CheckResult:
    return CheckResult(by_item=(problems,), problems=problems, plan=())


def _rev(given: object) -> int | None:
    """The `rev` a form was made on; None overwrites knowingly."""
    return int(str(given)) if str(given or "").isdecimal() else None


def _says_the_same(draft: Draft, raw: definitions.Raw) -> bool:
    """Whether saving would change nothing: then no draft is made of the published definition."""
    return bool(draft.definition) and draft.definition == raw
