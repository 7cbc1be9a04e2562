"""Wrong keys are counted before they are looked up."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from litestar.types import ASGIApp

from platform_core import api, audit, database, identity
from platform_core.audit import AuditQuery
from platform_core.identity import User
from tests.api.conftest import SECURE, Browser, router

MOST = 3


@pytest.fixture
def reads(db: str) -> Iterator[list[str]]:
    """Every statement that looks for a key, as it happens."""
    seen: list[str] = []
    remove = database.on_statement(lambda _number, sql: seen.append(sql) if "k.key_hash" in sql else None)
    yield seen
    remove()


@pytest.fixture
def strict(db: str) -> ASGIApp:
    """At most three wrong keys of one address in an hour."""
    return api.frame(router(), limiter=api.RateLimiter(wrong_keys=api.Rate(MOST, seconds=3600)))


@pytest.fixture
async def key(lina: User) -> str:
    actor = await identity.actor_of(lina.id)
    return (await identity.create_key("Web shop", role="seller", actor=actor))[1]


def _made_up(number: int) -> str:
    return f"tw_{number:043d}"


async def _send(program: Browser, key: str, method: str = "GET") -> httpx.Response:
    return await program.request(
        method, "/api/v1/things", json={"name": "a"}, headers={"Authorization": f"Bearer {key}"}
    )


async def _flood(program: Browser, times: int = 8) -> list[int]:
    return [(await _send(program, _made_up(number), "POST")).status_code for number in range(times)]


async def test_a_flood_of_wrong_keys_costs_no_more_reads_than_are_counted(
    strict: ASGIApp, reads: list[str]
) -> None:
    async with (
        Browser(strict, at=SECURE, ip="203.0.113.5") as flood,
        Browser(strict, at=SECURE, ip="203.0.113.6") as other,
    ):
        assert await _flood(flood) == [401] * MOST + [429] * 5
        assert len(reads) == MOST
        stopped = await _send(flood, _made_up(99))
        assert stopped.json()["code"] == "too_many_requests"
        assert int(stopped.headers["retry-after"]) in range(1, 1201)
        assert (await _send(other, _made_up(1))).status_code == 401
        assert (await flood.get("/login")).status_code == 200


async def test_a_refusal_by_the_count_writes_nothing(strict: ASGIApp) -> None:
    async with Browser(strict, at=SECURE, ip="203.0.113.5") as flood:
        await _flood(flood)
        before = len(await audit.read(AuditQuery(action="request.refused")))
        await _flood(flood)
        assert len(await audit.read(AuditQuery(action="request.refused"))) == before


async def test_right_keys_are_never_counted(strict: ASGIApp, key: str) -> None:
    async with Browser(strict) as program:
        assert {(await _send(program, key)).status_code for _ in range(4 * MOST)} == {200}
        assert await _flood(program, MOST + 1) == [401] * MOST + [429]


async def test_a_key_that_has_worked_is_not_locked_out_by_others_behind_its_address(
    strict: ASGIApp, key: str
) -> None:
    async with Browser(strict) as program:
        assert (await _send(program, key)).status_code == 200
        assert (await _flood(program))[-1] == 429
        assert (await _send(program, key)).status_code == 200


async def test_a_key_that_was_revoked_is_counted_like_any_other(
    strict: ASGIApp, key: str, lina: User, reads: list[str]
) -> None:
    async with Browser(strict) as program:
        assert (await _send(program, key)).status_code == 200
        actor = await identity.actor_of(lina.id)
        [kept] = await identity.keys_of(lina.id)
        await identity.revoke_key(kept.id, actor=actor)
        reads.clear()
        answers = [(await _send(program, key)).status_code for _ in range(3 * MOST)]
        assert answers == [401] * (MOST + 1) + [429] * (2 * MOST - 1)
        assert len(reads) == MOST + 1
