"""Working hours, absences and rates on their screens and through the API."""

from __future__ import annotations

import re
from datetime import date

from platform_core import calendars, currencies
from tests.fixtures_crm import Crm

FORM = {
    "name": "Ningbo office", "zone": "Asia/Shanghai", "make_up": "true", "countries[]": "CN", "parts": "",
    "exceptions.a.kind": "off", "exceptions.a.first": "2026-12-24", "exceptions.a.last": "2026-12-26",
    "exceptions.a.note": "Year end",
    **{f"week.{day}": "09:00-12:00, 13:00-18:00" for day in range(5)},
}  # fmt: skip


async def test_an_admin_makes_a_calendar_sees_its_month_and_gives_it_to_a_team(crm: Crm) -> None:
    admin = await crm.login("admin")
    assert 'href="/admin/calendars"' in await admin.page("/admin")
    answer = await admin.post_form("/admin/calendars/new", FORM)
    (made,) = await calendars.listing()
    assert answer.headers["location"].startswith(f"/admin/calendars/{made.id}")
    page = await admin.page(f"/admin/calendars/{made.id}?month=2026-10")
    assert page.count("<li title=") == 31 and page.count('data-tone="warm"') == 7  # the first week of October
    page = await admin.page(f"/admin/calendars/{made.id}?month=2026-12")
    assert "Year end" in page
    await admin.post_form("/admin/calendars/uses", {"scope": "", "calendar": made.id})
    refused = await admin.post_form(f"/admin/calendars/{made.id}/remove", {}, expect=409)
    assert "Ningbo office" in refused.text
    lina = await crm.login("lina")
    due = await lina.api(
        "POST", "/working-time/due", {"base": "2026-11-20T09:30:00Z", "duration": "work PT1H"}
    )
    assert due["due"] == "2026-11-23T01:30:00Z"


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(crm: Crm) -> None:
    admin = await crm.login("admin")
    answer = await admin.post_form("/admin/calendars/new", {**FORM, "name": "", "week.0": "9-18"}, expect=422)
    assert (
        "9-18" in answer.text
        and "Year end" in answer.text
        and len(re.findall('class="error"', answer.text)) >= 2
    )
    assert await calendars.listing() == []


async def test_somebody_without_the_action_gets_no_further(crm: Crm) -> None:
    lina = await crm.login("lina")
    await lina.page("/admin/calendars", expect=404)
    await lina.page("/admin/rates", expect=404)
    await lina.api("POST", "/calendars", {"name": "x", "rules": {}}, expect=403)
    await lina.api("POST", "/rates", {"items": []}, expect=403)


async def test_a_salesperson_enters_an_absence_that_only_they_see(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await crm.login("carlos")
    await lina.post_form("/me/absences", {"first": "2026-12-07", "last": "", "hours": "", "note": "Dentist"})
    assert "Dentist" in await lina.page("/me/absences")
    assert "Dentist" not in await carlos.page("/me/absences")
    await lina.post_form("/me/absences", {"first": "", "last": "", "hours": "", "note": ""}, expect=422)
    found = await lina.api("GET", "/me/absences")
    own = found["items"][0]["id"]  # type: ignore[index]  # a list, of one
    await carlos.api("DELETE", f"/me/absences/{own}", expect=404)
    await lina.api("DELETE", f"/me/absences/{own}", expect=204)


async def test_a_calendar_through_the_api_asks_for_the_version_that_was_read(crm: Crm) -> None:
    admin = await crm.login("admin")
    body = {"name": "API", "rules": {"zone": "Europe/Berlin", "countries": ["DE-BY"]}}
    made = await admin.api("POST", "/calendars", body, expect=201)
    path = f"/calendars/{made['id']}"
    await admin.api("PUT", path, body, expect=428)
    body["name"] = "Renamed"
    assert (await admin.api("PUT", path, body, headers={"If-Match": '"1"'}))["revision"] == 2
    await admin.api("PUT", path, {**body, "name": "Late"}, headers={"If-Match": '"1"'}, expect=412)
    wrong = await admin.api("POST", "/calendars", {"name": "Bad", "rules": {"zone": "Mars"}}, expect=422)
    assert wrong["errors"][0]["pointer"] == "/zone"  # type: ignore[index]  # a list of problems
    days = await admin.api("GET", f"{path}/days?from=2026-01-05&to=2026-01-06")
    assert [day["reason"] for day in days["items"]] == ["", "holiday"]  # type: ignore[attr-defined]  # a list
    await admin.api("DELETE", path, expect=204)


async def test_rates_are_entered_imported_tried_and_taken_out(crm: Crm) -> None:
    admin = await crm.login("admin")
    today = date.today().isoformat()
    fields = {
        "date": today,
        "from": "CNY",
        "to": "USD",
        "rate": "14.05",
        "per": "100",
        "source": "Bank of China",
    }
    await admin.post_form("/admin/rates", fields)
    page = await admin.page("/admin/rates?amount=1000&a=CNY&b=USD")
    assert "140.50" in page and "Bank of China" in page
    refused = await admin.post_form("/admin/rates", {**fields, "rate": "much"}, expect=422)
    assert "much" in refused.text
    file = {"file": ("r.csv", f"date,from,to,rate\n{today},EUR,USD,1.1\n".encode(), "text/csv")}
    sent = await admin.request("POST", "/admin/rates/import", files=file)
    assert sent.status_code == 303 and len(await currencies.rates()) == 2
    wrong = {"file": ("r.csv", b"date,from,to,rate\nx,EUR,USD,1.1\n", "text/csv")}
    answer = await admin.request("POST", "/admin/rates/import", files=wrong)
    assert answer.status_code == 422 and "2/date" in answer.text
    found = await admin.api("GET", f"/rates/convert?amount=100&from=EUR&to=CNY&on={today}")
    assert found["amount"] == {"amount": "782.92", "currency": "CNY"} and len(found["way"]) == 2  # type: ignore[arg-type]  # a list
    await admin.api("GET", "/rates/convert?amount=1&from=EUR&to=JPY", expect=409)
    for one in await currencies.rates():
        await admin.post_form(f"/admin/rates/{one.id}/remove", {})
    assert await currencies.rates() == []
    codes = await admin.api("GET", "/currencies")
    assert {"code": "JPY", "name": "Japanese Yen", "minor_units": 0} in codes["items"]  # type: ignore[operator]  # a list
