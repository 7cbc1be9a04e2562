"""A publish in the background: how far it is, what stood in its way, and stopping it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import definitions, i18n
from platform_core.definitions import Rollout, RolloutOver, UnknownDefinition
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web.admin.addresses import (
    ONE,
    AnyRequest,
    Subject,
    definition_url,
    go,
    subject_frame,
    subject_tabs,
)
from platform_core.web.admin.definition_editor import subject_of
from platform_core.web.context import actor, is_fragment
from platform_core.web.frame import page

_PHASES = {
    "waiting": N_("Waiting for its turn"),
    "columns": N_("Making room"),
    "copying": N_("Bringing values over, while people work"),
    "checking": N_("Looking for repeated values"),
    "indexes": N_("Building indexes, while people work"),
    "publishing": N_("Publishing"),
    "finishing": N_("Published; titles and the like follow"),
    "undoing": N_("Taking back what was begun"),
}


class RolloutPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows. `percent` is None where it is not known."""

    state: str
    number: int
    phase: str
    percent: int | None
    done: str
    total: str
    message: str = ""
    remedy: str = ""
    more: int = 0
    records: Sequence[tuple[str, str, str]] = ()
    """(address, title, value) of each record that stood in the way."""
    url: str
    asks_again: bool
    can_cancel: bool


@get(ONE + "/rollout", name="rollout")
async def rollout(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """How far it is; the part with the state asks again by itself."""
    who = actor(request)
    try:
        found = await definitions.rollout_of(kind, name, actor=who)
    except UnknownDefinition:
        return go((await _subject(kind, name, who)).url + "/publish")
    return await _shown(request, kind, name, found, who)


@post(ONE + "/rollout/cancel", status_code=303, name="rollout_cancel")
async def cancel(request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> Response[str]:
    """Stop it."""
    who = actor(request)
    try:
        await definitions.cancel_rollout(kind, name, actor=who)
    except RolloutOver as error:
        found = await definitions.rollout_of(kind, name, actor=who)
        return await _shown(request, kind, name, found, who, refused=_(error.message), status=409)
    return go((await _subject(kind, name, who)).url + "/rollout")


def rollout_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (rollout, cancel)


async def open_rollout_url(kind: str, name: str, who: Actor) -> str | None:
    """Where to see the rollout that is under way; None where there is none."""
    try:
        found = await definitions.rollout_of(kind, name, actor=who)
    except UnknownDefinition:
        return None
    return (await _subject(kind, name, who)).url + "/rollout" if found.is_open else None


async def _subject(kind: str, name: str, who: Actor) -> Subject:
    return await subject_of(await definitions.get_draft(kind, name, actor=who), who)


async def _shown(
    request: AnyRequest,
    kind: str,
    name: str,
    found: Rollout,
    who: Actor,
    *,
    refused: str = "",
    status: int = 200,
) -> Response[str]:
    subject = await _subject(kind, name, who)
    made = _page_of(found, subject)
    if is_fragment(request) and status == 200:
        return page(request, "admin/_rollout.html", rollout=made, subject=subject)
    return page(
        request,
        "admin/rollout.html",
        frame=subject_frame(request, subject, _("Publishing in the background")),
        status=status,
        subject=subject,
        tabs=subject_tabs(subject),
        rollout=made,
        refused=refused,
    )


def _page_of(found: Rollout, subject: Subject) -> RolloutPage:
    failure = found.failure
    number = next((one.revision for one in found.revisions if one.key == subject.key), 0)
    percent = min(99, 100 * found.done // found.total) if found.total and not found.is_ended else None
    return RolloutPage(
        state=found.state,
        number=number,
        phase=_(_PHASES[found.phase]) if found.phase in _PHASES else "",
        percent=percent,
        done=i18n.format_number(found.done),
        total=i18n.format_number(found.total) if found.total else "",
        message=_(failure.message, **failure.params) if failure else "",
        remedy=_(failure.remedy, **failure.params) if failure and failure.remedy else "",
        more=max(0, failure.count - len(failure.records)) if failure else 0,
        records=[
            (f"/r/{failure.form}/{one.id}" if failure.form else "", one.title or one.id, one.value)
            for one in failure.records
        ]
        if failure
        else (),
        url=definition_url(subject.key, "/rollout"),
        asks_again=not found.is_ended,
        can_cancel=found.state == "running",
    )
