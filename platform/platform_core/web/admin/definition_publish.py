"""The plan of a publish, a rollback or a retirement on live data, the consent it needs, and doing it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import definitions
from platform_core.definitions import InvalidDefinition, NotAccepted, PublishResult, StaleDraft
from platform_core.errors import Conflict, Invalid, TradewindError
from platform_core.i18n import _
from platform_core.web.admin.addresses import (
    DEFINITIONS,
    ONE,
    AnyRequest,
    definition_url,
    go,
    subject_frame,
    subject_tabs,
)
from platform_core.web.admin.answers import answers_in
from platform_core.web.admin.definition_editor import spoken_error
from platform_core.web.admin.plans import Consent, Plan, plan_of_draft, plan_of_retiring, plan_of_rollback
from platform_core.web.admin.rollouts import open_rollout_url
from platform_core.web.context import actor
from platform_core.web.form_data import pairs
from platform_core.web.frame import page

_SCRIPT = "js/drafts.js"


@get(ONE + "/publish", name="publish_plan")
async def publish_plan(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """What publishing the draft would do."""
    who = actor(request)
    under_way = await open_rollout_url(kind, name, who)
    if under_way is not None:
        return go(under_way)
    return _page(request, await plan_of_draft(kind, name, who, Consent()))


@post(ONE + "/publish", status_code=303, name="publish_definition")
async def publish(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """Publish the draft that was seen, and nothing else."""
    who, consent = actor(request), await _consent(request)
    seen = await definitions.get_draft(kind, name, actor=who)
    draft = msgspec.structs.replace(seen, rev=consent.rev)

    async def do() -> PublishResult:
        return await definitions.publish(
            draft, consent.note, consent.accept, answers=consent.answers, actor=who
        )

    return await _try(request, consent, do, lambda seen_with: plan_of_draft(kind, name, who, seen_with))


@get(ONE + "/rollback/{number:int}", name="rollback_plan")
async def rollback_plan(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """What going back to a revision would do."""
    return _page(request, await plan_of_rollback(kind, name, number, actor(request), Consent()))


@post(ONE + "/rollback/{number:int}", status_code=303, name="rollback_definition")
async def rollback(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """Publish an earlier revision again."""
    who, consent = actor(request), await _consent(request)

    async def do() -> PublishResult:
        return await definitions.rollback(
            kind,
            name,
            number,
            note=consent.note,
            accept=consent.accept,
            answers=consent.answers,
            actor=who,
        )

    return await _try(
        request, consent, do, lambda seen_with: plan_of_rollback(kind, name, number, who, seen_with)
    )


@get(ONE + "/retire", name="retire_plan")
async def retire_plan(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """What taking a definition out of use would break."""
    return _page(request, await plan_of_retiring(kind, name, actor(request), Consent()))


@post(ONE + "/retire", status_code=303, name="retire_definition")
async def retire(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """Take a definition out of use."""
    who, consent = actor(request), await _consent(request)

    async def do() -> PublishResult:
        return await definitions.retire(kind, name, note=consent.note, accept=consent.accept, actor=who)

    return await _try(request, consent, do, lambda seen_with: plan_of_retiring(kind, name, who, seen_with))


def publish_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (publish_plan, publish, rollback_plan, rollback, retire_plan, retire)


async def _try(
    request: AnyRequest,
    consent: Consent,
    do: Callable[[], Awaitable[PublishResult]],
    plan_again: Callable[[Consent], Awaitable[Plan]],
) -> Response[str]:
    """Done: on to the definition, or to how far it is. Refused: the plan as it is now, with the reason and what was
    ticked."""
    try:
        if consent.recount:
            return _page(request, await plan_again(consent))
        result = await do()
    except (StaleDraft, Invalid, Conflict) as error:
        status = 409 if isinstance(error, StaleDraft) else error.status
        told = spoken_error(error) if isinstance(error, StaleDraft) else _told(error)
        if isinstance(error, Invalid) and not isinstance(error, InvalidDefinition):
            consent = msgspec.structs.replace(consent, answers={})
        return _page(request, await plan_again(consent), refused=told, status=status)
    if result.job is not None:
        return go(definition_url(result.revisions[0].key, "/rollout"))
    plan_done = await plan_again(consent) if not result.revisions else None
    if plan_done is not None and plan_done.doing != "retire":
        return go(plan_done.subject.url)
    made = result.revisions[0] if result.revisions else None
    return go(definition_url(made.key, published=made.revision) if made else DEFINITIONS)


def _told(error: TradewindError) -> str:
    if isinstance(error, Invalid) and not isinstance(error, InvalidDefinition) and error.errors:
        return " ".join(_(one.message, **one.params) for one in error.errors)
    if isinstance(error, NotAccepted):
        return _("Agree to what is marked below, then go on. Nothing was changed.")
    return _(error.message, **error.params)


async def _consent(request: AnyRequest) -> Consent:
    form = await request.form()
    rev = str(form.get("rev", ""))
    return Consent(
        note=str(form.get("note", "")).strip(),
        accept=tuple(str(one) for one in form.getall("accept[]", [])),
        rev=int(rev) if rev.isdecimal() else 0,
        answers=answers_in(pairs(form)),
        recount="recount" in form,
    )


def _page(request: AnyRequest, plan: Plan, *, refused: str = "", status: int = 200) -> Response[str]:
    titles = {
        "publish": _("Check and publish"),
        "rollback": _("Back to revision {number}", number=plan.number),
        "retire": _("Retire"),
    }
    return page(
        request,
        "admin/definition_plan.html",
        frame=subject_frame(request, plan.subject, titles[plan.doing], _SCRIPT),
        status=status,
        plan=plan,
        subject=plan.subject,
        tabs=subject_tabs(plan.subject),
        here="publish" if plan.doing == "publish" else "revisions" if plan.doing == "rollback" else "",
        title=titles[plan.doing],
        refused=refused,
        back_url=plan.subject.url
        if plan.doing != "rollback"
        else definition_url(plan.subject.key, "/revisions"),
    )
