"""The finder (Ctrl K, or "/" where no list has a search of its own) and the search page: records, and the screens."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from form_engine.screens.lists_routes import AnyRequest
from platform_core import entities, i18n, search, web
from platform_core.i18n import _
from platform_core.search import Group, Hit

_MOST_SCREENS = 6
_ON_PAGE = 20

Section = dict[str, object]


@get("/search", name="finder")
async def find(request: AnyRequest) -> Response[str]:
    """What fits the words: as a fragment for the finder, as a page of its own address. `form` limits it to one form."""
    words = request.query_params.get("q", "")
    form = request.query_params.get("form", "")
    inside = web.is_fragment(request)
    found = await search.find(
        words,
        actor=web.actor(request),
        forms=(form,) if form else (),
        per_form=search.PER_FORM if inside else _ON_PAGE,
    )
    groups = [
        *([] if form else _screens(request, words)),
        *(_section(group, found.query, inside=inside) for group in found.groups),
    ]
    limited = entities.find(form) if form and found.groups else None
    return web.page(
        request,
        "web/_finder_hits.html" if inside else "form_engine/found.html",
        frame=web.shell(request, crumbs=(web.Crumb(_("Search")),)),
        q=found.query,
        groups=groups,
        too_short=found.too_short,
        cut_off=found.cut_off,
        form=form,
        form_label=plural_of(limited) if limited is not None else "",
        everywhere_url=f"/search?{urlencode({'q': found.query})}",
    )


def finder_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (find,)


def _screens(request: AnyRequest, words: str) -> list[Section]:
    """Lines of the menu by their name."""
    looked_for = search.terms(words)
    items: list[Section] = []
    for group in web.shell(request).menu if looked_for else ():
        for item in group.items:
            pieces = search.pieces(item.label, looked_for)
            if any(marked for _text, marked in pieces):
                items.append({"label": item.label, "pieces": pieces, "url": item.url, "icon": item.icon})
    return [{"label": _("Screens"), "items": items[:_MOST_SCREENS]}] if items else []


def _section(group: Group, query: str, *, inside: bool) -> Section:
    """The hits of one form, and the way to all of them."""
    more = ""
    if group.more and inside:
        more = f"/search?{urlencode({'q': query, 'form': group.entity.key})}"
    elif group.more:
        more = f"/r/{path_of(group.entity)}?{urlencode({'q': query})}"
    items = [_item(group, hit) for hit in group.hits]
    return {"label": plural_of(group.entity), "items": items, "more_url": more}


def _item(group: Group, hit: Hit) -> Section:
    field = group.entity.fields.get(hit.field)
    return {
        "label": hit.title,
        "pieces": hit.pieces,
        "url": f"/r/{path_of(group.entity)}/{hit.id}",
        "icon": group.entity.icon,
        "note": hit.code if hit.code and hit.code != hit.title else "",
        "field": i18n.label(field.label) if field is not None else "",
        "excerpt": hit.excerpt,
    }
