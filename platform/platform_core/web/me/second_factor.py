"""`/me/second-factor`: setting it up with an authenticator app, new recovery codes, going without again."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler
from markupsafe import Markup

from platform_core import identity
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.context import actor, visit
from platform_core.web.frame import page
from platform_core.web.me.places import SECOND_FACTOR, SECURITY, AnyRequest, frame
from platform_core.web.me.security import security_page
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, told_by, went


@get(SECOND_FACTOR, name="set_up_second_factor")
async def set_up(request: AnyRequest) -> Response[str]:
    """What to scan or type, and the first code."""
    if await identity.has_second_factor(actor(request).user_id):
        return went(SECURITY)
    return await _set_up_page(request, NOTHING)


@post(SECOND_FACTOR, status_code=303, name="switch_on_second_factor")
async def switch_on(request: AnyRequest) -> Response[str]:
    """Switch it on with a first code; the recovery codes are shown this once."""
    who, form = actor(request), await request.form()
    try:
        codes = await identity.confirm_enrolment(str(form.get("code", "")), actor=who)
    except TradewindError as error:
        return await _set_up_page(request, told_by(error))
    return _codes_page(request, codes)


@post(SECOND_FACTOR + "/codes", status_code=303, name="renew_recovery_codes")
async def renew(request: AnyRequest) -> Response[str]:
    """New recovery codes."""
    who, form = actor(request), await request.form()
    try:
        codes = await identity.renew_recovery_codes(str(form.get("password", "")), actor=who)
    except TradewindError as error:
        return await security_page(request, told_by(error))
    return _codes_page(request, codes)


@post(SECOND_FACTOR + "/off", status_code=303, name="switch_off_second_factor")
async def switch_off(request: AnyRequest) -> Response[str]:
    """Go without it."""
    who, form = actor(request), await request.form()
    try:
        await identity.switch_off(str(form.get("password", "")), actor=who)
    except TradewindError as error:
        return await security_page(request, told_by(error))
    return went(SECURITY, "factor_off")


def second_factor_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (set_up, switch_on, renew, switch_off)


async def _set_up_page(request: AnyRequest, told: Told) -> Response[str]:
    enrolment = await identity.begin_enrolment(actor(request))
    session = visit(request).session
    groups = [enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)]
    return page(
        request,
        "me/second_factor.html",
        frame=frame(request, Crumb(_("Security"), SECURITY), Crumb(_("Second factor"))),
        status=told.status,
        told=told,
        picture=_picture(enrolment.uri),
        secret=" ".join(groups),
        demanded=session is not None and session.must_enrol,
        action=SECOND_FACTOR,
        cancel_url=SECURITY,
    )


def _codes_page(request: AnyRequest, codes: list[str]) -> Response[str]:
    return page(
        request,
        "me/recovery_codes.html",
        frame=frame(request, Crumb(_("Security"), SECURITY), Crumb(_("Recovery codes"))),
        codes=codes,
        back_url=SECURITY,
    )


def _picture(uri: str) -> Markup:
    """The QR code as SVG: black on white in every theme, because cameras want that."""
    import segno  # imported here: 20 ms that only this page needs

    made = segno.make(uri, error="m", micro=False)
    svg = made.svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True,
        title=_("QR code for the authenticator app"),
    )  # fmt: skip
    return Markup(svg)
