"""The addresses of the designer: its page, and the fragments that are drawn again when the draft has changed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from form_engine.designer.cards import CardView, card_of
from form_engine.designer.drafted import drafted, generated_layout, label_of
from form_engine.designer.palette import PaletteItem, facts, groups
from form_engine.designer.panel import panel_at, published_names
from form_engine.designer.parts import AnyRequest, Part, parts_of_form, scripts_of_parts
from form_engine.designer.preview import preview_of, role_options
from form_engine.designer.problems import problems_of
from platform_core import definitions, i18n, web
from platform_core.definitions import Draft, UnknownDefinition
from platform_core.errors import NotFound
from platform_core.i18n import _
from platform_core.web import Crumb, Option, Shell

ADDRESS = "/admin/design/form/{name:str}"
_SCRIPTS = ("vendor/Sortable.min.js", "js/designer/main.js")
_STYLE = "css/screens/studio.css"


class DesignerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows; `data` is what the browser starts with."""

    title: str
    name: str
    definition_url: str
    publish_url: str
    groups: list[tuple[str, list[PaletteItem]]]
    parts: tuple[Part, ...]
    cards: list[CardView]
    languages: tuple[Option, ...]
    roles: tuple[Option, ...]
    keys: tuple[tuple[str, str], ...]
    data: dict[str, object]


@get(ADDRESS, name="designer")
async def designer(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """The designer over the draft; over the published form where there is no draft."""
    draft = await _draft(request, name)
    _speak(request)
    title = label_of(draft.definition) or draft.key.name
    return web.page(
        request, "form_engine/designer/designer.html", frame=_frame(request, title), page=_page(draft, title)
    )


@get(ADDRESS + "/cards", name="design_cards")
async def cards(request: AnyRequest, name: FromPath[str], names: FromQuery[str] = "") -> Response[str]:
    """The cards of some fields ("a,b"); of all without names."""
    draft = await _draft(request, name)
    _speak(request)
    only = frozenset(names.split(",")) if names else None
    found = [card_of(one) for one in drafted(draft, only)]
    return web.page(request, "form_engine/designer/_cards.html", cards=found)


@get(ADDRESS + "/panel", name="design_panel")
async def panel(request: AnyRequest, name: FromPath[str], at: FromQuery[str] = "") -> Response[str]:
    """The properties of what stands at a JSON pointer."""
    draft = await _draft(request, name)
    _speak(request)
    return web.page(request, "form_engine/designer/_panel.html", panel=panel_at(draft, at))


@get(ADDRESS + "/problems", name="design_problems")
async def problems(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Everything that is wrong with the draft, and how much it changes of the published form."""
    draft, result = await definitions.check_draft("form", name, actor=web.actor(request))
    if not draft.definition:
        raise NotFound()
    _speak(request)
    changed = await _changes(request, draft)
    return web.page(
        request, "form_engine/designer/_problems.html", problems=problems_of(draft, result),
        changes=changed,
    )  # fmt: skip


@get(ADDRESS + "/preview", name="design_preview")
async def preview(
    request: AnyRequest, name: FromPath[str], language: FromQuery[str] = "", role: FromQuery[str] = ""
) -> Response[str]:
    """The form as a reader of a language and a role will see it."""
    draft = await _draft(request, name)
    frame = web.shell(request)
    if language in {one.code for one in i18n.languages()}:
        frame = msgspec.structs.replace(frame, language=language)
    i18n.use(frame.language, frame.zone, formats=frame.formats)
    seen = preview_of(draft, role)
    text = web.render("form_engine/designer/_preview.html", frame, preview=seen)
    return Response(text, media_type="text/html")


def designer_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (designer, cards, panel, problems, preview)


def designer_url(full_name: str) -> str:
    """The designer's address of a form ("trade_crm.account")."""
    return f"/admin/design/form/{quote(full_name)}"


async def _draft(request: AnyRequest, name: str) -> Draft:
    draft = await definitions.get_draft("form", name, actor=web.actor(request))
    if not draft.definition:
        raise NotFound()
    return draft


def _speak(request: AnyRequest) -> None:
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)


async def _changes(request: AnyRequest, draft: Draft) -> int:
    if not draft.exists:
        return 0
    try:
        standing = await definitions.revision("form", draft.key.full_name, actor=web.actor(request))
    except UnknownDefinition:
        return 1
    return len(definitions.compare(standing.raw, draft.definition))


def _frame(request: AnyRequest, title: str) -> Shell:
    forms = definitions.kind_label("form", 2)
    crumbs = (
        Crumb(_("Settings"), "/admin"),
        Crumb(forms[:1].upper() + forms[1:], "/admin/definitions?kind=form"),
        Crumb(title),
    )
    return web.shell(
        request, crumbs=crumbs, rail=True, styles=(_STYLE,), scripts=(*_SCRIPTS, *scripts_of_parts())
    )


def _page(draft: Draft, title: str) -> DesignerPage:
    address = f"/admin/definitions/form/{quote(draft.key.full_name)}"
    return DesignerPage(
        title=title,
        name=draft.key.full_name,
        definition_url=address,
        publish_url=f"{address}/publish",
        groups=groups(),
        parts=parts_of_form(),
        cards=[card_of(one) for one in drafted(draft)],
        languages=tuple(Option(one.code, i18n.language_name(one.code)) for one in i18n.languages()),
        roles=tuple(Option(name, label) for name, label in role_options()),
        keys=_keys(),
        data=_data(draft),
    )


def _data(draft: Draft) -> dict[str, object]:
    key = draft.key
    return {
        "key": key.text,
        "name": key.name,
        "rev": draft.rev,
        "definition": draft.definition,
        "generated": generated_layout(draft),
        "published": published_names(draft),
        "language": i18n.current().language,
        "types": facts(),
        "draft_url": f"/api/v1/definitions/form/{quote(key.name)}/draft?app={quote(key.app)}",
        "design_url": designer_url(key.full_name),
        "part_url": f"{designer_url(key.full_name)}/part",
    }


def _keys() -> tuple[tuple[str, str], ...]:
    return (
        ("↑ ↓ ← →", _("To the field beside")),
        ("Enter", _("Pick a field up; once more: put it down")),
        ("Alt ↑ ↓", _("Move it one place")),
        ("Alt ← →", _("Move it to the section before or after")),
        ("Esc", _("Put it back where it was")),
        ("M", _("Move to…")),
        ("D", _("Copy the field")),
        ("Del", _("Remove the field")),
        ("P", _("To its properties")),
        ("Ctrl Z", _("Undo")),
        ("Ctrl Shift Z", _("Redo")),
        ("/", _("Find a field type")),
    )
