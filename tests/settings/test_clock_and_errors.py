"""The clock that tests own, and the root of the error tree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from platform_core import clock, errors


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_tests_own_the_time() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    before = clock.set_source(lambda: noon)
    assert before is None
    assert clock.now() == datetime(2026, 5, 1, 10, tzinfo=UTC)
    started = clock.monotonic()
    clock.set_source(lambda: noon + timedelta(seconds=90))
    assert clock.monotonic() - started == 90


def test_a_naive_time_source_is_refused() -> None:
    clock.set_source(lambda: datetime(2026, 5, 1))
    with pytest.raises(ValueError, match="naive"):
        clock.now()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Invalid([]), 422, "invalid"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Forbidden(), 403, "forbidden"),
        (errors.Unauthorized(), 401, "unauthorized"),
        (errors.Conflict(), 409, "conflict"),
        (errors.StaleVersion(), 412, "stale_version"),
        (errors.PreconditionRequired(), 428, "precondition_required"),
        (errors.TooManyRequests(7), 429, "too_many_requests"),
        (errors.PayloadTooLarge(), 413, "payload_too_large"),
        (errors.TradewindError(), 500, "error"),
    ],
)
def test_every_error_has_a_status_a_code_and_a_sentence(
    error: errors.TradewindError, status: int, code: str
) -> None:
    assert (error.status, error.code) == (status, code)
    assert str(error).strip()
    assert "{" not in str(error)


def test_an_error_says_what_happened_where_and_what_to_do() -> None:
    error = errors.Conflict(
        "{name} is taken.", pointer="/email", params={"name": "lina"}, remedy="Choose another than {name}."
    )
    assert str(error) == "/email: lina is taken. Choose another than lina."
    assert error.message == "{name} is taken."


def test_an_invalid_input_lists_all_its_problems() -> None:
    error = errors.Invalid(
        [
            errors.Problem(pointer="/email", code="required", message="Enter a value."),
            errors.Problem(pointer="/age", code="max", message="At most {limit}.", params={"limit": 9}),
        ]
    )
    assert "/email: Enter a value." in str(error)
    assert "/age: At most 9." in str(error)
    assert errors.Invalid.one("/a", "b", "c {d}", d=1).errors[0].text == "c 1"
