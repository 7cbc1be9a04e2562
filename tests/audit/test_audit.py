"""The audit: who, what, when and which fields, never values, and nothing is ever changed or taken away."""

from __future__ import annotations

import msgspec
import pytest

from platform_core import audit, clock, database, settings
from platform_core.audit import AuditQuery, Entry
from platform_core.database import DatabaseError, new_id
from platform_core.identity import SYSTEM, Actor


async def test_a_line_tells_who_did_what_when_through_which_door(db: str, lina: Actor) -> None:
    subject = f"trade_crm.account/{new_id()}"
    before = clock.now()
    digest = audit.digest({"name": "Nordic Tools"})
    await audit.write(
        "record.update",
        actor=lina,
        subject=subject,
        fields=("name", "phone"),
        digest=digest,
        detail={"count": 2},
    )
    (line,) = await audit.read(AuditQuery(subject=subject))
    assert (line.action, line.kind, line.user_id, line.via) == (
        "record.update",
        "record",
        lina.user_id,
        "screen",
    )
    assert (line.ip, line.request_id, line.session_id) == (lina.ip, "r-1", lina.session_id)
    assert (line.fields, line.digest, line.detail, line.sealed) == (
        ("name", "phone"),
        digest,
        {"count": 2},
        False,
    )
    assert before <= line.at <= clock.now()


async def test_a_line_goes_with_the_transaction_that_it_tells_of(db: str, lina: Actor) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone):
        async with database.transaction():
            await audit.write("record.create", actor=lina)
            raise Undone
    assert await audit.read(AuditQuery()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM tw_audit_entry",
        "UPDATE tw_audit_entry SET action = 'nothing.happened'",
        "UPDATE tw_audit_entry SET detail = NULL",
        "UPDATE tw_audit_entry SET digest = NULL",
        "UPDATE tw_audit_entry SET session_id = NULL",
    ],
)
async def test_the_database_refuses_to_change_or_delete_a_line(db: str, lina: Actor, statement: str) -> None:
    await audit.write("record.create", actor=lina, digest=b"d")
    with pytest.raises(DatabaseError):
        await database.execute(statement)
    (line,) = await audit.read(AuditQuery())
    assert line.action == "record.create"


async def test_only_the_seal_may_be_filled_in_and_only_once(db: str, lina: Actor) -> None:
    await audit.write("record.create", actor=lina)
    await database.execute("UPDATE tw_audit_entry SET sealed_number = 1, sealed_chain = ?", (b"chain",))
    assert (await audit.read(AuditQuery()))[0].sealed
    with pytest.raises(DatabaseError):
        await database.execute("UPDATE tw_audit_entry SET sealed_number = 2")


async def test_postgresql_also_refuses_to_empty_the_table(db: str, lina: Actor) -> None:
    if db != "postgresql":
        return
    await audit.write("record.create", actor=lina)
    with pytest.raises(DatabaseError):
        await database.execute("TRUNCATE tw_audit_entry")


@pytest.mark.parametrize("count", [0, 3, 120])
async def test_many_lines_are_written_at_once(db: str, lina: Actor, count: int) -> None:
    subjects = [f"trade_crm.account/{number}" for number in range(count)]
    await audit.write_many(
        Entry(action="record.import", actor=lina, subject=s, digest=b"d") for s in subjects
    )
    lines = await audit.read(AuditQuery(action="record.import", limit=200))
    assert {line.subject for line in lines} == set(subjects)


async def test_lines_are_read_newest_first_page_by_page(db: str, lina: Actor) -> None:
    for number in range(5):
        await audit.write("record.update", actor=lina if number % 2 else SYSTEM, subject=f"s/{number}")
    first = await audit.read(AuditQuery(limit=2))
    second = await audit.read(AuditQuery(limit=2, before=first[-1].id))
    assert [line.subject for line in first + second] == ["s/4", "s/3", "s/2", "s/1"]
    assert [line.subject for line in await audit.read(AuditQuery(user_id=lina.user_id))] == ["s/3", "s/1"]
    assert await audit.read(AuditQuery(since=clock.now())) == []
    assert await audit.read(AuditQuery(kind="session")) == []


def test_a_digest_proves_a_value_and_tells_nothing_without_the_key(installation: settings.Settings) -> None:
    digest = audit.digest({"name": "Nordic Tools", "limit": {"amount": "1200.00", "currency": "EUR"}})
    assert len(digest) == 32
    assert digest == audit.digest({"limit": {"currency": "EUR", "amount": "1200.00"}, "name": "Nordic Tools"})
    assert digest != audit.digest({"name": "Nordic Tool", "limit": {"amount": "1200.00", "currency": "EUR"}})
    settings.use(msgspec.structs.replace(installation, secret_key=b"another secret of thirty-two byte"))
    assert digest != audit.digest({"name": "Nordic Tools", "limit": {"amount": "1200.00", "currency": "EUR"}})
