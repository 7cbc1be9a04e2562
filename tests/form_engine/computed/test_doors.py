"""Computed fields at every door of the product: shown and asked like any other, written by nobody, leaking nothing."""

from __future__ import annotations

from typing import Any, cast

from platform_core import records
from platform_core.records import RecordQuery
from tests.fixtures_crm import Crm

COST = {"amount": "100", "currency": "CNY"}


async def _customer(crm: Crm, **values: object) -> dict[str, Any]:
    lina = await crm.login("lina")
    given = {
        "name": "Hansa Tools",
        "country": "DE",
        "gdpr_status": "legitimate_interest",
        "main_categories": ["tools"],
    }
    return await lina.api("POST", "/records/account", {**given, **values}, expect=201)


async def _deal(crm: Crm, account: str, **values: object) -> dict[str, Any]:
    lina = await crm.login("lina")
    given = {"name": "Pumps", "account": account, "source": "website", "stage": "inquiry_assigned"}
    return await lina.api("POST", "/records/deal", {**given, **values}, expect=201)


async def test_a_customer_counts_its_deals_and_tasks_at_once(crm: Crm) -> None:
    lina = await crm.login("lina")
    account = await _customer(crm, grade_manual="b")
    await _deal(crm, account["id"], amount={"amount": "1200", "currency": "USD"}, probability="50")
    await lina.api(
        "POST",
        "/records/task",
        {"subject": "Call", "account": account["id"], "type": "call", "due_at": "2026-12-01T09:00:00Z"},
        expect=201,
    )
    await lina.api("POST", "/records/activity", {
        "subject": "Fair", "account": account["id"], "kind": "meeting", "at": "2026-03-01T09:00:00Z", "direction": "inbound",
    }, expect=201)  # fmt: skip

    found = await lina.api("GET", f"/records/account/{account['id']}")
    listed = await lina.api(
        "GET", "/records/account?filter=open_deals == 1 and grade == 'b'&sort=-last_contact_at"
    )
    deals = await lina.api(
        "GET", "/records/deal?filter=country == 'DE'&fields=weighted_amount,account_grade,stalled_days"
    )

    assert (found["open_deals"], found["deal_count"], found["open_tasks"], found["grade"]) == (1, 1, 1, "b")
    assert found["open_amount"] == {"amount": "1200.00", "currency": "USD"}
    assert (found["last_contact_at"], found["last_outbound_at"]) == ("2026-03-01T09:00:00Z", None)
    assert found["version"] == account["version"]
    assert [each["id"] for each in cast("list[Any]", listed["items"])] == [account["id"]]
    deal = cast("list[Any]", deals["items"])[0]
    assert (deal["weighted_amount"], deal["account_grade"]) == ({"amount": "600.00", "currency": "USD"}, "b")
    assert deal["stalled_days"] == 0


async def test_no_door_writes_a_computed_field(crm: Crm) -> None:
    lina = await crm.login("lina")
    account = await _customer(crm)

    refused = await lina.api(
        "PATCH", f"/records/account/{account['id']}", {"open_deals": 7}, expect=422, headers={"If-Match": "*"}
    )
    described = await lina.api("GET", "/openapi.json")
    page = await lina.page(f"/r/account/{account['id']}/edit")

    assert [(each["pointer"], each["code"]) for each in cast("list[Any]", refused["errors"])] == [
        ("/open_deals", "not_writable")
    ]
    schemas = cast("dict[str, Any]", described["components"])["schemas"]
    assert schemas["account.record"]["properties"]["open_deals"]["readOnly"] is True
    assert "open_deals" not in schemas["account.change"]["properties"]
    assert 'name="open_deals"' not in page


async def test_who_does_not_see_the_inputs_learns_nothing_from_the_result(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    product = await admin.api("POST", "/records/product", {
        "sku": "P-1", "name": "Pump", "unit": "pcs", "cost_price": COST, "vat_rate": "13", "refund_rate": "13",
    }, expect=201)  # fmt: skip
    assert product["net_cost"] == {"amount": "88.4956", "currency": "CNY"}

    seen = await lina.api("GET", f"/records/product/{product['id']}")
    assert not {"net_cost", "refund_amount", "floor_price", "supplier_count"} & seen.keys()
    for question in ("filter=net_cost.amount > 1", "sort=net_cost", "fields=net_cost"):
        await lina.api("GET", f"/records/product?{question}", expect=400)
    await lina.api("GET", "/records/product/aggregate?measures=sum(net_cost)", expect=400)
    actor = await crm.actor("lina")
    lines = await records.history("product", str(product["id"]), actor=actor)
    assert all("net_cost" not in line.changes for line in lines.items)


async def test_a_declassified_result_is_shown_without_its_inputs(crm: Crm) -> None:
    lina = await crm.login("lina")
    account = await _customer(crm)
    await lina.api("POST", "/records/activity", {
        "subject": "Fair", "account": account["id"], "kind": "meeting", "at": "2026-03-01T09:00:00Z",
    }, expect=201)  # fmt: skip
    marketing = await crm.actor("marketing")

    page = await records.query(RecordQuery(form="account"), actor=marketing)

    values = page.items[0].values
    assert values["last_contact_at"] == "2026-03-01T09:00:00Z"
    assert "deal_count" not in values
