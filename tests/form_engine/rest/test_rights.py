"""`/api/v1/records` for a seller who sees their own, for somebody without a role, and what the document says to each."""

from __future__ import annotations

import httpx

from form_engine.rest.openapi import record_part
from platform_core import identity
from platform_core.identity import Actor
from tests.form_engine.publishing import form, publish, text
from tests.form_engine.rest.shop import BASE, SELLER, SELLS, codes, made


async def test_a_seller_sees_their_own_records_and_no_hidden_field(http: httpx.AsyncClient) -> None:
    other = await made(http, name="Theirs", secret="x")
    own = await made(http, headers=SELLS, name="Mine")
    credit = {"credit": {"amount": "5", "currency": "EUR"}, "secret": "x"}
    await http.patch(f"{BASE}/{own['id']}", json=credit, headers={"If-Match": "*"})

    listed = (await http.get(BASE, headers=SELLS)).json()["items"]
    foreign = await http.get(f"{BASE}/{other['id']}", headers=SELLS)
    refused = await http.patch(f"{BASE}/{own['id']}", json={"staff": 5}, headers={**SELLS, "If-Match": "*"})
    hidden = await http.patch(f"{BASE}/{own['id']}", json={"secret": "y"}, headers={**SELLS, "If-Match": "*"})
    filtered = await http.get(BASE, params={"filter": "secret == 'x'"}, headers=SELLS)

    assert [item["name"] for item in listed] == ["Mine"]
    assert "secret" not in listed[0]
    assert str(listed[0]["credit"]).startswith("••••")
    assert foreign.status_code == 404
    assert (refused.status_code, list(codes(refused))) == (422, ["/staff"])
    assert (hidden.status_code, codes(hidden)) == (422, {"/secret": "unknown_field"})
    assert codes(filtered) == {"/filter": "unknown_name"}


async def test_a_field_that_the_form_masks_is_shown_by_the_role_that_names_it(
    http: httpx.AsyncClient, admin: Actor
) -> None:
    bank = form("bank", text("iban", sensitive="masked"), text("note"))
    grant = {"read": "all", "create": True, "update": "all"}
    careful = {**SELLER, "forms": {"bank": grant}}
    trusted = {**SELLER, "forms": {"bank": {**grant, "fields": {"iban": "write"}}}}
    await publish(admin, bank, careful)
    record = (await http.post("/api/v1/records/bank", json={"iban": "DE89370400440532013000"})).json()
    address = f"/api/v1/records/bank/{record['id']}"

    masked = (await http.get(address, headers=SELLS)).json()["iban"]
    refused = await http.patch(address, json={"iban": "x"}, headers={**SELLS, "If-Match": "*"})
    await publish(admin, trusted)
    clear = (await http.get(address, headers=SELLS)).json()["iban"]
    changed = await http.patch(address, json={"iban": "x"}, headers={**SELLS, "If-Match": "*"})

    assert (masked, clear) == ("••••3000", "DE89370400440532013000")
    assert (refused.status_code, changed.status_code) == (422, 200)


async def test_without_a_right_the_form_does_not_exist(http: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer nobody"}

    assert (await http.get(BASE, headers=headers)).status_code == 404
    assert (await http.get("/api/v1/records/nothing", headers=headers)).status_code == 404


async def test_why_gives_the_reasons(http: httpx.AsyncClient) -> None:
    record = await made(http, headers=SELLS, name="Mine")

    answer = (
        await http.get(
            f"{BASE}/{record['id']}/why", params={"action": "edit", "field": "staff"}, headers=SELLS
        )
    ).json()

    assert answer["allowed"] is False
    assert answer["sentences"]


async def test_the_openapi_document_shows_what_the_caller_may_see(
    http: httpx.AsyncClient, admin: Actor, seller: Actor
) -> None:
    everything, some = record_part(admin), record_part(seller)
    nothing = record_part(Actor(user_id=identity.NOBODY_ID, name="X"))

    full = everything.schemas["account.record"]["properties"]
    seen = some.schemas["account.record"]["properties"]
    writable = some.schemas["account.new"]["properties"]
    assert "secret" in full  # type: ignore[operator]  # JSON
    assert "secret" not in seen  # type: ignore[operator]  # JSON
    assert "staff" in seen  # type: ignore[operator]  # JSON
    assert "staff" not in writable  # type: ignore[operator]  # JSON
    assert some.schemas["account.new"]["required"] == ["name"]
    assert "/api/v1/records/contact" in everything.paths
    assert "/api/v1/records/contact" not in some.paths
    assert "delete" not in some.paths["/api/v1/records/account/{id}"]
    assert nothing.paths == {}
