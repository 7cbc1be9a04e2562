"""`/me`: name, language, zone, appearance, and how numbers and dates are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from platform_core import i18n, identity
from platform_core.errors import TradewindError
from platform_core.i18n import Formats, _
from platform_core.identity import Density, Theme, User
from platform_core.web.context import actor
from platform_core.web.frame import page
from platform_core.web.me.places import ME, AnyRequest, frame, tabs
from platform_core.web.shell import Option
from platform_core.web.telling import NOTHING, Told, told_by, went

_FIELDS = ("name", "language", "zone", "theme", "density", "number_format", "date_format")


@get(ME, name="me_profile")
async def profile(request: AnyRequest) -> Response[str]:
    """What one may say about oneself."""
    user = await identity.user(actor(request).user_id)
    return await _page(request, user, _as_fields(user), NOTHING)


@post(ME, status_code=303, name="change_profile")
async def change_profile(request: AnyRequest) -> Response[str]:
    """Save it; the next page speaks and writes in the new way."""
    who, form = actor(request), await request.form()
    given = {name: str(form[name]) for name in _FIELDS if name in form}
    day = str(form.get("first_day", "0"))
    try:
        await identity.set_preferences(
            who,
            name=given.get("name"),
            language=given.get("language"),
            zone=given.get("zone"),
            theme=cast("Theme | None", given.get("theme")),
            density=cast("Density | None", given.get("density")),
            number_format=given.get("number_format"),
            date_format=given.get("date_format"),
            first_day=int(day) if day in tuple("01234567") else 0,
        )
    except TradewindError as error:
        user = await identity.user(who.user_id)
        return await _page(request, user, _as_fields(user) | given | {"first_day": day}, told_by(error))
    return went(ME, "saved")


def profile_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (profile, change_profile)


def _as_fields(user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "language": user.language,
        "zone": user.zone,
        "theme": user.theme,
        "density": user.density,
        "number_format": user.formats.numbers,
        "date_format": user.formats.dates,
        "first_day": str(user.formats.first_day or 0),
    }


async def _page(request: AnyRequest, user: User, fields: Mapping[str, str], told: Told) -> Response[str]:
    return page(
        request,
        "me/profile.html",
        frame=frame(request),
        status=told.status,
        tabs=tabs(),
        fields=fields,
        told=told,
        email=user.email,
        spoken=[Option(one.code, one.name) for one in i18n.languages()],
        themes=[Option("auto", _("System")), Option("light", _("Light")), Option("dark", _("Dark"))],
        densities=[
            Option("compact", _("Compact")),
            Option("regular", _("Regular")),
            Option("roomy", _("Roomy")),
        ],
        number_formats=_number_formats(),
        date_formats=_date_formats(),
        days=_days(),
        action=ME,
    )


def _number_formats() -> list[Option]:
    """Each by what it looks like; the first one is what the language does."""
    amount, reader = Decimal("1234567.89"), i18n.current()
    with i18n.speaking(reader.language, reader.zone):
        own = i18n.format_number(amount)
    found = [Option("", _("As usual in my language ({sample})", sample=own))]
    for key in i18n.NUMBER_FORMATS:
        with i18n.speaking(reader.language, reader.zone, formats=Formats(numbers=key)):
            found.append(Option(key, i18n.format_number(amount)))
    return found


def _date_formats() -> list[Option]:
    day, reader = date(2026, 11, 17), i18n.current()
    with i18n.speaking(reader.language, reader.zone):
        own = i18n.format_date(day)
    found = [Option("", _("As usual in my language ({sample})", sample=own))]
    for key in i18n.DATE_FORMATS:
        with i18n.speaking(reader.language, reader.zone, formats=Formats(dates=key)):
            found.append(Option(key, i18n.format_date(day)))
    return found


def _days() -> list[Option]:
    language = i18n.current().language
    names = i18n.weekday_names(language)
    usual = names[i18n.usual_first_day(language) - 1]
    found = [Option("0", _("As usual in my language ({sample})", sample=usual))]
    return found + [Option(str(number), names[number - 1]) for number in (1, 6, 7)]
