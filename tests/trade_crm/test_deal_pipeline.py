"""A deal moves along its pipeline and nowhere else, whatever door the move comes through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from platform_core import database, records
from platform_core.errors import Invalid
from platform_core.records import WriteOptions
from tests.fixtures_crm import Client, Crm

ANY = {"If-Match": "*"}
USD = {"amount": "1200.00", "currency": "USD"}
TERMS: Mapping[str, object] = {
    "expected_close": "2027-01-31", "incoterm": "cif", "destination_port": "deham", "amount": USD, "target_price": USD,
}  # fmt: skip
NEEDS: Mapping[str, object] = {
    "product_line": "tools", "quantity": "500", "next_step": "Call", "account.website": "https://nordic.example",
    "main_contact.email": "eva@nordic.example",
}  # fmt: skip


async def _deal(person: Client, stage: str = "inquiry_assigned") -> str:
    """A deal of Nordic Tools, with a contact, brought as far as `stage`."""
    account = await person.api(
        "POST",
        "/records/account",
        {"name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
         "main_categories": ["tools"]},
        expect=201,
    )  # fmt: skip
    contact = await person.api(
        "POST", "/records/contact", {"name": "Eva Lund", "account": account["id"]}, expect=201
    )
    values = {
        "name": "Spanners",
        "account": account["id"],
        "main_contact": contact["id"],
        "source": "website",
    }
    deal = str((await person.api("POST", "/records/deal", values, expect=201))["id"])
    for each, fields in (("needs", NEEDS), ("quoting", TERMS), ("negotiation", {})):
        if stage in ("needs", "quoting", "negotiation") and await _stage(person, deal) != stage:
            await _move(person, deal, each, fields)
    assert await _stage(person, deal) == stage
    return deal


async def _english(crm: Crm, name: str) -> Client:
    person = await crm.login(name)
    await person.api("PATCH", "/me/preferences", {"language": "en"}, expect=204)
    return person


async def _stage(person: Client, deal: str) -> object:
    return (await person.api("GET", f"/records/deal/{deal}"))["stage"]


async def _move(
    person: Client, deal: str, to: str, fields: Mapping[str, object] | None = None, expect: int = 200
) -> dict[str, object]:
    body = {"to": to, "fields": dict(fields or {})}
    return await person.api("POST", f"/records/deal/{deal}/transition", body, expect=expect)


def _pointers(refusal: Mapping[str, object]) -> dict[str, str]:
    errors = cast("list[dict[str, str]]", refusal["errors"])
    return {each["pointer"]: each["code"] for each in errors}


async def test_a_move_asks_for_fields_of_both_records_and_saves_both_together(crm: Crm) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina)
    refused = await _move(lina, deal, "needs", {"product_line": "tools"}, expect=422)
    assert refused["code"] == "transition_refused"
    lacking = ("/fields/quantity", "/fields/next_step", "/fields/account.website")
    assert _pointers(refused) == {"/to": "transition_condition", **dict.fromkeys(lacking, "required")}
    refused = await _move(lina, deal, "needs", {"main_contact.email": "eva@nordic.example"}, expect=422)
    assert _pointers(refused) == dict.fromkeys(
        ("/fields/product_line", "/fields/quantity", "/fields/next_step", "/fields/account.website"),
        "required",
    )
    assert "'Website' of 'Customer' is needed for 'Needs'." in str(refused)
    wrong = {**NEEDS, "account.website": "not a site", "quantity": "many"}
    assert set(_pointers(await _move(lina, deal, "needs", wrong, expect=422))) == {
        "/fields/account.website",
        "/fields/quantity",
    }
    contact = await lina.api("GET", "/records/contact")
    assert cast("list[dict[str, object]]", contact["items"])[0]["email"] is None, "nothing was half saved"
    moved = await _move(lina, deal, "needs", NEEDS)
    assert (moved["stage"], moved["quantity"]) == ("needs", "500.00")
    account = await lina.api("GET", "/records/account")
    assert cast("list[dict[str, object]]", account["items"])[0]["website"] == "https://nordic.example"
    history = await lina.api("GET", f"/records/deal/{deal}/history")
    newest = cast("list[dict[str, dict[str, object]]]", history["items"])[0]
    assert newest["changes"]["stage"] == ["inquiry_assigned", "needs"]
    noted = await database.fetch_tuples(
        "SELECT detail FROM tw_audit_entry WHERE action = 'record.transition'"
    )
    assert [row[0] for row in noted] == [{"transition": "qualify"}]
    assert "moved it from Inquiry assigned to Needs" in await lina.page(f"/r/deal/{deal}?tab=timeline")


async def test_the_dialog_shows_what_is_missing_and_moves_the_record(crm: Crm) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina)
    url = f"/r/deal/{deal}"
    page = await lina.page(url)
    assert f'href="{url}/move/qualify"' in page and "Confirm needs" in page
    dialog = await lina.request("GET", f"{url}/move/qualify", headers={"HX-Request": "true"})
    assert "<html" not in dialog.text
    for name in ("own.quantity", "far.account.website", "far.main_contact.email"):
        assert f'name="{name}"' in dialog.text, name
    sent = {
        "_version": "1",
        "own.quantity": "many",
        "own.next_step": "Call Eva",
        "far.account.website": "nonsense",
    }
    refused = (await lina.post_form(f"{url}/move/qualify", sent, expect=422)).text
    assert 'value="Call Eva"' in refused and "The main contact needs a mail address" in refused
    assert "Product line" in refused and "is needed for" in refused
    sent |= {
        "own.quantity": "500", "own.product_line": "tools", "far.account.website": "https://nordic.example",
        "far.main_contact.email": "eva@nordic.example",
    }  # fmt: skip
    await lina.post_form(f"{url}/move/qualify", {**sent, "_version": "9"}, expect=412)
    await lina.post_form(f"{url}/move/qualify", sent)
    assert await _stage(lina, deal) == "needs"
    await lina.page(f"{url}/move/qualify", expect=404)
    edit = await lina.page(f"{url}/edit")
    assert 'name="stage"' not in edit and "Moved by the buttons" in edit


DOORS = ("transition", "patch", "batch", "screen", "façade", "import")


@pytest.mark.parametrize("door", DOORS)
async def test_the_incoterm_is_required_from_quoting_on_at_every_door(crm: Crm, door: str) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina, "needs")
    terms = {name: value for name, value in TERMS.items() if name != "incoterm"}
    told = await _through(crm, lina, door, deal, {**terms, "stage": "quoting"})
    assert "incoterm" in told.lower(), told
    assert await _stage(lina, deal) == "needs"
    if door == "import":
        return
    done = await _through(crm, lina, door, deal, {**TERMS, "stage": "quoting"})
    assert await _stage(lina, deal) == "quoting", done
    if door != "transition":
        assert "incoterm" in (await _through(crm, lina, door, deal, {"incoterm": None})).lower()
        assert (await lina.api("GET", f"/records/deal/{deal}"))["incoterm"] == "cif"


async def _through(crm: Crm, lina: Client, door: str, deal: str, values: Mapping[str, object]) -> str:
    """Changes the deal through a door; the text of the answer."""
    if door == "transition":
        fields = {name: value for name, value in values.items() if name != "stage"}
        body = {"to": values["stage"], "fields": fields}
        return (await lina.request("POST", f"/api/v1/records/deal/{deal}/transition", json=body)).text
    if door == "patch":
        return (await lina.request("PATCH", f"/api/v1/records/deal/{deal}", json=values, headers=ANY)).text
    if door == "batch":
        change = {"id": deal, **values}
        return (await lina.request("POST", "/api/v1/records/deal/batch", json={"update": [change]})).text
    if door == "screen":
        version = (await lina.api("GET", f"/records/deal/{deal}"))["version"]
        form = {
            name: "" if value is None else str(value)
            for name, value in values.items()
            if not isinstance(value, dict)
        }
        money = {
            f"{name}.{part}": one
            for name, value in values.items()
            if isinstance(value, dict)
            for part, one in value.items()
        }
        data = {**form, **money, "_version": str(version), "_csrf_token": lina.csrf}
        return (await lina.request("POST", f"/r/deal/{deal}/edit", data=data)).text
    if door == "façade":
        try:
            await records.update("deal", deal, values, actor=await crm.actor("lina"), version=None)
        except Invalid as refusal:
            return str(refusal)
        return ""
    return await _imported(crm, lina, deal, values)


async def _imported(crm: Crm, lina: Client, deal: str, values: Mapping[str, object]) -> str:
    """A new deal in that stage, as an import writes one."""
    stored = await records.get("deal", deal, actor=await crm.actor("lina"))
    names = ("name", "account", "main_contact", "source", "product_line", "quantity", "next_step")
    row = {name: stored.values[name] for name in names} | dict(values)
    options = WriteOptions(import_batch="0198a000-0000-7000-8000-000000000001")
    found = await records.bulk_create("deal", [row], actor=await crm.actor("lina"), options=options)
    return "; ".join(f"{each.pointer} {each.text}" for each in found[0].problems)


async def test_an_import_begins_where_its_person_could_have_come_and_a_person_at_the_start(crm: Crm) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina, "needs")
    assert await _imported(crm, lina, deal, {**TERMS, "stage": "quoting"}) == ""
    values = {
        "name": "X",
        "account": (await lina.api("GET", f"/records/deal/{deal}"))["account"],
        "source": "website",
    }
    refused = await lina.api("POST", "/records/deal", {**values, "stage": "needs"}, expect=422)
    assert _pointers(refused) == {"/stage": "stage_start"}
    made = await lina.api("POST", "/records/deal", {**values, "stage": None}, expect=201)
    assert made["stage"] == "inquiry_assigned"


async def test_only_a_manager_wins_out_of_turn_and_the_refusal_says_so(crm: Crm) -> None:
    lina, manager = await _english(crm, "lina"), await _english(crm, "manager")
    deal = await _deal(lina, "quoting")
    refused = await _move(lina, deal, "won", {"won_at": "2026-11-20"}, expect=422)
    assert _pointers(refused)["/to"] == "transition_role"
    assert "Regional manager" in str(refused)
    moves = await lina.api("GET", f"/records/deal/{deal}/transitions")
    early = next(
        each for each in cast("list[dict[str, object]]", moves["transitions"]) if each["to"] == "won"
    )
    assert early["allowed"] is False and "Regional manager" in str(early["reason"])
    lacking = dict.fromkeys(("/fields/won_at", "/fields/account.tax_no"), "required")
    assert _pointers(await _move(manager, deal, "won", {}, expect=422)) == lacking
    won = {"won_at": "2026-11-20", "account.tax_no": "SE556677889901"}
    assert (await _move(manager, deal, "won", won))["stage"] == "won"


async def test_going_back_asks_for_a_new_reason_each_time(crm: Crm) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina, "quoting")
    assert _pointers(await _move(lina, deal, "needs", expect=422)) == {"/fields/stage_reason": "required"}
    await _move(lina, deal, "needs", {"stage_reason": "Other size"})
    await _move(lina, deal, "quoting")
    again = await _move(lina, deal, "needs", expect=422)
    assert _pointers(again) == {"/fields/stage_reason": "required"}


async def test_nothing_leads_where_no_transition_leads(crm: Crm) -> None:
    lina = await _english(crm, "lina")
    deal = await _deal(lina)
    refused = await _move(lina, deal, "negotiation", expect=422)
    assert _pointers(refused) == {"/to": "no_transition"}
    assert "Needs" in cast("list[dict[str, str]]", refused["errors"])[0]["remedy"]
    assert _pointers(await _move(lina, deal, "inquiry_assigned", expect=422)) == {"/to": "already_there"}
    assert "/to" in _pointers(await _move(lina, deal, "nowhere", expect=422))
    late = {"If-Match": '"99"'}
    body = {"to": "needs", "fields": dict(NEEDS)}
    await lina.api("POST", f"/records/deal/{deal}/transition", body, expect=412, headers=late)


async def test_a_move_never_changes_a_linked_record_that_the_person_may_not_change(crm: Crm) -> None:
    lina, carlos, admin = await _english(crm, "lina"), await crm.login("carlos"), await crm.login("admin")
    deal = await _deal(lina)
    account = cast("dict[str, str]", (await lina.api("GET", f"/records/deal/{deal}"))["account"])["id"]
    await admin.api("PATCH", f"/records/deal/{deal}", {"owner": {"id": carlos.user_id}}, headers=ANY)
    refused = await _move(carlos, deal, "needs", NEEDS, expect=422)
    assert {"/fields/account", "/fields/main_contact"} <= set(_pointers(refused)), refused
    assert (await lina.api("GET", f"/records/account/{account}"))["website"] is None
    await _move(lina, deal, "needs", NEEDS, expect=404)


async def test_a_refusal_speaks_the_language_of_its_reader(crm: Crm) -> None:
    manager = await crm.login("manager")
    deal = await _deal(manager)
    refused = await _move(manager, deal, "needs", {"main_contact.email": "eva@nordic.example"}, expect=422)
    assert "网站" in str(refused) or "官网" in str(refused), refused
    assert "is needed" not in str(refused)
