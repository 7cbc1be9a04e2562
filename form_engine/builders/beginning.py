"""An app or a role that begins with a name and a label."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response

from form_engine.builders.hosting import AnyRequest, present, told
from form_engine.builders.starting.making import labels
from platform_core import definitions, web
from platform_core.definitions import LOCAL, ChangeItem, Key
from platform_core.errors import Conflict, TradewindError
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web import Crumb, Option

_HEADS = {"app": N_("New app"), "role": N_("New role")}


async def begin(item: ChangeItem, label: str, actor: Actor) -> Key:
    """Publishes it under its label. Raises Conflict where the name is taken, InvalidDefinition."""
    if (await definitions.get_draft(item.kind, item.name or "x", item.app or LOCAL, actor=actor)).definition:
        raise Conflict(
            N_("There is a {kind} '{name}' in this app already."),
            params={"kind": definitions.kind_label(item.kind), "name": item.name},
            remedy=N_("Choose another name, or open it from the list."),
        )
    raw = {**item.definition, "label": labels(label, actor.language)}
    made = ChangeItem(kind=item.kind, app=item.app, name=item.name, definition=raw)
    await definitions.publish([made], _(_HEADS[item.kind]), actor=actor)
    return made.key


async def begin_page(
    request: AnyRequest,
    kind: str,
    given: Mapping[str, str],
    error: TradewindError | None = None,
    *,
    apps: tuple[Option, ...] = (),
) -> Response[str]:
    """The page that asks for the name."""
    await definitions.get_draft(kind, "x", LOCAL, actor=web.actor(request))
    head = _(_HEADS[kind])
    crumbs = (Crumb(_("Settings"), "/admin"), Crumb(_("Definitions"), "/admin/definitions"), Crumb(head))
    frame = web.shell(request, crumbs=crumbs, scripts=present(("js/builders/struct.js",)))
    return web.page(
        request, "form_engine/builders/begin.html", frame=frame, status=error.status if error else 200, head=head,
        given=given, problems=told(error) if error else [], action=f"/admin/new/{kind}", apps=apps,
    )  # fmt: skip
