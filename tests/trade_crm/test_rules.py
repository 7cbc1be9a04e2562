"""The rules of the trade CRM's own forms, as salespeople meet them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from tests.fixtures_crm import Client, Crm


async def _customer(person: Client, name: str, **more: object) -> str:
    body = {"name": name, "country": "SE", "main_categories": ["tools"], **more}
    return str((await person.api("POST", "/records/account", body, expect=201))["id"])


def _codes(answer: dict[str, Any]) -> dict[str, str]:
    return {each["pointer"]: each["code"] for each in answer["errors"]}


async def test_a_deal_names_a_contact_of_its_customer_and_real_quantities(crm: Crm) -> None:
    lina = await crm.login("lina")
    nordic, other = await _customer(lina, "Nordic Tools"), await _customer(lina, "Other Tools")
    eva = (await lina.api("POST", "/records/contact", {"name": "Eva", "account": other}, expect=201))["id"]
    deal = {
        "name": "Saws", "account": nordic, "main_contact": eva, "source": "referral", "quantity": "-5",
        "lines": [{"description": "Saw", "quantity": "10"}, {"description": "Blade", "quantity": "0"}],
    }  # fmt: skip
    refused = await lina.api("POST", "/records/deal", deal, expect=422)
    assert _codes(refused) == {
        "/main_contact": "not_offered",
        "/quantity": "rule",
        "/lines/1/quantity": "rule",
    }
    await lina.api(
        "POST", "/records/deal", {**deal, "account": other, "quantity": "5", "lines": []}, expect=201
    )
    page = await lina.page("/r/deal/new")
    assert "data-live" in page and "own_contact" in page
    asked = re.search(r'data-offers="([^"]+)" data-offers-with="account"', page)
    assert asked is not None
    for account, names in ((other, ["Eva"]), (nordic, [])):
        found = await lina.request("GET", f"{unescape(asked[1])}&with.account={account}&q=")
        assert [one["title"] for one in found.json()["items"]] == names


async def test_a_successor_is_named_only_for_who_has_left(crm: Crm) -> None:
    lina = await crm.login("lina")
    nordic = await _customer(lina, "Nordic Tools")
    eva, ann = [
        (await lina.api("POST", "/records/contact", {"name": name, "account": nordic}, expect=201))["id"]
        for name in ("Eva", "Ann")
    ]
    change = {"If-Match": "*"}
    refused = await lina.api(
        "PATCH", f"/records/contact/{eva}", {"successor": ann}, expect=422, headers=change
    )
    assert _codes(refused) == {"/successor": "hidden"}
    gone = {"left_company": True, "successor": ann}
    await lina.api("PATCH", f"/records/contact/{eva}", gone, headers=change)
    told = await lina.api("GET", f"/records/contact/{ann}/why?field=successor")
    assert isinstance(told["state"], dict) and told["state"]["visible"] is False
    page = await lina.page(f"/r/contact/{ann}/why?field=successor")
    assert "left_company" in page


async def test_a_customer_who_has_bought_has_a_tax_number(crm: Crm) -> None:
    lina = await crm.login("lina")
    nordic, change = await _customer(lina, "Nordic Tools"), {"If-Match": "*"}
    won = {"cooperation_status": "won"}
    refused = await lina.api("PATCH", f"/records/account/{nordic}", won, expect=422, headers=change)
    assert _codes(refused) == {"/tax_no": "required"}
    await lina.api("PATCH", f"/records/account/{nordic}", {**won, "tax_no": "SE556677889901"}, headers=change)
    await lina.api("PATCH", f"/records/account/{nordic}", {"cooperation_status": "repeat"}, headers=change)
