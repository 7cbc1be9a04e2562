"""Request times, slow statements, and how a scrape reads them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import pytest

from platform_core import telemetry
from platform_core.telemetry import Sample


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    telemetry.forget_requests()
    telemetry.forget_sources()
    telemetry.take_slow()
    yield
    telemetry.forget_requests()
    telemetry.forget_sources()
    telemetry.use_threshold(0.5)


async def test_requests_are_counted_by_route_and_kind_of_answer() -> None:
    for seconds in (0.001, 0.02, 0.02, 7.0, 60.0):
        telemetry.note_request("GET", "/r/{form}", 200, seconds)
    telemetry.note_request("GET", "/r/{form}", 404, 0.1)
    body, kind = await telemetry.exposition()
    text = body.decode()
    assert kind.startswith("text/plain")
    labels = 'method="GET",route="/r/{form}",status="2xx"'
    assert f'tradewind_request_seconds_bucket{{le="0.005",{labels}}} 1.0' in text
    assert f'tradewind_request_seconds_bucket{{le="0.025",{labels}}} 3.0' in text
    assert f'tradewind_request_seconds_bucket{{le="10.0",{labels}}} 4.0' in text
    assert f'tradewind_request_seconds_bucket{{le="+Inf",{labels}}} 5.0' in text
    assert f"tradewind_request_seconds_count{{{labels}}} 5.0" in text
    assert 'status="4xx"' in text
    assert "process_resident_memory_bytes" in text


async def test_a_source_that_fails_does_not_spoil_the_scrape() -> None:
    async def broken() -> Iterable[Sample]:
        raise OSError("away")

    async def well() -> Iterable[Sample]:
        return [Sample(name="tradewind_jobs", help="Jobs.", value=3, labels={"state": "ready"})]

    telemetry.add_source("database", broken)
    telemetry.add_source("jobs", well)
    text = (await telemetry.exposition())[0].decode()
    assert 'tradewind_jobs{state="ready"} 3.0' in text
    assert 'tradewind_source_up{source="database"} 0.0' in text
    assert 'tradewind_source_up{source="jobs"} 1.0' in text


def test_what_a_request_pays_for_being_counted_is_a_few_microseconds() -> None:
    began = time.perf_counter()
    for _ in range(20_000):
        telemetry.note_request("GET", "/api/v1/records/{form}", 200, 0.0123)
    assert (time.perf_counter() - began) / 20_000 < 10e-6


def test_a_slow_statement_is_kept_by_its_shape_without_values() -> None:
    telemetry.use_threshold(0.1)
    telemetry.note_statement("SELECT 1", 0.05)
    telemetry.note_statement(
        "SELECT *  FROM t\n WHERE name = 'Mei Lin' AND n > 12.5 AND id = ? LIMIT 50", 0.2
    )
    telemetry.note_statement("SELECT * FROM t WHERE name = 'O''Hara' AND n > 7 AND id = ? LIMIT 20", 0.4)
    (one,) = telemetry.take_slow()
    assert one.shape == "SELECT * FROM t WHERE name = '…' AND n > ? AND id = ? LIMIT ?"
    assert (one.count, one.longest) == (2, 0.4)
    assert telemetry.take_slow() == []
