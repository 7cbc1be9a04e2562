"""The screens and addresses of notices, mail and secrets, over HTTP."""

from __future__ import annotations

import pytest

from platform_core import audit, i18n, notifications, records, secrets
from platform_core.notifications import Message
from tests.fixtures_crm import Crm
from tests.notifications.conftest import SetUp
from tests.notifications.mail_servers import Mailbox
from tests.notifications.test_notices import NORDIC


async def test_a_mention_is_behind_the_bell_and_opening_it_reads_it(crm: Crm) -> None:
    lina, manager = await crm.login("lina"), await crm.login("manager")
    account = await records.create("account", NORDIC, actor=await crm.actor("lina"))
    who = await crm.actor("manager")
    await lina.api(
        "POST", f"/records/account/{account.id}/timeline", {"text": f"@{who.name} please"}, expect=201
    )
    assert (await manager.api("GET", "/notifications/unread")) == {"unread": 1}
    (notice,) = (await notifications.inbox_of(who)).items
    listed = await manager.api("GET", "/notifications")
    assert notice.id in str(listed["items"])
    for path in ("/notifications", "/notifications/panel", "/notifications?unread=1"):
        assert "Nordic Tools AB" in await manager.page(path)
    answer = await manager.request("GET", f"/notifications/{notice.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/account/{account.id}")
    assert (await manager.api("GET", "/notifications/unread")) == {"unread": 0}
    assert "Nordic" not in await manager.page("/notifications?unread=1")


async def test_notices_are_read_new_again_and_removed(crm: Crm) -> None:
    who, lina, carlos = await crm.actor("lina"), await crm.login("lina"), await crm.login("carlos")
    for number in range(3):
        await notifications.notify([who.user_id], topic="system", text=Message("No. {n}", {"n": number}))
    newest = (await notifications.inbox_of(who)).items[0].id
    path = f"/notifications/{newest}"
    await carlos.api("PATCH", path, {"read": True}, expect=404)
    await carlos.api("DELETE", path, expect=404)
    read = await lina.api("PATCH", path, {"read": True})
    assert read["read_at"]
    await lina.api("PATCH", path, {"red": True}, expect=422)
    await lina.post_form(path, {"do": "new"})
    assert await lina.api("POST", "/notifications/read") == {"read": 3}
    await lina.post_form("/notifications/read", {})
    await lina.post_form(path, {"do": "remove", "next": "/notifications?unread=1"})
    await lina.api("DELETE", path, expect=404)
    assert len((await notifications.inbox_of(who)).items) == 2


async def test_preferences_are_chosen_by_topic(crm: Crm) -> None:
    lina, who = await crm.login("lina"), await crm.actor("lina")
    page = await lina.page("/notifications/preferences")
    assert 'name="mail.mention"' in page
    await lina.post_form(
        "/notifications/preferences", {"in_app.mention": "false", "mail.mention": "daily", "in_app.owner": "true", "mail.owner": "off"}
    )  # fmt: skip
    shown = {
        one.topic.name: (one.in_app, one.mail, one.chosen) for one in await notifications.preferences(who)
    }
    assert shown["mention"] == (False, "daily", True)
    assert shown["owner"] == (True, "off", False)
    await lina.api("PUT", "/notifications/preferences/owner", {"in_app": True, "mail": "now"})
    await lina.api("PUT", "/notifications/preferences/owner", {"in_app": True, "mail": "often"}, expect=422)
    await lina.api("PUT", "/notifications/preferences/nothing", {"in_app": True, "mail": "now"}, expect=422)


async def test_a_secret_goes_in_and_never_comes_out(crm: Crm) -> None:
    admin = await crm.login("admin")
    await admin.post_form("/admin/secrets", {"name": "erp_token", "value": "hush-4711", "note": "ERP"})
    assert await secrets.get("erp_token") == "hush-4711"
    page = await admin.page("/admin/secrets")
    assert "erp_token" in page and "hush" not in page
    listed = await admin.api("GET", "/secrets")
    assert "hush" not in str(listed) and listed["state"] == "open"
    await admin.api("PUT", "/secrets/erp_token", {"value": "hush-2"})
    assert await secrets.get("erp_token") == "hush-2"
    refused = await admin.request("POST", "/admin/secrets", data={"name": "Wrong Name", "value": "hush-9"})
    assert refused.status_code == 422 and "hush" not in refused.text
    await admin.post_form("/admin/secrets/erp_token/remove", {})
    await admin.api("DELETE", "/secrets/erp_token", expect=404)
    lines = await audit.read(audit.AuditQuery(kind="secret"))
    assert [line.action for line in lines][::-1] == ["secret.create", "secret.replace", "secret.remove"]


@pytest.mark.parametrize("person", ["manager", "lina"])
async def test_what_admins_set_up_is_closed_to_others(person: str, crm: Crm) -> None:
    somebody = await crm.login(person)
    for path in ("/admin/secrets", "/admin/mail", "/admin/inbox", "/admin/inbox/addresses"):
        assert (await somebody.request("GET", path, headers={"Accept": "text/html"})).status_code in (
            403,
            404,
        )
    await somebody.api("GET", "/secrets", expect=403)
    await somebody.api("PUT", "/secrets/erp_token", {"value": "x"}, expect=403)
    await somebody.api("GET", "/inbox", expect=403)
    assert await secrets.names() == []


async def test_a_secret_key_that_does_not_fit_is_said_on_the_page(crm: Crm, set_up: SetUp) -> None:
    admin = await crm.login("admin")
    await admin.post_form("/admin/secrets", {"name": "erp_token", "value": "hush"})
    set_up(secret_key=b"9" * 64)
    again = await crm.login("admin")
    page = await again.page("/admin/secrets")
    assert "tradewind secrets rewrap" in page


async def test_an_admin_sends_a_test_mail_and_retries_a_dead_one(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    admin = await crm.login("admin")
    assert "smtp_url" in await admin.page("/admin/mail")
    dead = await notifications.send_mail(["a@harbour.example"], subject="a", text="b", key="c")
    await crm.work()
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    mailbox.data_answer = "554 not from you"
    tried = await admin.request("POST", "/admin/mail/test", data={})
    assert "not from you" in tried.text
    mailbox.data_answer = "250 taken"
    assert (await admin.request("POST", "/admin/mail/test", data={})).status_code == 200
    await admin.post_form(f"/admin/mail/{dead}/retry", {})
    await crm.work()
    assert len(mailbox.taken) == 2
    with i18n.speaking("en"):
        assert (await notifications.mail_state()).dead == 0
