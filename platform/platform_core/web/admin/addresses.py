"""Where the admin pages are, and the frame around those of one definition."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response

from platform_core import definitions, i18n
from platform_core.definitions import Key
from platform_core.i18n import _
from platform_core.web.context import HasScope
from platform_core.web.frame import shell
from platform_core.web.shell import Crumb, Shell, Tab

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

ADMIN = "/admin"
DEFINITIONS = "/admin/definitions"
ONE = DEFINITIONS + "/{kind:str}/{name:str}"

STATES = {
    "draft": ("sky", i18n.N_("Draft")),
    "published": ("good", i18n.N_("Published")),
    "changed": ("gold", i18n.N_("Published, draft waiting")),
    "retired": ("", i18n.N_("Retired")),
    "broken": ("danger", i18n.N_("Does not work")),
}
"""Tone and word of each state of a definition."""


class Subject(msgspec.Struct, frozen=True):
    """The definition a page is about. `title` is its label for the reader, `revision` the published one (0: none)."""

    key: Key
    title: str
    revision: int
    state: str

    @property
    def url(self) -> str:
        return definition_url(self.key)

    @property
    def design_url(self) -> str:
        return design_url(self.key)


def definition_url(key: Key, below: str = "", **query: object) -> str:
    """The address of a definition's editor, or of a page below it; the app stands in it, so that it is never in doubt."""
    address = f"{DEFINITIONS}/{quote(key.kind)}/{quote(key.full_name)}{below}"
    return f"{address}?{urlencode(query)}" if query else address


_designers: dict[str, str] = {}


def offer_designer(kind: str, address: str) -> None:
    """Definitions of a kind have a designer of their own below `address` ("/admin/design/form"), by their full name."""
    _designers[kind] = address


def design_url(key: Key) -> str:
    """The address of a definition's designer; "" where its kind has none."""
    address = _designers.get(key.kind)
    return f"{address}/{quote(key.full_name)}" if address else ""


def list_url(**query: object) -> str:
    """The list, filtered by what is given."""
    given = {name: value for name, value in query.items() if value}
    return f"{DEFINITIONS}?{urlencode(given)}" if given else DEFINITIONS


def kind_title(kind: str, count: int = 2) -> str:
    """ "Forms" (or "Form") in the reader's language."""
    word = definitions.kind_label(kind, count)
    return word[:1].upper() + word[1:]


def subject_frame(request: HasScope, subject: Subject, here: str = "", *scripts: str) -> Shell:
    """The page frame of one definition; `here` names the page below it, empty for the editor."""
    crumbs = [
        Crumb(_("Settings"), ADMIN),
        Crumb(kind_title(subject.key.kind), list_url(kind=subject.key.kind)),
        Crumb(subject.title, subject.url if here else ""),
    ]
    return shell(request, crumbs=tuple([*crumbs, Crumb(here)] if here else crumbs), scripts=scripts)


def subject_tabs(subject: Subject, changes: int | None = None) -> tuple[Tab, ...]:
    """Edit, publish, revisions."""
    return (
        Tab("edit", _("Definition"), subject.url),
        Tab(
            "publish",
            _("Check and publish"),
            definition_url(subject.key, "/publish"),
            changes or None,
            "gold",
        ),
        Tab("revisions", _("Revisions"), definition_url(subject.key, "/revisions"), subject.revision or None),
    )


def go(url: str) -> Response[str]:
    """303 to another page."""
    return Response("", status_code=303, headers={"Location": url})


def title_of(raw: Mapping[str, object], key: Key) -> str:
    """The label of a definition for the reader; its name where it has none."""
    label = raw.get("label")
    if isinstance(label, Mapping):
        return i18n.label({str(code): str(text) for code, text in label.items()}) or key.name
    return key.name
