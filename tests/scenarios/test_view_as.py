"""An admin looks at the product as somebody else sees it: read-only, audited, for an hour at most."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from platform_core import audit, clock, database, identity, records
from platform_core.errors import Forbidden
from tests.fixtures_crm import Client, Crm

CUSTOMER = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "phone": "+46 8 123 456 78",
}  # fmt: skip


async def _view(admin: Client, as_whom: str) -> None:
    """Begins, and takes the token of the pages shown meanwhile."""
    await admin.post_form(f"/admin/people/{as_whom}/view-as", {})
    await _renew(admin)


async def _renew(person: Client) -> str:
    page = await person.page("/r/account")
    person.csrf = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
    return page


async def _lines(action: str) -> list[tuple[object, ...]]:
    sql = "SELECT user_id, subject FROM tw_audit_entry WHERE action = ? ORDER BY id"
    return [tuple(row) for row in await database.fetch_tuples(sql, (action,))]


async def test_the_admin_sees_what_the_person_sees_and_changes_nothing(crm: Crm) -> None:
    admin, lina, carlos = await crm.login("admin"), await crm.login("lina"), await crm.login("carlos")
    mine = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    await carlos.api("POST", "/records/account", {**CUSTOMER, "name": "Puerto Sur SA"}, expect=201)
    before = admin.csrf
    await _view(admin, lina.user_id)
    page = await _renew(admin)
    assert "You are looking as" in page and "Li Na" in page
    assert "Nordic Tools AB" in page and "Puerto Sur SA" not in page
    listed = await admin.api("GET", "/records/account")
    assert [each["id"] for each in cast("list[dict[str, object]]", listed["items"])] == [mine["id"]]
    url = f"/records/account/{mine['id']}"
    refused = await admin.api("PATCH", url, {"city": "X"}, expect=403, headers={"If-Match": "*"})
    assert refused["code"] == "viewing_as"
    for method, path in (
        ("POST", "/records/account"), ("DELETE", url), ("POST", "/me/keys"), ("POST", f"/records/account/{mine['id']}/timeline"),
    ):  # fmt: skip
        assert (await admin.api(method, path, {}, expect=403))["code"] == "viewing_as"
    for path in ("/me", "/me/second-factor", "/me/keys", "/me/security"):
        await admin.page(path, expect=403)
    assert (await records.get("account", str(mine["id"]), actor=identity.SYSTEM)).version == 1

    stale = admin.csrf
    await admin.post_form("/view-as/end", {})
    admin.csrf = stale
    assert (await admin.api("PATCH", url, {"city": "X"}, expect=403, headers={"If-Match": "*"}))[
        "code"
    ] == "csrf"
    admin.csrf = before
    await admin.api("PATCH", url, {"city": "Lund"}, headers={"If-Match": "*"})
    assert "You are looking as" not in await admin.page("/r/account")
    seen = f"user/{lina.user_id}"
    assert await _lines("session.view_as") == await _lines("session.view_as_end") == [(admin.user_id, seen)]


async def test_what_was_looked_at_is_noted_as_the_admins_look(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    contact = {
        "name": "Eva Lund",
        "account": (await lina.api("POST", "/records/account", CUSTOMER, expect=201))["id"],
    }
    made = await lina.api("POST", "/records/contact", contact, expect=201)
    await audit.flush_access()
    await database.execute("DELETE FROM tw_audit_access")
    await _view(admin, lina.user_id)
    await admin.api("GET", f"/records/contact/{made['id']}")
    await audit.flush_access()
    rows = await database.fetch_tuples(
        "SELECT DISTINCT user_id FROM tw_audit_access WHERE form = 'trade_crm.contact'"
    )
    assert [str(row[0]) for row in rows] == [admin.user_id]


async def test_it_ends_by_itself_after_an_hour(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    await _view(admin, lina.user_id)
    now = clock.now()
    with clock.stopped_at(now + timedelta(minutes=61)):
        identity.forget()
        assert (await admin.api("GET", "/me"))["email"] == "admin@demo.example"
    assert len(await _lines("session.view_as_end")) == 1


async def test_nobody_but_an_admin_in_person_may(crm: Crm) -> None:
    admin, manager, lina = await crm.login("admin"), await crm.login("manager"), await crm.login("lina")
    for whom in (lina.user_id, admin.user_id):
        await manager.post_form(f"/admin/people/{whom}/view-as", {}, expect=404)
        with pytest.raises(Forbidden):
            await identity.view_as(whom, actor=await crm.actor("manager"))
    await admin.post_form(f"/admin/people/{admin.user_id}/view-as", {}, expect=422)
    key = await admin.api("POST", "/me/keys", {"name": "Sync", "role": "admin"}, expect=201)
    headers = {"Authorization": f"Bearer {key['key']}"}
    program = crm.visitor()
    answer = await program.request(
        "POST", f"/admin/people/{lina.user_id}/view-as", data={"_": ""}, headers=headers
    )
    assert answer.status_code == 403
    assert await _lines("session.view_as") == []


async def test_signing_out_is_possible_meanwhile_and_a_closed_account_ends_the_view(crm: Crm) -> None:
    admin, lina, carlos = await crm.login("admin"), await crm.login("lina"), await crm.login("carlos")
    await _view(admin, lina.user_id)
    other = await crm.login("admin")
    await other.post_form(f"/admin/people/{lina.user_id}/deactivate", {})
    assert (await admin.api("GET", "/me"))["email"] == "admin@demo.example"
    await _renew(admin)
    await _view(admin, carlos.user_id)
    await admin.post_form("/logout", {})
    await admin.api("GET", "/me", expect=401)
