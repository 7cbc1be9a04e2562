"""What other systems send: kept once, worked on once, failures visible; nobody else gets in."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from datetime import timedelta

import httpx
import msgspec
import pytest

from platform_core import audit, clock, database, identity, inbox, jobs, records, secrets
from platform_core.errors import Invalid, NotFound, TradewindError
from platform_core.identity import Actor
from platform_core.inbox import NewEndpoint, Receiver
from tests.fixtures_crm import Crm

MAPPED = {
    "form": "account",
    "fields": {"name": "/company/name", "country": "/company/country", "main_categories": "/interests"},
}
PAYLOAD = {"company": {"name": "Harbour Lights Ltd", "country": "GB"}, "interests": ["tools"]}


async def address(crm: Crm, **more: object) -> tuple[inbox.Endpoint, str]:
    admin = await crm.actor("admin")
    values = {"name": "website", "receiver": "webhook", "acts_for": admin.user_id, "settings": MAPPED, **more}
    endpoint, token = await inbox.add_endpoint(NewEndpoint(**values), actor=admin)  # type: ignore[arg-type]  # tests vary them
    return endpoint, f"/hooks/{endpoint.receiver}/{token}"


async def send(crm: Crm, path: str, payload: object = PAYLOAD, **headers: str) -> httpx.Response:
    body = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await crm.visitor().http.post(
        path, content=body, headers={"Content-Type": "application/json", **named}
    )


async def test_a_payload_becomes_a_record_once(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    answers = [await send(crm, path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.json()["new"] for answer in answers] == [True, False, False]
    await crm.work()
    await send(crm, path)
    await crm.work()
    (found,) = await inbox.listing()
    assert (found.state, found.repeats, found.attempts) == ("done", 3, 1)
    assert found.result is not None
    made = await records.get("account", str(found.result["record"]), actor=await crm.actor("admin"))
    assert made.title == "Harbour Lights Ltd"
    page = await records.query(records.RecordQuery(form="account", total=True), actor=identity.SYSTEM)
    assert page.total == 1


async def test_many_at_once_are_one_row(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    answers = await asyncio.gather(*(send(crm, path) for _ in range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_inbox") == 1


async def test_the_senders_number_tells_equal_payloads_apart(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    for number in ("a-1", "a-2", "a-1"):
        await send(crm, path, webhook_id=number)
    assert sorted(one.external_id for one in await inbox.listing()) == ["a-1", "a-2"]


async def test_a_wrong_address_tells_nothing(crm: Crm) -> None:
    endpoint, path = await address(crm)
    admin = await crm.actor("admin")
    wrong = [
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path.replace("webhook", "other"),
        "/hooks/webhook/x",
    ]
    for one in wrong:
        answer = await send(crm, one)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    await inbox.switch_endpoint(endpoint.id, False, actor=admin)
    assert (await send(crm, path)).status_code == 404
    await inbox.switch_endpoint(endpoint.id, True, actor=admin)
    new = await inbox.renew_token(endpoint.id, actor=admin)
    assert (await send(crm, path)).status_code == 404
    assert (await send(crm, f"/hooks/webhook/{new}")).status_code == 202
    stored = repr([dict(row) for row in await database.fetch_all("SELECT * FROM tw_inbox_endpoint")])
    assert new not in stored


async def test_a_signature_is_asked_for_where_one_was_agreed(crm: Crm) -> None:
    await secrets.put("site_key", "shared", actor=identity.SYSTEM)
    _endpoint, path = await address(crm, signature_secret="site_key", signature_header="X-Hub-Signature-256")
    body = msgspec.json.encode(PAYLOAD)
    good = hmac.new(b"shared", body, hashlib.sha256)
    for wrong in ("", "sha256=" + "0" * 64, good.hexdigest()[:-2], "no"):
        assert (await send(crm, path, body, X_Hub_Signature_256=wrong)).status_code == 401
    assert (await send(crm, path, body + b" ", X_Hub_Signature_256=good.hexdigest())).status_code == 401
    assert await inbox.listing() == []
    for right in (
        "sha256=" + good.hexdigest(),
        good.hexdigest().upper(),
        base64.b64encode(good.digest()).decode(),
    ):
        assert (await send(crm, path, body, X_Hub_Signature_256=right)).status_code == 202
    await secrets.remove("site_key", actor=identity.SYSTEM)
    assert (await send(crm, path, body, X_Hub_Signature_256=good.hexdigest())).status_code == 503


async def test_sizes_and_numbers_are_bounded(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    assert (await send(crm, path, b"x" * (inbox.MAX_BYTES + 1))).status_code == 413
    endpoint, token = await inbox.add_endpoint(
        NewEndpoint(
            name="busy", receiver="webhook", acts_for=(await crm.actor("admin")).user_id, settings=MAPPED
        ),
        actor=await crm.actor("admin"),
    )
    for _ in range(600):
        await inbox.receive("webhook", token, b"{}", {})
    with pytest.raises(Exception, match="Too many") as caught:
        await inbox.receive("webhook", token, b"{}", {})
    assert getattr(caught.value, "status", 0) == 429 and endpoint.active


async def test_credentials_among_headers_are_not_kept(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    await send(
        crm, path, Authorization="Basic s3cret", Cookie="a=s3cret", X_Api_Key="s3cret", X_Shop="Nordic"
    )
    (found,) = await inbox.listing()
    assert "s3cret" not in str(found.headers)
    assert found.headers["x-shop"] == "Nordic"


@pytest.mark.parametrize(
    "payload",
    [b"not json", b"\xff\xfe", {"company": {"name": "No Country"}}, [], {"company": {"country": "XX"}}],
)
async def test_what_cannot_be_used_is_kept_and_says_why(payload: object, crm: Crm) -> None:
    _endpoint, path = await address(crm)
    assert (await send(crm, path, payload)).status_code == 202
    await crm.work()
    (found,) = await inbox.listing(state="failed")
    assert found.last_error
    page = await records.query(records.RecordQuery(form="account", total=True), actor=identity.SYSTEM)
    assert page.total == 0


async def test_the_account_behind_the_address_decides_what_it_may_do(crm: Crm) -> None:
    finance = await crm.actor("finance")
    _endpoint, path = await address(crm, acts_for=finance.user_id)
    await send(crm, path)
    await crm.work()
    (found,) = await inbox.listing()
    access_refused = found.state == "failed"
    may_create = await may(crm, finance)
    assert access_refused is not may_create
    await identity.deactivate(finance.user_id, actor=identity.SYSTEM)
    await send(crm, path, {**PAYLOAD, "n": 2})
    await crm.work()
    assert (await inbox.listing(state="failed"))[0].last_error


async def may(crm: Crm, who: Actor) -> bool:
    try:
        await records.create(
            "account", {"name": "x", "country": "GB", "main_categories": ["tools"]}, actor=who
        )
    except TradewindError:
        return False
    return True


async def test_a_failure_is_tried_again_and_its_effect_happens_once(crm: Crm) -> None:
    calls: list[str] = []
    admin = await crm.actor("admin")

    async def handle(received: inbox.Received, _settings: object, actor: Actor) -> None:
        calls.append(received.external_id)
        await records.create(
            "account", {"name": "Twice", "country": "GB", "main_categories": ["tools"]}, actor=actor
        )
        if len(calls) == 1:
            raise RuntimeError("half way")

    leave = inbox.add_receiver(Receiver(name="fragile", label="Fragile", handle=handle))
    try:
        _endpoint, token = await inbox.add_endpoint(
            NewEndpoint(name="f", receiver="fragile", acts_for=admin.user_id), actor=admin
        )
        await inbox.receive("fragile", token, b"{}", {})
        await crm.work()
        assert (await inbox.listing())[0].state == "received"
        await database.execute("UPDATE tw_job SET due = TRUE, run_at = created_at WHERE state = 'ready'")
        await crm.work()
    finally:
        leave()
    assert (await inbox.listing())[0].state == "done" and len(calls) == 2
    page = await records.query(records.RecordQuery(form="account", total=True), actor=identity.SYSTEM)
    assert page.total == 1


async def test_an_admin_sees_a_failure_raw_and_tries_it_again(crm: Crm) -> None:
    endpoint, path = await address(crm)
    await send(crm, path, {"company": {"name": "Harbour <script>"}})
    await crm.work()
    (found,) = await inbox.listing()
    admin = await crm.login("admin")
    assert "website" in await admin.page("/admin/inbox?state=failed")
    page = await admin.page(f"/admin/inbox/{found.id}")
    assert "Harbour &lt;script&gt;" in page
    assert [line.subject for line in await audit.read(audit.AuditQuery(action="inbox.read"))] == [
        f"inbox/{found.id}"
    ]
    await database.execute(
        "UPDATE tw_inbox SET payload = ? WHERE id = ?", (msgspec.json.encode(PAYLOAD), found.id)
    )
    await admin.post_form(f"/admin/inbox/{found.id}/retry", {})
    await crm.work()
    assert (await inbox.find(found.id)).state == "done"
    await admin.api("POST", f"/inbox/{found.id}/retry", expect=404)
    shown = await admin.api("GET", f"/inbox/{found.id}")
    assert shown["state"] == "done" and "Harbour Lights" in str(shown["payload"])
    assert (await admin.api("GET", "/inbox?state=done"))["items"]
    await inbox.remove_endpoint(endpoint.id, actor=await crm.actor("admin"))
    with pytest.raises(NotFound):
        await inbox.find_endpoint(endpoint.id)


async def test_an_admin_makes_an_address_in_the_screens(crm: Crm) -> None:
    admin = await crm.login("admin")
    form = {
        "name": "website", "receiver": "webhook", "acts_for": "admin@demo.example",
        "settings": msgspec.json.encode(MAPPED).decode(), "signature_secret": "", "signature_header": "",
    }  # fmt: skip
    made = await admin.request("POST", "/admin/inbox/addresses", data=form)
    assert made.status_code == 200
    address_shown = made.text.partition("/hooks/webhook/")[2].partition("<")[0]
    assert (await send(crm, f"/hooks/webhook/{address_shown}")).status_code == 202
    assert address_shown not in await admin.page("/admin/inbox/addresses")
    for wrong in ({"settings": "{"}, {"settings": "[]"}, {"settings": '{"form": "nope", "fields": {}}'}, {"acts_for": "x"}, {"name": "A b"}, {"name": "website"}):  # fmt: skip
        refused = await admin.request(
            "POST", "/admin/inbox/addresses", data={**form, "name": "other", **wrong}
        )
        assert refused.status_code == 422, wrong
    (endpoint,) = await inbox.endpoints()
    await admin.post_form(f"/admin/inbox/addresses/{endpoint.id}", {"do": "off"})
    assert not (await inbox.find_endpoint(endpoint.id)).active


async def test_settings_that_make_no_sense_are_refused(crm: Crm) -> None:
    for wrong in ({}, {"form": "account", "fields": {"nope": "/a"}}, {"form": "account", "fields": {"name": "a"}}, {"form": "account", "fields": {}, "x": 1}):  # fmt: skip
        with pytest.raises(Invalid):
            await address(crm, settings=wrong)


async def test_old_payloads_are_forgotten(crm: Crm) -> None:
    _endpoint, path = await address(crm)
    for number, (days, state) in enumerate(((100, "failed"), (40, "done"), (40, "failed"), (1, "done"))):
        answer = await send(crm, path, {"n": number})
        await database.execute(
            "UPDATE tw_inbox SET state = ?, received_at = ? WHERE id = ?",
            (state, clock.now() - timedelta(days=days), answer.json()["id"]),
        )
    await database.execute("UPDATE tw_job SET state = 'cancelled', due = FALSE")
    await jobs.add(inbox.PURGE)
    await crm.work()
    assert [one.state for one in await inbox.listing()] == ["done", "failed"]
