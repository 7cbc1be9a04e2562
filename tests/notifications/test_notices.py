"""Notices: who is told of what, once, and never of what they may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_core import clock, database, i18n, identity, jobs, notifications, records
from platform_core.errors import Invalid, NotFound
from platform_core.notifications import Message
from tests.fixtures_crm import Crm

NORDIC = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
}  # fmt: skip
HELLO = Message("Hello {name}", {"name": "there"})


async def texts(actor: identity.Actor, *, unread: bool = False) -> list[str]:
    return [notice.text for notice in (await notifications.inbox_of(actor, unread=unread)).items]


async def test_a_notice_is_new_until_it_is_read(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    assert await notifications.notify([lina.user_id], topic="system", text=HELLO, link="/today") == 1
    (notice,) = (await notifications.inbox_of(lina)).items
    assert (notice.text, notice.link, notice.read_at) == ("Hello there", "/today", None)
    assert await notifications.count_unread(lina.user_id) == 1
    assert await notifications.count_unread(carlos.user_id) == 0
    await notifications.mark_read(notice.id, lina)
    assert await notifications.count_unread(lina.user_id) == 0
    assert await texts(lina, unread=True) == []
    await notifications.mark_read(notice.id, lina, read=False)
    assert await notifications.mark_all_read(lina) == 1


async def test_somebody_elses_notices_are_not_there(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    await notifications.notify([lina.user_id], topic="system", text=HELLO)
    (notice,) = (await notifications.inbox_of(lina)).items
    for work in (
        notifications.mark_read(notice.id, carlos), notifications.find(notice.id, carlos), notifications.remove(notice.id, carlos)
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await work
    assert await notifications.mark_all_read(carlos) == 0
    assert await notifications.count_unread(lina.user_id) == 1


async def test_the_same_key_tells_the_same_person_once(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    for _ in range(2):
        await notifications.notify([lina.user_id], topic="system", text=HELLO, key="import-7")
    await notifications.notify([lina.user_id, carlos.user_id], topic="system", text=HELLO, key="import-7")
    assert (
        await notifications.count_unread(lina.user_id)
        == await notifications.count_unread(carlos.user_id)
        == 1
    )


async def test_what_is_rolled_back_was_never_told(crm: Crm) -> None:
    lina = await crm.actor("lina")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await notifications.notify([lina.user_id], topic="system", text=HELLO)
            raise ZeroDivisionError
    assert await notifications.count_unread(lina.user_id) == 0


async def test_closed_and_unknown_accounts_are_left_out(crm: Crm) -> None:
    marketing = await crm.actor("marketing")
    await identity.deactivate(marketing.user_id, actor=identity.SYSTEM)
    people = [marketing.user_id, "nobody", database.new_id()]
    assert await notifications.notify(people, topic="system", text=HELLO) == 0


@pytest.mark.parametrize(
    "link", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb", ""]
)
async def test_a_notice_leads_nowhere_but_home(link: str, crm: Crm) -> None:
    lina = await crm.actor("lina")
    with pytest.raises(ValueError, match="path of ours"):
        await notifications.notify([lina.user_id], topic="system", text=HELLO, link=link)


async def test_only_who_may_see_the_record_is_told(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    account = await records.create("account", NORDIC, actor=lina)
    text = Message("Look at {record}")
    told = await notifications.notify(
        [lina.user_id, carlos.user_id], topic="system", text=text, about=(account.form, account.id)
    )
    assert told == 1
    assert await texts(lina) == ["Look at Nordic Tools AB"]
    assert await texts(carlos) == []


async def test_a_right_that_is_lost_takes_name_and_link_away(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    account = await records.create("account", NORDIC, actor=lina)
    await notifications.notify(
        [lina.user_id], topic="system", text=Message("Look at {record}"), about=(account.form, account.id)
    )
    await records.update(
        "account", account.id, {"owner": carlos.user_id}, actor=await crm.actor("admin"), version=None
    )
    (notice,) = (await notifications.inbox_of(lina)).items
    assert notice.link is None
    assert "Nordic" not in notice.text


async def test_a_new_owner_is_told_and_who_makes_it_their_own_is_not(crm: Crm) -> None:
    lina, admin = await crm.actor("lina"), await crm.actor("admin")
    account = await records.create("account", NORDIC, actor=admin)
    assert await texts(admin) == []
    await records.update("account", account.id, {"owner": lina.user_id}, actor=admin, version=None)
    with i18n.speaking("en"):
        (notice,) = (await notifications.inbox_of(lina)).items
    assert notice.text == f"{admin.name} makes you the owner of Nordic Tools AB"
    assert notice.link == f"/r/account/{account.id}"
    await records.update("account", account.id, {"city": "Malmö"}, actor=lina, version=None)
    assert len(await texts(lina)) == 1


@pytest.mark.parametrize(
    "how", ["@{name}", "please @{name}, call them", "@{email}", "(@{name})", "@{name}: now!\n@{name}"]
)
async def test_who_is_named_in_a_comment_is_told_once(how: str, crm: Crm) -> None:
    lina, manager = await crm.actor("lina"), await crm.actor("manager")
    account = await records.create("account", NORDIC, actor=lina)
    text = how.format(name=manager.name, email=manager.email)
    await records.comment("account", account.id, text, actor=lina)
    with i18n.speaking("en"):
        assert await texts(manager) == [f"{lina.name} mentions you at Nordic Tools AB"]
    assert await texts(lina) == []


async def test_the_owner_hears_of_comments_of_others(crm: Crm) -> None:
    lina, manager = await crm.actor("lina"), await crm.actor("manager")
    account = await records.create("account", NORDIC, actor=lina)
    await records.comment("account", account.id, f"Well done @{lina.name}", actor=manager)
    await records.comment("account", account.id, "And again", actor=manager)
    with i18n.speaking("en"):
        assert await texts(lina) == [
            f"{manager.name} comments on Nordic Tools AB", f"{manager.name} mentions you at Nordic Tools AB"
        ]  # fmt: skip


async def test_naming_somebody_who_may_not_see_the_record_tells_nothing(crm: Crm) -> None:
    lina, carlos = await crm.actor("lina"), await crm.actor("carlos")
    account = await records.create("account", NORDIC, actor=lina)
    await records.comment("account", account.id, f"@{carlos.name} look", actor=lina)
    assert await texts(carlos) == []
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_notification") == 0


async def test_a_topic_can_be_silenced(crm: Crm) -> None:
    lina = await crm.actor("lina")
    await notifications.prefer("system", in_app=False, mail="off", actor=lina)
    assert await notifications.notify([lina.user_id], topic="system", text=HELLO) == 0
    assert await notifications.notify([lina.user_id], topic="mention", text=HELLO) == 1
    shown = {one.topic.name: one for one in await notifications.preferences(lina)}
    assert (shown["system"].in_app, shown["system"].chosen, shown["mention"].in_app) == (False, True, True)
    with pytest.raises(Invalid):
        await notifications.prefer("no_topic", in_app=True, mail="off", actor=lina)
    with pytest.raises(Invalid):
        await notifications.prefer("system", in_app=True, mail="hourly", actor=lina)  # type: ignore[arg-type]  # what a form may send


async def test_a_text_is_in_the_readers_language(crm: Crm) -> None:
    lina, manager = await crm.actor("lina"), await crm.actor("manager")
    account = await records.create("account", NORDIC, actor=lina)
    await records.comment("account", account.id, f"@{manager.name}", actor=lina)
    with i18n.speaking("zh"):
        (chinese,) = await texts(manager)
    with i18n.speaking("en"):
        (english,) = await texts(manager)
    assert "mentions you" in english
    assert "Nordic Tools AB" in chinese


async def test_old_notices_are_forgotten(crm: Crm) -> None:
    lina = await crm.actor("lina")
    now = clock.now()
    for days, read in ((400, False), (100, True), (100, False), (1, True)):
        await notifications.notify([lina.user_id], topic="system", text=HELLO)
        (newest, *_) = (await notifications.inbox_of(lina)).items
        if read:
            await notifications.mark_read(newest.id, lina)
        await database.execute(
            "UPDATE tw_notification SET created_at = ? WHERE id = ?", (now - timedelta(days=days), newest.id)
        )
    await jobs.add(notifications.PURGE)
    await crm.work()
    assert len(await texts(lina)) == 2


async def test_pages_of_notices_go_on_where_the_last_one_ended(crm: Crm) -> None:
    lina = await crm.actor("lina")
    for number in range(5):
        await notifications.notify([lina.user_id], topic="system", text=Message("No. {n}", {"n": number}))
    first = await notifications.inbox_of(lina, limit=2)
    second = await notifications.inbox_of(lina, limit=2, before=first.next_before)
    third = await notifications.inbox_of(lina, limit=2, before=second.next_before)
    said = [notice.text for page in (first, second, third) for notice in page.items]
    assert said == ["No. 4", "No. 3", "No. 2", "No. 1", "No. 0"]
    assert third.next_before is None and first.unread == 5
