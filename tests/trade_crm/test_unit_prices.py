"""Prices of one piece have up to four decimals; amounts keep to the minor unit of their currency."""

from __future__ import annotations

from typing import cast

from form_engine.fields.money import MoneyField
from platform_core import entities
from tests.fixtures_crm import Client, Crm

UNIT_PRICES = (
    "lead.target_price", "deal.target_price", "deal.lines.target_price", "product.cost_price",
    "product.suppliers.price", "supplier.price_history.price", "account.competitors.price",
)  # fmt: skip
CUSTOMER = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"],
}  # fmt: skip
PRICE = {"amount": "0.0425", "currency": "USD"}


async def test_every_unit_price_takes_four_decimals_and_no_amount_does(crm: Crm) -> None:
    found = {}
    for name in ("lead", "deal", "product", "supplier", "account"):
        for field in entities.get(name).own_fields:
            cells = field.rows.fields.values() if field.rows else ()
            for path, each in ((field.name, field), *((f"{field.name}.{cell.name}", cell) for cell in cells)):
                if isinstance(each.definition, MoneyField) and each.computed is None:
                    found[f"{name}.{path}"] = each.definition.scale
    assert {path for path, scale in found.items() if scale == 4} == set(UNIT_PRICES)
    assert {scale for path, scale in found.items() if path not in UNIT_PRICES} == {None}


async def test_a_price_of_a_fraction_of_a_cent_goes_in_is_shown_and_comes_out_as_it_is(crm: Crm) -> None:
    lina = await crm.login("lina")
    account = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    deal = await _deal(
        lina, account, {"lines": [{"description": "M8 nut", "quantity": "1", "target_price": PRICE}]}
    )
    assert deal["target_price"] == PRICE
    assert cast("list[dict[str, object]]", deal["lines"])[0]["target_price"] == PRICE
    page = await lina.page(f"/r/deal/{deal['id']}")
    assert "USD\u00a00.0425" in page
    assert 'value="0.0425"' in await lina.page(f"/r/deal/{deal['id']}/edit")
    listed = await lina.api(
        "GET", "/records/deal?filter=target_price == money(0.0425, 'USD')&fields=target_price"
    )
    assert len(cast("list[object]", listed["items"])) == 1
    finer = {"amount": "0.04255", "currency": "USD"}
    await lina.api(
        "PATCH", f"/records/deal/{deal['id']}", {"target_price": finer}, expect=422, headers={"If-Match": "*"}
    )


async def test_an_amount_has_no_fractions_of_a_cent(crm: Crm) -> None:
    lina = await crm.login("lina")
    account = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    deal = await _deal(lina, account, {})
    refused = await lina.api(
        "PATCH", f"/records/deal/{deal['id']}", {"budget": PRICE}, expect=422, headers={"If-Match": "*"}
    )
    assert cast("list[dict[str, object]]", refused["errors"])[0]["pointer"] == "/budget/amount"


async def _deal(person: Client, account: dict[str, object], more: dict[str, object]) -> dict[str, object]:
    values = {
        "name": "Fasteners",
        "account": account["id"],
        "source": "website",
        "target_price": PRICE,
        **more,
    }
    return await person.api("POST", "/records/deal", values, expect=201)
