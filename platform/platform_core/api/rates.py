"""`/api/v1/currencies` and `/api/v1/rates`: the list of ISO 4217, dated rates, conversion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler
from msgspec import Meta

from platform_core import clock, currencies, i18n
from platform_core.api.paging import limit, page
from platform_core.currencies import Quote, Rate
from platform_core.errors import Invalid
from platform_core.expressions import Money
from platform_core.i18n import N_
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

Code = Annotated[str, Meta(max_length=3)]


class QuoteBody(
    msgspec.Struct, forbid_unknown_fields=True, rename={"source": "from", "target": "to", "day": "date"}
):
    """`per` units of `from` cost `rate` of `to` on that date; numbers as text. `origin` says who says so."""

    day: date
    source: Code
    target: Code
    rate: Annotated[str, Meta(max_length=60)]
    per: Annotated[str, Meta(max_length=20)] = "1"
    origin: Annotated[str, Meta(max_length=60)] = "api"


class QuotesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Rates to enter, all or none."""

    items: Annotated[list[QuoteBody], Meta(max_length=10_000)]


@get("/api/v1/currencies")
async def currency_list(request: AnyRequest) -> dict[str, object]:
    """Every currency in use: code, name for the caller, decimals of its smallest unit."""
    actor(request)
    items = [
        {"code": code, "name": i18n.currency_name(code), "minor_units": units}
        for code, units in currencies.CURRENCIES.items()
    ]
    return page(items)


@get("/api/v1/rates")
async def rate_list(
    request: AnyRequest,
    source: Annotated[str, QueryParameter(name="from")] = "",
    target: Annotated[str, QueryParameter(name="to")] = "",
    until: Annotated[date | None, QueryParameter(name="until")] = None,
    asked: Annotated[str | None, QueryParameter(name="limit")] = None,
) -> dict[str, object]:
    """Rates as they were entered, the newest day first."""
    actor(request)
    found = await currencies.rates(source=source, target=target, until=until, limit=limit(asked))
    return page(
        [
            {
                "id": one.id, "date": one.day, "from": one.source, "to": one.target, "rate": str(one.rate),
                "origin": one.origin,
            }
            for one in found
        ]
    )  # fmt: skip


@post("/api/v1/rates", status_code=201)
async def enter_rates(request: AnyRequest, data: QuotesBody) -> dict[str, object]:
    """Enter rates; one for the same currencies and date replaces the older."""
    quotes = [_quote(body, place) for place, body in enumerate(data.items)]
    return {"entered": await currencies.enter_rates(quotes, actor=actor(request))}


@delete("/api/v1/rates/{rate_id:str}", status_code=204)
async def remove_rate(request: AnyRequest, rate_id: FromPath[str]) -> None:
    """Take a wrong one out."""
    await currencies.remove_rate(rate_id, actor=actor(request))


@get("/api/v1/rates/convert")
async def convert(
    request: AnyRequest,
    amount: FromQuery[str],
    source: Annotated[str, QueryParameter(name="from")],
    target: Annotated[str, QueryParameter(name="to")],
    on: FromQuery[date | None] = None,
) -> dict[str, object]:
    """An amount in another currency, by the rate that held on a day (today), with that rate and its date."""
    actor(request)
    for name, code in (("from", source), ("to", target)):
        if not currencies.is_currency(code):
            raise Invalid.one(
                f"/{name}", "currency", N_("“{name}” is no currency of ISO 4217."), name=code[:10]
            )
    day = on or clock.now().date()
    made = await currencies.convert(Money(_number(amount, "/amount"), source), target, day)
    return {
        "amount": {"amount": str(made.money.amount), "currency": made.money.currency},
        "rate": str(made.rate.value), "date": made.rate.day, "origins": list(made.rate.origins),
        "way": _way(made.rate),
    }  # fmt: skip


def rate_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (currency_list, rate_list, enter_rates, remove_rate, convert)


def _way(rate: Rate) -> list[dict[str, object]]:
    return [
        {
            "from": leg.quote.source,
            "to": leg.quote.target,
            "rate": str(leg.quote.rate),
            "inverted": leg.inverted,
        }
        for leg in rate.legs
    ]


def _quote(body: QuoteBody, place: int) -> Quote:
    try:
        rate = currencies.quote_of(body.rate, body.per)
    except InvalidOperation as exc:
        raise Invalid.one(
            f"/items/{place}/rate", "rate", N_("“{text}” is no rate."), text=body.rate[:30]
        ) from exc
    return Quote(day=body.day, source=body.source, target=body.target, rate=rate, origin=body.origin)


def _number(text: str, pointer: str) -> Decimal:
    try:
        made = Decimal(text.strip())
    except InvalidOperation as exc:
        raise Invalid.one(pointer, "number", N_("“{text}” is no number."), text=text[:30]) from exc
    if not made.is_finite() or abs(made) >= Decimal("1e18"):
        raise Invalid.one(pointer, "number", N_("“{text}” is no number."), text=text[:30])
    return made
