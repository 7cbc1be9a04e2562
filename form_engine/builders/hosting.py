"""Pages that host parts of a definition: their frame, their draft, and the words about where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from litestar import Request, Response

from platform_core import definitions, i18n, web
from platform_core.definitions import LOCAL, Draft, InvalidDefinition, Key, World
from platform_core.errors import Invalid, NotFound, TradewindError
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web import Crumb, Option, Tab

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

SCRIPTS = ("vendor/Sortable.min.js", "js/builders/struct.js", "js/builders/host.js")
DEFINITIONS = "/admin/definitions"


class Host:
    """The draft of one definition, and the addresses that its page needs."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    @property
    def key(self) -> Key:
        return self.draft.key

    @property
    def raw(self) -> Mapping[str, object]:
        return self.draft.definition

    @property
    def title(self) -> str:
        """The label for the reader; the name where there is none."""
        return text_of(self.raw.get("label")) or self.key.name

    @property
    def api_url(self) -> str:
        return f"/api/v1/definitions/{quote(self.key.kind)}/{quote(self.key.full_name)}"

    @property
    def definition_url(self) -> str:
        return definition_url(self.key)

    @property
    def publish_url(self) -> str:
        return f"{self.definition_url}/publish"


def definition_url(key: Key) -> str:
    """The page of a definition as JSON."""
    return f"{DEFINITIONS}/{quote(key.kind)}/{quote(key.full_name)}"


def text_of(label: object) -> str:
    """A label map in the reader's language; empty where there is none."""
    if not isinstance(label, Mapping):
        return ""
    return i18n.label({str(code): str(text) for code, text in label.items()}) or ""


async def hosted(request: AnyRequest, kind: str, name: str) -> Host:
    """The draft of an existing definition. NotFound where there is none, Forbidden for who may not define."""
    draft = await definitions.get_draft(kind, name, actor=web.actor(request))
    if not draft.definition:
        raise NotFound()
    return Host(draft)


def host_page(
    request: AnyRequest,
    host: Host,
    template: str,
    *,
    here: str = "",
    scripts: tuple[str, ...] = (),
    **context: object,
) -> Response[str]:
    """The page of a part. `here` names it below the definition in the path."""
    word = definitions.kind_label(host.key.kind, 2)
    crumbs = [
        Crumb(_("Settings"), "/admin"),
        Crumb(word[:1].upper() + word[1:], f"{DEFINITIONS}?kind={host.key.kind}"),
        Crumb(host.title, host.definition_url if here else ""),
    ]
    frame = web.shell(
        request,
        crumbs=tuple([*crumbs, Crumb(here)] if here else crumbs),
        scripts=present((*SCRIPTS, *scripts)),
    )
    language = web.visit(request).language
    return drawn(
        request, template, frame, 200, host=host, spoken=spoken_languages(), language=language, **context
    )


def drawn(
    request: AnyRequest, template: str, frame: web.Shell, code: int = 200, **context: object
) -> Response[str]:
    """A screen in the reader's language; `context` is what its template asks for."""
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    return Response(web.render(template, frame, **context), status_code=code, media_type="text/html")


def present(scripts: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are there: vendor files come with set-up."""
    return tuple(dict.fromkeys(one for one in scripts if web.assets.has(one)))


def spoken_languages() -> list[Option]:
    """The languages that labels are written in."""
    return [Option(one.code, one.name) for one in i18n.languages()]


def world_for(key: Key) -> World:
    """What is published, seen from a definition."""
    return World(definitions.catalog(), {}, key)


def form_tabs(host: Host) -> tuple[Tab, ...]:
    """The pages of a form that are built from parts, beside its definition."""
    below = f"/admin/design/form/{quote(host.key.full_name)}"
    return (
        Tab("definition", _("Definition"), host.definition_url),
        Tab("rules", _("Rules"), f"{below}/rules"),
        Tab("stages", _("Stages"), f"{below}/stages"),
        Tab("lists", _("Lists"), f"{below}/lists"),
        Tab("numbering", _("Numbering"), f"{below}/numbering"),
        Tab("publish", _("Check and publish"), host.publish_url),
    )


def go(url: str) -> Response[str]:
    """303 to another page."""
    return Response("", status_code=303, headers={"Location": url})


async def change(host: Host, patches: list[dict[str, object]], who: Actor) -> Draft:
    """Changes the draft as it was read; StaleDraft where somebody was quicker."""
    key = host.key
    return await definitions.patch_draft(key.kind, key.name, host.draft.rev, patches, key.app, actor=who)


def told(error: TradewindError) -> list[str]:
    """What went wrong, in the reader's words."""
    found = error.errors if isinstance(error, Invalid | InvalidDefinition) else ()
    said = [
        f"{_(p.message, **p.params)} {_(p.remedy, **p.params) if p.remedy else ''}".strip() for p in found
    ]
    remedy = _(error.remedy, **error.params) if error.remedy else ""
    return said or [f"{_(error.message, **error.params)} {remedy}".strip()]


__all__ = [
    "DEFINITIONS", "LOCAL", "AnyRequest", "Host", "change", "definition_url", "drawn", "form_tabs", "go", "host_page", "hosted",
    "present", "spoken_languages", "text_of", "told", "world_for",
]  # fmt: skip
