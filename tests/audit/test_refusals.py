"""Refusals are noted, and cannot be made to flood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from platform_core import audit, clock
from platform_core.audit import REFUSAL, AuditQuery
from platform_core.database import new_id
from platform_core.identity import Actor


class Time:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        clock.set_source(lambda: self.now)


async def lines() -> list[audit.Line]:
    return await audit.read(AuditQuery(kind=REFUSAL, limit=200))


async def test_a_refusal_tells_who_was_refused_what(db: str, lina: Actor) -> None:
    await audit.refused("record.read", actor=lina, subject="trade_crm.account/1", detail={"status": 404})
    (line,) = await lines()
    assert (line.action, line.user_id, line.detail) == ("record.read", lina.user_id, {"status": 404})


async def test_of_a_flood_the_first_twenty_a_minute_are_written_and_the_rest_counted(
    db: str, lina: Actor
) -> None:
    time = Time()
    audit.forget_refusals()
    for _ in range(500):
        await audit.refused("record.read", actor=lina)
    assert len(await lines()) == 20
    time.now += timedelta(seconds=61)
    await audit.refused("record.read", actor=lina)
    newest = (await lines())[0]
    assert newest.detail == {"left_out_before": 480}


async def test_one_flood_does_not_silence_other_people_or_other_actions(db: str, lina: Actor) -> None:
    Time()
    audit.forget_refusals()
    for _ in range(30):
        await audit.refused("record.read", actor=lina)
    carlos = msgspec.structs.replace(lina, user_id=new_id(), session_id=new_id())
    await audit.refused("record.read", actor=carlos)
    await audit.refused("record.delete", actor=lina)
    assert len(await lines()) == 22


async def test_many_callers_together_are_bounded_too(db: str, lina: Actor) -> None:
    Time()
    audit.forget_refusals()
    for number in range(700):
        visitor = msgspec.structs.replace(lina, session_id=None, ip=f"203.0.113.{number}")
        await audit.refused("session.refused", actor=visitor)
    assert len(await audit.read(AuditQuery(limit=200))) == 200
    count = await audit.read(AuditQuery(limit=200, before=(await lines())[-1].id))
    assert len(count) == 200
    last = await audit.read(AuditQuery(limit=200, before=count[-1].id))
    assert len(last) == 200
    assert await audit.read(AuditQuery(limit=200, before=last[-1].id)) == []
