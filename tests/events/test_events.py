"""Events: who subscribed hears, inside the transaction or after its commit."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from platform_core import database, events


class Saved(msgspec.Struct, frozen=True):
    """Something was saved."""

    name: str


class Deleted(msgspec.Struct, frozen=True):
    """Something else."""

    name: str


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    events.reset()
    yield
    events.reset()


async def test_listeners_hear_their_kind_of_event_in_the_order_of_subscription() -> None:
    heard: list[str] = []

    async def second(event: Saved) -> None:
        heard.append(f"second {event.name}")

    events.subscribe(Saved, lambda event: heard.append(f"first {event.name}"))
    events.subscribe(Saved, second)
    events.subscribe(Deleted, lambda event: heard.append("never"))
    await events.publish(Saved("x"))
    assert heard == ["first x", "second x"]


async def test_a_listener_can_stop_the_publisher() -> None:
    def refuse(event: Saved) -> None:
        raise ValueError(event.name)

    events.subscribe(Saved, refuse)
    with pytest.raises(ValueError, match="x"):
        await events.publish(Saved("x"))


async def test_a_listener_that_left_hears_no_more() -> None:
    heard: list[str] = []
    leave = events.subscribe(Saved, lambda event: heard.append(event.name))
    await events.publish(Saved("a"))
    leave()
    leave()
    await events.publish(Saved("b"))
    assert heard == ["a"]


async def test_after_the_commit_means_after_the_outermost_and_never_after_a_rollback(bare_db: str) -> None:
    heard: list[str] = []

    async def listen(event: Saved) -> None:
        assert not database.in_transaction()
        heard.append(event.name)

    events.subscribe_after_commit(Saved, listen)
    async with database.transaction():
        async with database.transaction():
            await events.publish(Saved("kept"))
        assert heard == []
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await events.publish(Saved("undone"))
            raise ZeroDivisionError
    assert heard == ["kept"]


async def test_a_listener_that_fails_after_the_commit_does_not_stop_the_others(bare_db: str) -> None:
    heard: list[str] = []

    def fail(event: Saved) -> None:
        raise ValueError(event.name)

    events.subscribe_after_commit(Saved, fail)
    events.subscribe_after_commit(Saved, lambda event: heard.append(event.name))
    async with database.transaction():
        await events.publish(Saved("x"))
    assert heard == ["x"]


def test_an_event_is_a_frozen_struct() -> None:
    class Loose(msgspec.Struct):
        name: str

    with pytest.raises(TypeError, match="frozen"):
        events.subscribe(Loose, lambda event: None)
