"""The revisions of a definition: who published what and when, and the difference between any two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import definitions
from platform_core.definitions import RevisionLine, UnknownDefinition
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web.admin.addresses import ONE, AnyRequest, definition_url, subject_frame, subject_tabs
from platform_core.web.admin.definition_editor import subject_of
from platform_core.web.admin.json_text import written
from platform_core.web.context import actor
from platform_core.web.frame import page


@get(ONE + "/revisions", name="revisions")
async def revisions(
    request: AnyRequest,
    kind: FromPath[str],
    name: FromPath[str],
    from_: Annotated[int | None, QueryParameter(name="from")] = None,
    to: FromQuery[int | None] = None,
) -> Response[str]:
    """The list, newest first; below it the difference of the two that were chosen, else of the last two."""
    who = actor(request)
    draft = await definitions.get_draft(kind, name, actor=who)
    lines = await _lines(kind, name, who)
    newest = lines[0].number if lines else 0
    after = newest if to is None else to
    before = max(after - 1, 0) if from_ is None else from_
    subject = await subject_of(draft, who)
    changes = await definitions.differences(kind, name, before, after, actor=who) if lines and after else ()
    return page(
        request,
        "admin/definition_revisions.html",
        frame=subject_frame(request, subject, _("Revisions")),
        subject=subject,
        tabs=subject_tabs(subject),
        lines=lines,
        before=before,
        after=after,
        changes=changes,
        list_url=definition_url(subject.key, "/revisions"),
    )


@get(ONE + "/revisions/{number:int}", name="revision")
async def revision(
    request: AnyRequest, kind: FromPath[str], name: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """One revision as it was published."""
    who = actor(request)
    found = await definitions.revision(kind, name, number, actor=who)
    draft = await definitions.get_draft(kind, found.key.full_name, actor=who)
    line = next(one for one in await _lines(kind, name, who) if one.number == number)
    subject = await subject_of(draft, who)
    return page(
        request,
        "admin/definition_revision.html",
        frame=subject_frame(request, subject, _("Revision {number}", number=number)),
        subject=subject,
        tabs=subject_tabs(subject),
        line=line,
        text=written(found.raw),
        schema_url=f"/api/v1/schemas/{found.key.kind}.json",
        rollback_url=definition_url(found.key, f"/rollback/{number}"),
        list_url=definition_url(found.key, "/revisions"),
    )


def history_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (revisions, revision)


async def _lines(kind: str, name: str, who: Actor) -> list[RevisionLine]:
    try:
        return await definitions.revisions(kind, name, actor=who)
    except UnknownDefinition:
        return []  # only drafted so far
