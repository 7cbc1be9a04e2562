"""Mail: real servers that take it, are slow, refuse for now or for good, and want encryption."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from platform_core import database, i18n, identity, jobs, notifications, records, secrets
from platform_core.notifications import Message
from tests.fixtures_crm import Crm
from tests.notifications.conftest import SetUp
from tests.notifications.mail_servers import Mailbox, certificate, mail_server

TO = "buyer@harbour.example"


async def send(**more: object) -> str:
    values: dict[str, Any] = {
        "to": [TO],
        "subject": "Your quote",
        "text": "Dear buyer",
        "key": "quote-7",
        **more,
    }
    return await notifications.send_mail(values.pop("to"), **values)


async def job(job_id: str) -> jobs.Job:
    found = await jobs.get(job_id)
    assert found is not None
    return found


async def test_a_mail_is_text_and_html_with_headers_that_stop_loops(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from_name="Nordic 北欧 Tools, Ltd.")
    await send(
        subject="Angebot für 王丽娜", text="Grüße 你好", html="<p>Grüße <b>你好</b></p>", language="zh"
    )
    await crm.work()
    (mail,) = mailbox.taken
    assert mail["From"] == '"Nordic 北欧 Tools, Ltd." <crm@nordic-tools.example>'
    assert (mail["To"], mail["Subject"]) == (TO, "Angebot für 王丽娜")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"].startswith("zh")
    assert mail["Message-ID"].endswith("@nordic-tools.example>") and "quote-7" not in mail["Message-ID"]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and text.get_content().strip() == "Grüße 你好"
    assert html is not None and "<b>你好</b>" in html.get_content()


async def test_the_same_key_is_sent_once(crm: Crm, mailbox: Mailbox, set_up: SetUp) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    assert await send() == await send()
    await crm.work()
    assert await send()
    await crm.work()
    assert len(mailbox.taken) == 1


async def test_a_mail_that_was_rolled_back_is_not_sent(crm: Crm, mailbox: Mailbox, set_up: SetUp) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await send()
            raise ZeroDivisionError
    await crm.work()
    assert mailbox.taken == []


async def test_nothing_of_a_mail_stays_behind(crm: Crm, mailbox: Mailbox, set_up: SetUp) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    done = await send()
    await crm.work()
    found = await job(done)
    assert (found.state, found.payload, found.result) == ("done", {}, {"sent": 1})


async def test_without_a_server_the_mail_dies_and_says_so(crm: Crm) -> None:
    dead = await send()
    await crm.work()
    found = await job(dead)
    assert found.state == "dead" and "No mail server" in str(found.last_error)
    assert not (await notifications.mail_state()).set_up


async def test_a_server_that_is_down_is_tried_again_with_the_same_message_id(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url="smtp://127.0.0.1:9")
    waiting = await send()
    await crm.work()
    found = await job(waiting)
    assert found.state == "ready" and "127.0.0.1:9" in str(found.last_error)
    state = await notifications.mail_state()
    assert (state.waiting, state.dead) == (1, 0) and "127.0.0.1:9" in state.last_error
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    await database.execute("UPDATE tw_job SET run_at = created_at, due = TRUE WHERE id = ?", (waiting,))
    await crm.work()
    assert (await job(waiting)).state == "done"
    assert len(mailbox.taken) == 1


async def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    mailbox.data_answer = "451 greylisted, come back"
    later = await send(key="a")
    await crm.work()
    assert (await job(later)).state == "ready" and "greylisted" in str((await job(later)).last_error)
    mailbox.data_answer = "554 this is spam"
    never = await send(key="b")
    await crm.work()
    assert (await job(never)).state == "dead" and "554" in str((await job(never)).last_error)
    mailbox.data_answer = "250 taken"
    assert await jobs.retry(never)
    await crm.work()
    assert (await job(never)).state == "done"


async def test_an_address_that_is_refused_is_refused_for_good_or_for_now(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    mailbox.answers = {TO: "550 no such person"}
    never = await send(key="a")
    mailbox.answers[TO] = "550 no such person"
    await crm.work()
    assert (await job(never)).state == "dead" and "no such person" in str((await job(never)).last_error)


async def test_of_several_addresses_only_those_that_wait_are_tried_again(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    mailbox.answers = {"gone@harbour.example": "550 gone", "full@harbour.example": "452 full"}
    sent = await send(to=[TO, "gone@harbour.example", "full@harbour.example"])
    await crm.work()
    found = await job(sent)
    assert found.state == "done"
    assert found.result == {"sent": 1, "refused": 1, "reason": "550 gone", "later": 1}
    mailbox.answers.clear()
    await database.execute("UPDATE tw_job SET due = TRUE, run_at = created_at WHERE state = 'ready'")
    await crm.work()
    assert mailbox.recipients == [[TO], ["full@harbour.example"]]
    assert mailbox.taken[0]["Message-ID"] == mailbox.taken[1]["Message-ID"]


async def _never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_server_that_says_nothing_is_left_in_time(crm: Crm, set_up: SetUp) -> None:
    silent = await asyncio.start_server(_never, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    set_up(smtp_url=f"smtp://127.0.0.1:{port}")
    from platform_core.notifications.composing import Letter, compose
    from platform_core.notifications.sending_set_up import mail_server as server_of_settings
    from platform_core.notifications.smtp import MailFailed, hand_over

    server = server_of_settings()
    letter = Letter(to=(TO,), subject="a", text="b", key="c")
    with pytest.raises(MailFailed, match="did not answer in 0.2 seconds") as caught:
        await hand_over(compose(letter, server), letter.to, server, seconds=0.2)
    assert not caught.value.final
    silent.close()


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("subject", "Hi\r\nBcc: all@harbour.example"), ("subject", "Hi\nthere"), ("subject", "Hi\u2028there"), ("subject", " "),
        ("subject", "x" * 251), ("to", []), ("to", ["a@b\r\nBcc: c@d"]), ("to", ["a@b, c@d"]), ("to", ["<a@b>"]), ("to", ["Buyer"]),
        ("to", ["a@b>\r\nRCPT TO:<c@d"]), ("to", [f"a{n}@b.example" for n in range(51)]), ("text", "x" * 1_100_000),
    ],
)  # fmt: skip
async def test_what_would_break_a_mail_is_refused_before_it_is_added(
    what: str, value: object, crm: Crm
) -> None:
    with pytest.raises(notifications.BadMail):
        await send(**{what: value})
    assert await jobs.find(kind=notifications.MAIL) == []


async def test_tls_from_the_first_byte_and_a_password_that_is_a_secret(
    crm: Crm, set_up: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path)
    await secrets.put("smtp_password", "right", actor=identity.SYSTEM)
    with mail_server(tls=context, sign_in=True) as box:
        set_up(smtp_url=f"smtps://crm@127.0.0.1:{box.port}")
        distrusted = await send(key="a")
        await crm.work()
        assert "certificate" in str((await job(distrusted)).last_error).lower()
        assert box.log_ins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        await send(key="b")
        await crm.work()
        assert len(box.taken) == 1 and box.log_ins == [("crm", "right")]


async def test_starttls_is_used_where_it_is_offered(
    crm: Crm, set_up: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with mail_server(starttls=context, sign_in=True) as box:
        set_up(smtp_url=f"smtp://crm:right@127.0.0.1:{box.port}")
        await send()
        await crm.work()
        assert len(box.taken) == 1


async def test_encryption_that_is_required_is_never_done_without(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}?starttls=required")
    await send()
    await crm.work()
    assert mailbox.taken == []


async def test_a_wrong_password_is_told_and_not_shown(crm: Crm, set_up: SetUp) -> None:
    with mail_server(sign_in=True) as box:
        set_up(smtp_url=f"smtp://crm:wr0ng-hush@127.0.0.1:{box.port}")
        dead = await send()
        await crm.work()
        found = await job(dead)
        assert (found.state, "535" in str(found.last_error)) == ("dead", True), found.last_error
        assert "hush" not in str(found.last_error)
        assert "hush" not in repr(await notifications.mail_state())


async def test_a_mention_is_mailed_in_the_readers_language(crm: Crm, mailbox: Mailbox, set_up: SetUp) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    lina, manager = await crm.actor("lina"), await crm.actor("manager")
    account = await records.create("account", {**NORDIC}, actor=lina)
    await records.comment("account", account.id, f"@{manager.name} <b>look</b>", actor=lina)
    await crm.work()
    (mail,) = mailbox.taken
    user = await identity.user(manager.user_id)
    with i18n.speaking(user.language):
        said = i18n._("{by} mentions you at {record}", by=lina.name, record="Nordic Tools AB")
    assert (mail["To"], mail["Subject"]) == (user.email, said)
    html = mail.get_body(("html",))
    assert html is not None
    assert f'href="https://crm.nordic-tools.example/r/account/{account.id}"' in html.get_content()


async def test_a_mail_of_what_may_no_longer_be_known_is_not_sent(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    lina, carlos, admin = await crm.actor("lina"), await crm.actor("carlos"), await crm.actor("admin")
    account = await records.create("account", {**NORDIC}, actor=admin)
    await notifications.prefer("owner", in_app=True, mail="now", actor=lina)
    await records.update("account", account.id, {"owner": lina.user_id}, actor=admin, version=None)
    await records.update("account", account.id, {"owner": carlos.user_id}, actor=admin, version=None)
    await crm.work()
    assert mailbox.taken == []


async def test_what_waits_for_the_day_comes_once_in_the_morning(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    lina = await crm.actor("lina")
    await notifications.prefer("system", in_app=True, mail="daily", actor=lina)
    for number in range(3):
        await notifications.notify([lina.user_id], topic="system", text=Message("No. {n}", {"n": number}))
    await crm.work()
    assert mailbox.taken == []
    await database.execute("UPDATE tw_notification SET created_at = '2026-01-01T00:00:00+00:00'")
    for _ in range(2):
        await jobs.add(notifications.DIGEST)
        await crm.work()
    (mail,) = mailbox.taken
    text = mail.get_body(("plain",))
    assert text is not None and all(f"No. {number}" in text.get_content() for number in range(3))


async def test_an_admin_tries_the_server_and_sees_what_it_says(
    crm: Crm, mailbox: Mailbox, set_up: SetUp
) -> None:
    admin = await crm.actor("admin")
    with pytest.raises(notifications.MailNotSetUp):
        await notifications.send_test(admin)
    set_up(smtp_url=f"smtp://127.0.0.1:{mailbox.port}")
    assert (await notifications.send_test(admin)).outcome == "sent"
    mailbox.data_answer = "554 not from you"
    tried = await notifications.send_test(admin)
    assert tried.outcome == "failed" and "not from you" in tried.reason


NORDIC = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
}  # fmt: skip
