"""`/admin/new/form`: a form from nothing, from a spreadsheet, from a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.builders.hosting import AnyRequest, drawn, go, present, text_of, told
from form_engine.builders.starting import spreadsheet
from form_engine.builders.starting.answers import (
    Answers,
    answers_of,
    blank_answers,
    chosen_columns,
    chosen_fields,
)
from form_engine.builders.starting.making import publish
from form_engine.builders.starting.offers import apps_for, designed_url, field_types, grants_for, roles_for
from form_engine.builders.starting.templates import all_templates, begun_from
from form_engine.imports.rest import chunks_of
from platform_core import definitions, i18n, settings, web
from platform_core.definitions import LOCAL, NotAccepted
from platform_core.errors import Invalid, NotFound, PayloadTooLarge, TradewindError
from platform_core.i18n import N_, _
from platform_core.web import Crumb

BASE = "/admin/new/form"
_SCRIPTS = ("js/builders/struct.js",)


@get(BASE, name="begin_form")
async def ways(request: AnyRequest) -> Response[str]:
    """The three ways to begin."""
    await _allowed(request)
    return _page(request, "start.html", templates=list(all_templates().values()), text_of=text_of)


@get(BASE + "/nothing", name="form_from_nothing")
async def nothing(request: AnyRequest) -> Response[str]:
    """Name, a few fields, where it stands in the menu, who may do what."""
    return await _nothing_page(request, blank_answers())


@post(BASE + "/nothing", status_code=303, name="make_form_from_nothing")
async def make_from_nothing(request: AnyRequest) -> Response[str]:
    """Publish it and go on in the designer."""
    await _allowed(request)
    given = await answers_of(request)
    try:
        begun = chosen_fields(given, web.actor(request).language)
        await publish(begun, web.actor(request))
    except TradewindError as error:
        return await _nothing_page(request, given, error)
    return go(designed_url(begun))


@get(BASE + "/template/{template:str}", name="form_from_template")
async def from_template(request: AnyRequest, template: FromPath[str]) -> Response[str]:
    """What the template brings, and the name it gets here."""
    return await _template_page(request, template, None)


@post(BASE + "/template/{template:str}", status_code=303, name="make_form_from_template")
async def make_from_template(request: AnyRequest, template: FromPath[str]) -> Response[str]:
    """Publish it and go on in the designer."""
    await _allowed(request)
    found, given = all_templates().get(template), await answers_of(request)
    if found is None:
        raise NotFound()
    try:
        label = found.forms[0]["label"]
        own = given.label_map(web.actor(request).language)
        same = isinstance(label, Mapping) and given.label == text_of(label)
        begun = begun_from(
            found, given.name, dict(label) if same and isinstance(label, Mapping) else own, app=given.app,
            menu=given.menu, grants=given.grants,
        )  # fmt: skip
        await publish(begun, web.actor(request))
    except TradewindError as error:
        return await _template_page(request, template, given, error)
    return go(designed_url(begun))


@get(BASE + "/spreadsheet", name="form_from_spreadsheet")
async def from_spreadsheet(request: AnyRequest) -> Response[str]:
    """Choose the file."""
    await _allowed(request)
    return _page(request, "start_file.html", error="", limit=settings.current().upload_max_bytes)


@post(BASE + "/spreadsheet", status_code=303, name="upload_form_spreadsheet")
async def upload_spreadsheet(request: AnyRequest) -> Response[str]:
    """Keep the file and go on to its columns."""
    await _allowed(request)
    part = (await request.form()).get("file")
    try:
        if not isinstance(part, UploadFile) or not part.filename:
            raise Invalid.one("/file", "required", N_("Choose a file."))
        stored = await spreadsheet.keep(part.filename, chunks_of(part), web.actor(request))
    except (Invalid, PayloadTooLarge) as error:
        limit = settings.current().upload_max_bytes
        return _page(request, "start_file.html", status=422, error=" ".join(_told(error)), limit=limit)
    return go(f"{BASE}/spreadsheet/{stored.id}")


@get(BASE + "/spreadsheet/{file_id:str}", name="form_spreadsheet_columns")
async def columns(request: AnyRequest, file_id: FromPath[str]) -> Response[str]:
    """What each column seems to be, to look at and to correct; a file that is not there any more is asked for anew."""
    await _allowed(request)
    try:
        return await _columns_page(request, file_id, None)
    except NotFound:
        return go(f"{BASE}/spreadsheet")


@post(BASE + "/spreadsheet/{file_id:str}", status_code=303, name="make_form_from_spreadsheet")
async def make_from_spreadsheet(request: AnyRequest, file_id: FromPath[str]) -> Response[str]:
    """Publish the form and import the rows."""
    await _allowed(request)
    actor, given = web.actor(request), await answers_of(request)
    looked = await spreadsheet.look(file_id, actor)
    try:
        chosen = chosen_columns(given, looked)
        begun = spreadsheet.begun_of(
            given.name,
            given.label,
            chosen,
            actor.language,
            app=given.app,
            menu=given.menu,
            grants=given.grants,
        )
        await publish(begun, actor)
    except TradewindError as error:
        return await _columns_page(request, file_id, given, error)
    made = await spreadsheet.take_rows(begun, looked, chosen, actor)
    return go(f"/r/{begun.full_name}/import/{made}")


def starting_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        ways, nothing, make_from_nothing, from_template, make_from_template, from_spreadsheet, upload_spreadsheet, columns,
        make_from_spreadsheet,
    )  # fmt: skip


async def _allowed(request: AnyRequest) -> None:
    """Only who may change definitions. Raises Forbidden."""
    await definitions.get_draft("form", "x", LOCAL, actor=web.actor(request))


def _page(request: AnyRequest, screen: str, *, status: int = 200, **context: object) -> Response[str]:
    crumbs = (
        Crumb(_("Settings"), "/admin"),
        Crumb(_("Definitions"), "/admin/definitions"),
        Crumb(_("New form")),
    )
    frame = web.shell(request, crumbs=crumbs, scripts=present(_SCRIPTS))
    return drawn(request, f"form_engine/builders/{screen}", frame, status, base=BASE, **context)


async def _form_page(
    request: AnyRequest, screen: str, given: Answers, error: TradewindError | None, **context: object
) -> Response[str]:
    actor = web.actor(request)
    return _page(
        request, screen, status=error.status if error else 200, given=given, problems=_told(error) if error else [],
        apps=await apps_for(actor), menus=await apps_for(actor, menus=True), roles=await roles_for(actor),
        grants=grants_for(), **context,
    )  # fmt: skip


async def _nothing_page(
    request: AnyRequest, given: Answers, error: TradewindError | None = None
) -> Response[str]:
    await _allowed(request)
    return await _form_page(request, "start_nothing.html", given, error, types=field_types())


async def _template_page(
    request: AnyRequest, template: str, given: Answers | None, error: TradewindError | None = None
) -> Response[str]:
    await _allowed(request)
    found = all_templates().get(template)
    if found is None:
        raise NotFound()
    label = text_of(found.forms[0]["label"])
    answers = given or Answers(name=found.name, label=label)
    fields = found.forms[0]["fields"]
    shown = [text_of(one.get("label")) for one in fields] if isinstance(fields, list) else []
    return await _form_page(
        request, "start_template.html", answers, error, offer=found, fields=shown, text_of=text_of
    )


async def _columns_page(
    request: AnyRequest, file_id: str, given: Answers | None, error: TradewindError | None = None
) -> Response[str]:
    await _allowed(request)
    looked = await spreadsheet.look(file_id, web.actor(request))
    answers = given or Answers.from_file(looked.file.name)
    return await _form_page(
        request, "start_columns.html", answers, error, looked=looked, types=field_types(spreadsheet.OFFERED),
        format_percent=i18n.format_percent,
    )  # fmt: skip


def _told(error: TradewindError) -> list[str]:
    """What went wrong, in the reader's words."""
    if isinstance(error, NotAccepted):
        return [_("Something else has changed meanwhile, which this would touch. Look at its plan first.")]
    return told(error)
