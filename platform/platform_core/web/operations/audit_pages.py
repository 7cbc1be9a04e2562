"""`/admin/audit`: who did what; `/admin/audit/access`: who has seen personal data. Reading them leaves a line too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from platform_core import audit, entities, identity, permissions
from platform_core.audit import AccessLine, Line
from platform_core.errors import NotFound
from platform_core.i18n import N_, _, label
from platform_core.identity import Actor
from platform_core.web.context import actor, visit
from platform_core.web.frame import page, shell
from platform_core.web.navigation import form_url
from platform_core.web.operations.audit_asking import PAGE, Asked, access_query, asked_of, audit_query
from platform_core.web.shell import Crumb, Option, Shell, Tab

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

AUDIT, ACCESS = "/admin/audit", "/admin/audit/access"
_ADMIN = "/admin"
ACTION = "audit"
_LOOKS = {"open": N_("Opened"), "list": N_("Listed"), "search": N_("Searched"), "export": N_("Exported")}


class Shown(msgspec.Struct, frozen=True):
    """A line with what the page shows of it: who by name, what by the form's label, a way to the record."""

    line: Line | AccessLine
    who: str
    what: str
    url: str
    facts: str


@get(AUDIT, name="audit")
async def audit_page(request: AnyRequest) -> Response[str]:
    """Lines, newest first, with filters."""
    asked = await _enter(request, "audit.read")
    lines = await audit.read(audit_query(asked, visit(request).zone))
    names = await identity.names(line.user_id for line in lines)
    return page(
        request,
        "operations/audit.html",
        frame=_frame(request, _("Audit")),
        tabs=_tabs(),
        lines=[_shown(line, names.get(line.user_id, "")) for line in lines],
        asked=asked,
        who=await _person(asked.who),
        actions=[Option(name, name) for name in _families(await audit.known_actions())],
        kinds=[Option(name, name) for name in await audit.known_kinds()],
        older=asked.address(AUDIT, before=lines[-1].id) if len(lines) == PAGE else "",
        newest=asked.address(AUDIT, before="") if asked.before else "",
        csv_url=asked.address(AUDIT + "/lines.csv", before=""),
        action=AUDIT,
    )


@get(ACCESS, name="audit_access")
async def access_page(request: AnyRequest) -> Response[str]:
    """Looks at personal data, newest first, with filters."""
    asked = await _enter(request, "audit.read_access")
    lines = await audit.read_access(access_query(asked, visit(request).zone))
    names = await identity.names(line.user_id for line in lines)
    return page(
        request,
        "operations/access.html",
        frame=_frame(request, _("Audit")),
        tabs=_tabs(),
        lines=[_looked(line, names.get(line.user_id, "")) for line in lines],
        asked=asked,
        who=await _person(asked.who),
        looks=[Option(name, _(word)) for name, word in _LOOKS.items()],
        words={name: _(word) for name, word in _LOOKS.items()},
        forms=_personal_forms(),
        older=asked.address(ACCESS, before=lines[-1].id) if len(lines) == PAGE else "",
        newest=asked.address(ACCESS, before="") if asked.before else "",
        action=ACCESS,
    )


@get(AUDIT + "/lines.csv", name="audit_csv")
async def audit_csv(request: AnyRequest) -> Stream:
    """The lines of the filters as a file."""
    asked = await _enter(request, "audit.export")
    names = {user.id: user.name for user in await identity.users()}
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    query = audit_query(asked, visit(request).zone)
    return Stream(audit.as_csv(query, names), media_type="text/csv; charset=utf-8", headers=headers)


async def _enter(request: AnyRequest, doing: str) -> Asked:
    who: Actor = actor(request)
    await permissions.require(who, ACTION)
    asked = await asked_of(dict(request.query_params.items()))
    await audit.write(doing, actor=who, kind="audit", subject="audit", detail={"filters": asked.used})
    return asked


def _frame(request: AnyRequest, title: str) -> Shell:
    return shell(request, crumbs=(Crumb(_("Settings"), _ADMIN), Crumb(title)))


def _tabs() -> tuple[Tab, ...]:
    return (Tab("lines", _("What was done"), AUDIT), Tab("access", _("Who saw personal data"), ACCESS))


def _shown(line: Line, who: str) -> Shown:
    what, url = _subject(line.subject)
    facts = ", ".join(f"{name}: {_fact(value)}" for name, value in line.detail.items())
    return Shown(line, who, what, url, facts)


def _looked(line: AccessLine, who: str) -> Shown:
    what, url = _subject(f"{line.form}/{line.record or ''}")
    return Shown(line, who, what, url, "")


def _subject(subject: str) -> tuple[str, str]:
    """ "trade_crm.account/0198…" as the form's label and the record's address; anything else as it stands."""
    form, _slash, key = subject.partition("/")
    try:
        entity = entities.get(form)
    except NotFound:  # a form that is gone, or no form at all: the subject speaks for itself
        return subject, ""
    return label(entity.label) or entity.name, f"{form_url(entity)}/{key}" if key else ""


def _fact(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _families(actions: Iterable[str]) -> list[str]:
    """Every action, and before each family of them the whole family."""
    found: list[str] = []
    known = list(actions)
    for action in known:
        family = f"{action.partition('.')[0]}.*"
        if family not in found and sum(one.startswith(family[:-1]) for one in known) > 1:
            found.append(family)
        found.append(action)
    return found


async def _person(who: str) -> dict[str, str] | None:
    if not who:
        return None
    names = await identity.names([who])
    return {"id": who, "title": names.get(who, who)}


def _personal_forms() -> list[Option]:
    found = [
        Option(entity.key, label(entity.label) or entity.name)
        for entity in entities.all()
        if any(field.sensitive in ("personal", "encrypted") for field in entity.fields.values())
    ]
    return sorted(found, key=lambda option: option.label)


def audit_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (audit_page, access_page, audit_csv)
