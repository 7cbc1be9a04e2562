"""On day one a company works: an admin adds a field, a salesperson finds, opens, edits and adds customers."""

from __future__ import annotations

from tests.fixtures_crm import Crm

NORDIC = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
}  # fmt: skip


async def test_an_admin_adds_a_field_and_it_is_in_the_screens_and_the_api(crm: Crm) -> None:
    admin = await crm.login("admin")
    draft = await admin.api("GET", "/definitions/form/account/draft")
    definition = draft["definition"]
    assert isinstance(definition, dict)
    definition["fields"].append(
        {"name": "vessel_count", "type": "integer", "label": {"en": "Vessels", "zh": "船只数量"}}
    )
    definition["layout"]["tabs"][0]["sections"][0]["fields"].append("vessel_count")
    await admin.api(
        "PUT", "/definitions/form/account/draft", definition, headers={"If-Match": f'"{draft["rev"]}"'}
    )
    checked = await admin.api("POST", "/definitions/form/account/check")
    assert checked["problems"] == []
    assert checked["plan"]
    await admin.api("POST", "/definitions/form/account/publish", {"note": "Fleet size", "accept": []})

    lina = await crm.login("lina")
    assert "船只数量" in await lina.page("/r/account/new")
    made = await lina.api("POST", "/records/account", {**NORDIC, "vessel_count": 7}, expect=201)
    assert made["vessel_count"] == 7
    assert ">7<" in await lina.page(f"/r/account/{made['id']}")


async def test_a_salesperson_adds_finds_opens_and_edits_a_customer_in_the_screens(crm: Crm) -> None:
    lina = await crm.login("lina")
    form = {name: value for name, value in NORDIC.items() if isinstance(value, str)} | {
        "main_categories[]": "tools"
    }
    answer = await lina.post_form("/r/account/new", form)
    url = answer.headers["location"]
    assert "Nordic Tools AB" in await lina.page(url)
    assert "Nordic Tools AB" in await lina.page("/r/account?q=nordic")
    assert "Nordic Tools AB" not in await lina.page("/r/account?q=southern")

    await lina.post_form(f"{url}/edit", {"_version": "1", "city": "Malmö"})
    page = await lina.page(url)
    assert "Malmö" in page


async def test_a_salesperson_of_another_team_sees_nothing_of_it(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await crm.login("carlos")
    made = await lina.api("POST", "/records/account", NORDIC, expect=201)
    await carlos.api("GET", f"/records/account/{made['id']}", expect=404)
    await carlos.page(f"/r/account/{made['id']}", expect=404)
    assert "Nordic" not in await carlos.page("/r/account?view=all&q=nordic")


async def test_a_form_that_was_filled_in_wrongly_keeps_what_was_typed(crm: Crm) -> None:
    lina = await crm.login("lina")
    answer = await lina.post_form(
        "/r/account/new", {"name": "Nordic Tools AB", "email_general": "nobody"}, expect=422
    )
    assert "Nordic Tools AB" in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_two_people_who_change_the_same_field_are_both_heard(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await lina.api("POST", "/records/account", NORDIC, expect=201)
    url = f"/r/account/{made['id']}"
    manager = await crm.login("manager")
    await manager.post_form(f"{url}/edit", {"_version": "1", "city": "Lund"})
    answer = await lina.post_form(
        f"{url}/edit", {"_version": "1", "city": "Malmö", "short_name": "Nordic"}, expect=412
    )
    assert "Lund" in answer.text and "Malmö" in answer.text
    stored = await lina.api("GET", f"/records/account/{made['id']}")
    assert stored["city"] == "Lund"
    fields = {
        "_version": "2", "_others": '{"short_name":"Nordic"}', "keep.city": "yours", "yours.city": '"Malmö"',
    }  # fmt: skip
    await lina.post_form(f"{url}/resolve", fields)
    stored = await lina.api("GET", f"/records/account/{made['id']}")
    assert (stored["city"], stored["short_name"]) == ("Malmö", "Nordic")


async def test_a_deleted_record_waits_in_the_recycle_bin(crm: Crm) -> None:
    lina = await crm.login("lina")
    note = await lina.api(
        "POST", "/records/note", {"subject": "Packing", "text": "At most 18 kg"}, expect=201
    )
    await lina.post_form(f"/r/note/{note['id']}/delete", {})
    assert "Packing" not in await lina.page("/r/note")
    assert "Packing" in await lina.page("/r/note/bin")
    await lina.post_form(f"/r/note/{note['id']}/restore", {})
    assert "Packing" in await lina.page("/r/note")


async def test_a_comment_and_a_change_stand_in_the_timeline(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await lina.api("POST", "/records/account", NORDIC, expect=201)
    url = f"/r/account/{made['id']}"
    await lina.post_form(f"{url}/edit", {"_version": "1", "city": "Malmö"})
    await lina.post_form(f"{url}/comments", {"text": "Called, they want samples."})
    page = await lina.page(f"{url}?tab=timeline")
    assert "Called, they want samples." in page
    assert "Malmö" in page
    assert "Malmö" in await lina.page(f"{url}/history")
    assert await lina.page(f"{url}/why")


async def test_a_default_that_was_emptied_stays_empty_and_an_unseen_one_is_filled_in(crm: Crm) -> None:
    lina = await crm.login("lina")
    form = {name: value for name, value in NORDIC.items() if isinstance(value, str)} | {
        "main_categories[]": "tools",
        "language": "",
    }
    answer = await lina.post_form("/r/account/new", form)
    stored = await lina.api("GET", f"/records/account/{answer.headers['location'].rsplit('/', 1)[1]}")
    assert stored["language"] is None
    assert stored["cooperation_status"] == "prospect"
