"""A POST with an Idempotency-Key is done once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar.types import ASGIApp

from platform_core import clock, database
from platform_core.identity import User
from tests.api.conftest import Browser, counter

KEY = {"Idempotency-Key": "4c1b6a0e-1"}


async def make(browser: Browser, name: str = "a", **headers: str) -> httpx.Response:
    return await browser.change("POST", "/api/v1/things", json={"name": name}, headers={**KEY, **headers})


async def test_the_same_request_twice_is_done_once_and_answered_alike(lina_here: Browser) -> None:
    first, second = await make(lina_here), await make(lina_here)
    assert counter.made == 1
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_without_a_key_each_request_is_done(lina_here: Browser) -> None:
    for _ in range(2):
        await lina_here.change("POST", "/api/v1/things", json={"name": "a"})
    assert counter.made == 2


async def test_the_same_key_with_another_body_is_refused(lina_here: Browser) -> None:
    await make(lina_here)
    answer = await make(lina_here, "b")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert counter.made == 1


async def test_a_refused_request_may_be_corrected_under_its_key(lina_here: Browser) -> None:
    assert (await make(lina_here, "bad")).status_code == 422
    assert (await make(lina_here, "good")).status_code == 201


async def test_a_key_belongs_to_one_person_and_one_address(
    lina_here: Browser, application: ASGIApp, admin: User
) -> None:
    await make(lina_here)
    async with Browser(application) as other:
        await other.sign_in("ada@demo.example")
        assert (await make(other)).json()["by"] == "Ada"
    assert counter.made == 2


async def test_while_the_first_still_runs_the_second_is_told_so(lina_here: Browser) -> None:
    answers = await asyncio.gather(*(make(lina_here) for _ in range(5)))
    assert counter.made == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_in_flight"}


async def test_where_the_first_was_lost_nobody_does_it_again(lina_here: Browser) -> None:
    await make(lina_here)
    # as a killed process leaves it: taken, never answered
    await database.execute("UPDATE tw_api_idempotency SET status = NULL, body = NULL")
    soon = await make(lina_here)
    assert (soon.status_code, soon.json()["code"]) == (409, "idempotency_in_flight")
    later = datetime.now(UTC) + timedelta(minutes=6)
    clock.set_source(lambda: later)
    lost = await make(lina_here)
    assert (lost.status_code, lost.json()["code"]) == (409, "idempotency_unknown")
    assert counter.made == 1


async def test_a_key_is_forgotten_after_a_day(lina_here: Browser) -> None:
    await make(lina_here)
    later = datetime.now(UTC) + timedelta(hours=25)
    await database.execute("UPDATE tw_identity_session SET expires_at = ?", (later + timedelta(hours=1),))
    clock.set_source(lambda: later)
    await make(lina_here)
    assert counter.made == 2


@pytest.mark.parametrize("key", ["two words", "x" * 201, "é"])
async def test_a_key_is_a_short_word(lina_here: Browser, key: str) -> None:
    answer = await lina_here.change(
        "POST", "/api/v1/things", json={"name": "a"}, headers={"Idempotency-Key": key.encode("latin-1")}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "idempotency_key")
    assert counter.made == 0


async def test_the_answer_to_a_sign_in_is_never_kept(browser: Browser, lina: User) -> None:
    for _ in range(2):
        answer = await browser.post(
            "/api/v1/session", json={"email": lina.email, "password": "harbour lights at dawn"}, headers=KEY
        )
        assert answer.status_code == 200
        assert "idempotency-replayed" not in answer.headers
    assert await database.fetch_value("SELECT COUNT(*) FROM tw_api_idempotency") == 0


async def test_a_key_does_not_carry_past_the_gate(lina_here: Browser) -> None:
    await make(lina_here)
    answer = await lina_here.post("/api/v1/things", json={"name": "a"}, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
