"""Log lines: what they tell, and what they never do."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from platform_core import telemetry
from platform_core.telemetry import logs


class Request:
    request_id = "r-12345678"
    user_id = "0198aaaa-0000-7000-8000-000000000001"


class Stream:
    """What was written to the error stream so far."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture, self._said = capture, ""

    def getvalue(self) -> str:
        self._said += self._capture.readouterr().err
        return self._said


@pytest.fixture
def stream(capsys: pytest.CaptureFixture[str]) -> Iterator[Stream]:
    before, level = logs.is_configured(), logging.getLogger("tradewind").level
    telemetry.configure("json", "info")
    yield Stream(capsys)
    telemetry.about_request(None)
    logging.getLogger().removeHandler(logs._handler)
    logging.getLogger("tradewind").setLevel(level)
    logs._format = before


def lines(out: Stream) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_logger_request_and_job(stream: Stream) -> None:
    telemetry.about_request(Request())
    with telemetry.about_job("j-1"):
        logging.getLogger("tradewind.test").info("%d rows", 3, extra={"form": "trade_crm.account"})
    (line,) = lines(stream)
    assert str(line.pop("ts")).endswith("Z")
    assert line == {
        "level": "info",
        "logger": "tradewind.test",
        "message": "3 rows",
        "request_id": "r-12345678",
        "user_id": Request.user_id,
        "job_id": "j-1",
        "form": "trade_crm.account",
    }


@pytest.mark.parametrize(
    "text",
    [
        "mail to mei.lin+x@harbour-goods.example failed",
        'duplicate key: Key (email, name)=(mei.lin@harbour-goods.example, "Mei Lin") already exists.',
        "Failing row contains (1, Mei Lin, +49 151 2345678).",
        "connect to postgresql://tradewind:s3cret@db.internal/crm failed",
        "Authorization: Bearer tw_abcdefghijkl0123456789",
        "key tw_abcdefghijkl0123456789 is not known",
        "call +49 151 2345678 now",
        'invalid input syntax for type uuid: "Mei Lin"',
        "password=s3cret given",
    ],
)
def test_personal_data_and_secrets_do_not_get_into_a_line(stream: io.StringIO, text: str) -> None:
    logging.getLogger("tradewind.test").warning(text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("tradewind.test").exception("broke", extra={"ip": "198.51.100.7", "note": text})
    said = stream.getvalue()
    for secret in ("mei.lin", "Mei Lin", "s3cret", "abcdefghijkl", "2345678", "198.51.100.7"):
        assert secret not in said
    assert "ValueError" in said


def test_ids_and_times_stay_readable() -> None:
    text = "job 0198aaaa-0000-7000-8000-000000000001 at 2026-11-22T08:00:00Z took 1234567890 ms"
    assert telemetry.scrubbed(text) == text


def test_libraries_speak_from_warnings_on_and_lines_for_people_are_text(stream: Stream) -> None:
    logging.getLogger("asyncio").info("chatter")
    telemetry.configure("text", "info")
    logging.getLogger("tradewind.test").info("ready")
    assert stream.getvalue().rstrip().endswith("info tradewind.test ready")
    assert "chatter" not in stream.getvalue()


def test_an_access_line_has_the_duration_and_hides_tokens_in_addresses(stream: Stream) -> None:
    telemetry.request_done("r-1", "GET", "/r/account", "/r/{form}", 200, 0.01234, "u-1")
    telemetry.request_done(
        "r-2", "POST", "/hooks/erp/s3cret-token", "/hooks/{connector}/{token}", 200, 0.001, None
    )
    telemetry.request_done("r-3", "GET", "/password/new/s3cret-token", "", 404, 0.001, None)
    telemetry.flush_lines()
    first, second, third = lines(stream)
    assert (first["path"], first["route"], first["status"], first["ms"], first["user_id"]) == (
        "/r/account",
        "/r/{form}",
        200,
        12.34,
        "u-1",
    )
    assert second["path"] == "/hooks/{connector}/{token}"
    assert "s3cret" not in stream.getvalue(), third


def test_the_program_goes_on_when_nobody_reads_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    telemetry.configure("json", "info")
    monkeypatch.setattr(sys, "stderr", Gone())
    telemetry.request_done("r-1", "GET", "/", "/", 200, 0.01, None)
    telemetry.flush_lines()
    logging.getLogger().removeHandler(logs._handler)
    logs._format = None
