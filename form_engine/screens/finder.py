"""The finder (Ctrl K): records of every form in the menu, and the screens themselves."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from form_engine.screens.lists_routes import AnyRequest
from platform_core import entities, permissions, records, web
from platform_core.i18n import _
from platform_core.identity import Actor

_SHORTEST = 2
_MOST_FORMS = 12
_MOST_HITS = 5

Group = dict[str, object]


@get("/search", name="finder")
async def find(request: AnyRequest) -> Response[str]:
    """What fits the words: as a fragment for the finder, as a page for a browser without JavaScript."""
    actor = web.actor(request)
    words = request.query_params.get("q", "").strip()[:200]
    groups = [*_screens(request, words), *(await _records(words, actor))] if len(words) >= _SHORTEST else []
    if web.is_fragment(request):
        return web.page(request, "web/_finder_hits.html", q=words, groups=groups)
    return web.page(request, "form_engine/found.html", q=words, groups=groups)


def finder_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (find,)


def _screens(request: AnyRequest, words: str) -> list[Group]:
    wanted = words.casefold()
    frame = web.shell(request)
    items = [
        {"label": item.label, "url": item.url, "icon": item.icon}
        for group in frame.menu
        for item in group.items
        if wanted in item.label.casefold()
    ]
    return [{"label": _("Screens"), "items": items}] if items else []


async def _records(words: str, actor: Actor) -> list[Group]:
    """Hits per form, in the order of the forms; forms without a hit are left out."""
    groups: list[Group] = []
    readable = [entity for entity in entities.all() if permissions.access(entity, actor).can("read")]
    for entity in readable[:_MOST_FORMS]:
        hits = await records.choices(entity.key, words, actor=actor, limit=_MOST_HITS)
        if hits:
            path = path_of(entity)
            items = [
                {
                    "label": hit.title or hit.code or "",
                    "url": f"/r/{path}/{hit.id}",
                    "icon": entity.icon,
                    "note": hit.code or "",
                }
                for hit in hits
            ]
            groups.append({"label": plural_of(entity), "items": items})
    return groups
