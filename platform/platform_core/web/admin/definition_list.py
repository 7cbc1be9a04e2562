"""`/admin/definitions`: everything that is designed, and beginning something new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import definitions, i18n
from platform_core.definitions import LOCAL, Key, Listing, Raw
from platform_core.errors import Conflict, TradewindError
from platform_core.i18n import N_, _
from platform_core.web.admin.addresses import (
    ADMIN,
    DEFINITIONS,
    STATES,
    AnyRequest,
    definition_url,
    design_url,
    go,
    kind_title,
    list_url,
)
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.shell import Crumb, Option, Shell


class Line(msgspec.Struct, frozen=True):
    """A row of the list."""

    listing: Listing
    title: str
    kind: str
    url: str
    tone: str
    state: str
    design_url: str = ""


@get(DEFINITIONS, name="definitions")
async def definition_list(
    request: AnyRequest,
    kind: FromQuery[str] = "",
    app: FromQuery[str] = "",
    state_: Annotated[str, QueryParameter(name="state")] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """All definitions, by app and kind, found by name or label."""
    everything = [line_of(one) for one in await definitions.listing(actor=actor(request))]
    shown = [line for line in everything if _fits(line, kind, app, state_, q)]
    return page(
        request,
        "admin/definitions.html",
        frame=_frame(request),
        lines=shown,
        total=len(everything),
        kinds=_kind_options(),
        apps=[Option(name, name) for name in sorted({line.listing.key.app for line in everything})],
        states=[Option(name, _(word)) for name, (_tone, word) in STATES.items()],
        chosen={"kind": kind, "app": app, "state": state_, "q": q},
        title=kind_title(kind) if kind else _("Definitions"),
        new_url=f"{DEFINITIONS}/new?kind={kind}" if kind else f"{DEFINITIONS}/new",
        clear_url=list_url(),
        list_url=DEFINITIONS,
    )


@get(DEFINITIONS + "/new", name="new_definition")
async def new_definition(
    request: AnyRequest, kind: FromQuery[str] = "", app: FromQuery[str] = LOCAL
) -> Response[str]:
    """The few things that name a definition."""
    given = {"kind": kind, "app": app, "name": "", "label": ""}
    return await _new_page(request, given)


@post(DEFINITIONS + "/new", status_code=303, name="begin_definition")
async def begin_definition(request: AnyRequest) -> Response[str]:
    """Begin a draft, and go on in the editor."""
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in ("kind", "app", "name", "label")}
    who = actor(request)
    key = Key(given["kind"], given["app"] or LOCAL, given["name"])
    try:
        if (await definitions.get_draft(key.kind, key.name, key.app, actor=who)).definition:
            raise Conflict(
                N_("There is a {kind} '{name}' in this app already."),
                params={"kind": definitions.kind_label(key.kind), "name": key.name},
                remedy=N_("Choose another name, or open it from the list."),
            )
        await definitions.put_draft(
            key.kind, key.name, _beginning(key, given["label"]), key.app, rev=0, actor=who
        )
    except TradewindError as error:
        if error.status not in (404, 409, 412, 422):
            raise
        return await _new_page(request, given, error)
    return go(design_url(key) or definition_url(key))


def list_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (definition_list, new_definition, begin_definition)


def _frame(request: AnyRequest, *more: str) -> Shell:
    crumbs = [Crumb(_("Settings"), ADMIN), Crumb(_("Definitions"), DEFINITIONS if more else "")]
    return shell(request, crumbs=(*crumbs, *(Crumb(one) for one in more)))


async def _new_page(
    request: AnyRequest, given: Mapping[str, str], error: TradewindError | None = None
) -> Response[str]:
    lines = await definitions.listing(actor=actor(request))
    problems = [_(one.message, **one.params) for one in getattr(error, "errors", ())]
    told = _(error.message, **error.params) if error and not problems else ""
    remedy = _(error.remedy, **error.params) if error and error.remedy else ""
    return page(
        request,
        "admin/definition_new.html",
        frame=_frame(request, _("New definition")),
        status=error.status if error else 200,
        given=given,
        problems=problems,
        told=told,
        remedy=remedy,
        kinds=_kind_options(),
        apps=[
            Option(name, name)
            for name in sorted({LOCAL, given["app"] or LOCAL, *(one.key.app for one in lines)})
        ],
        action=f"{DEFINITIONS}/new",
        list_url=list_url(kind=given["kind"]),
    )


def _kind_options() -> list[Option]:
    found = [Option(kind.name, kind_title(kind.name, 1)) for kind in definitions.kinds()]
    return sorted(found, key=lambda option: option.label)


def _beginning(key: Key, label: str) -> Raw:
    """The least that the kind's schema asks for, so that the editor starts with something to fill."""
    schema = definitions.schema_of(key.kind)
    root: Mapping[str, Any] = schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        root = cast("Mapping[str, Any]", schema["$defs"])[reference.rsplit("/", 1)[1]]
    raw: Raw = {"kind": key.kind, "schema": definitions.kind_named(key.kind).schema, "name": key.name}
    properties: Mapping[str, Mapping[str, Any]] = root.get("properties", {})
    if "label" in properties:
        raw["label"] = {i18n.current().language: label or key.name} | ({} if not label else {"en": label})
    empty: Mapping[str, object] = {"array": [], "object": {}, "string": "", "boolean": False, "integer": 0}
    for name in root.get("required", ()):
        raw.setdefault(name, empty.get(str(properties.get(name, {}).get("type")), None))
    return raw


def line_of(one: Listing) -> Line:
    """A row of a list in the reader's words."""
    tone, word = STATES[one.state]
    return Line(
        listing=one,
        title=i18n.label(one.label) or one.key.name,
        kind=kind_title(one.key.kind, 1),
        url=definition_url(one.key),
        tone=tone,
        state=_(word),
        design_url=design_url(one.key) if one.state != "retired" else "",
    )


def _fits(line: Line, kind: str, app: str, state: str, q: str) -> bool:
    key, wanted = line.listing.key, q.strip().casefold()
    text = f"{line.title} {key.name} {key.app} {' '.join(line.listing.label.values())}".casefold()
    return (
        kind in ("", key.kind)
        and app in ("", key.app)
        and state in ("", line.listing.state)
        and all(word in text for word in wanted.split())
    )
