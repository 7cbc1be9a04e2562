"""`/admin/rates`: rates of exchange, entered one by one or from a CSV, and a calculation to try them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import clock, currencies, i18n, settings
from platform_core.currencies import Converted, Quote
from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.expressions import Money
from platform_core.i18n import N_, _
from platform_core.web.frame import page
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went
from platform_core.web.time.places import RATES, AnyRequest, frame, treasurer

_SHOWN = 100
_LARGEST_CSV = 2_000_000
_FIELDS = ("date", "from", "to", "rate", "per", "source")


@get(RATES, name="rates")
async def rate_list(request: AnyRequest) -> Response[str]:
    """The newest rates, and what an amount comes to."""
    treasurer(request)
    return await _page(request, {}, NOTHING)


@post(RATES, status_code=303, name="enter_rate")
async def enter_rate(request: AnyRequest) -> Response[str]:
    """Enter one."""
    who, form = treasurer(request), await request.form()
    given = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    try:
        await currencies.enter_rates([_quote(given)], actor=who)
    except Invalid as error:
        flat = Invalid(
            [
                _flat(problem.pointer, problem.code, problem.message, problem.params)
                for problem in error.errors
            ]
        )
        return await _page(request, given, told_by(flat))
    return went(RATES, "added")


@post(RATES + "/import", status_code=303, name="import_rates")
async def import_rates(request: AnyRequest) -> Response[str]:
    """Enter those of a CSV file, all or none."""
    who = treasurer(request)
    part = (await request.form()).get("file")
    data = await part.read(_LARGEST_CSV) if isinstance(part, UploadFile) else b""
    try:
        await currencies.enter_rates(currencies.quotes_from_csv(data), actor=who)
    except Invalid as error:
        lines = [
            f"{problem.pointer.removeprefix('/lines/').removeprefix('/items/').removeprefix('/')}: "
            f"{_(problem.message, **problem.params)} {_(problem.remedy, **problem.params) if problem.remedy else ''}"
            for problem in error.errors[:20]
        ]
        told = Told(errors={"file": lines}, status=422)
        return await _page(request, {}, told)
    return went(RATES, "added")


@post(RATES + "/{rate_id:str}/remove", status_code=303, name="remove_rate")
async def remove_rate(request: AnyRequest, rate_id: FromPath[str]) -> Response[str]:
    """Take a wrong one out."""
    await currencies.remove_rate(rate_id, actor=treasurer(request))
    return went(RATES, "removed")


def rate_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (rate_list, enter_rate, import_rates, remove_rate)


def _quote(given: Mapping[str, str]) -> Quote:
    try:
        day = date.fromisoformat(given["date"])
    except ValueError as exc:
        raise Invalid.one("/date", "date", N_("Choose a day.")) from exc
    try:
        rate = currencies.quote_of(str(i18n.parse_number(given["rate"])), given["per"] or "1")
    except InvalidOperation as exc:
        raise Invalid.one("/rate", "rate", N_("“{text}” is no rate."), text=given["rate"][:30]) from exc
    return Quote(
        day=day, source=given["from"], target=given["to"], rate=rate, origin=given["source"] or "manual"
    )


def _flat(pointer: str, code: str, message: str, params: Mapping[str, object]) -> Problem:
    return Problem(pointer=pointer.removeprefix("/items/0"), code=code, message=message, params=dict(params))


async def _page(request: AnyRequest, given: Mapping[str, str], told: Told) -> Response[str]:
    asked = request.query_params
    only = asked.get("currency", "")
    base = settings.current().base_currency
    found = await currencies.rates(source=only, limit=_SHOWN)
    if only:
        found += await currencies.rates(target=only, limit=_SHOWN)
    return page(
        request,
        "time/rates.html",
        frame=frame(request, Crumb(_("Rates of exchange"))),
        status=told.status,
        told=told,
        given={
            **dict.fromkeys(_FIELDS, ""),
            "date": clock.now().date().isoformat(),
            "to": base,
            "per": "1",
            **given,
        },
        rates=sorted(found, key=lambda one: one.day, reverse=True)[:_SHOWN],
        only=only,
        codes=[Option(code, f"{code} · {i18n.currency_name(code)}") for code in currencies.CURRENCIES],
        base=base,
        source=settings.current().rate_source,
        trial={name: asked.get(name, "") for name in ("amount", "a", "b")},
        result=await _try(asked.get("amount", ""), asked.get("a", ""), asked.get("b", "")),
        url=RATES,
    )


async def _try(amount: str, source: str, target: str) -> Converted | str:
    """What an amount comes to today, or why there is no answer; "" where nothing was asked."""
    if not (amount and source and target):
        return ""
    number = i18n.parse_number(amount)
    if number is None or abs(number) >= Decimal("1e18"):
        return _("“{text}” is no number.", text=amount[:30])
    try:
        return await currencies.convert(Money(number, source), target, clock.now().date())
    except TradewindError as error:
        return _(error.message, **error.params)
