"""The chain: what is sealed cannot be changed, taken out, put in, moved or cut off without `verify` telling where."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import msgspec
import pytest

from platform_core import audit, database, settings
from platform_core.audit import AuditQuery, Keeper
from platform_core.identity import Actor

_UNGUARD = {
    "sqlite": ("DROP TRIGGER tw_audit_entry_keep", "DROP TRIGGER tw_audit_entry_stay"),
    "postgresql": (
        "ALTER TABLE tw_audit_entry DISABLE TRIGGER tw_audit_entry_keep",
        "ALTER TABLE tw_audit_entry DISABLE TRIGGER tw_audit_entry_stay",
    ),
}
_GUARD = (
    "ALTER TABLE tw_audit_entry ENABLE TRIGGER tw_audit_entry_keep",
    "ALTER TABLE tw_audit_entry ENABLE TRIGGER tw_audit_entry_stay",
)


@pytest.fixture
async def unguarded(db: str) -> AsyncIterator[str]:
    """A database whose owner has switched the guards off, as somebody would who wants to hide something."""
    for statement in _UNGUARD[db]:
        await database.execute(statement)
    yield db
    if db == "postgresql":
        for statement in _GUARD:
            await database.execute(statement)


async def write(actor: Actor, count: int) -> None:
    for number in range(count):
        await audit.write("record.update", actor=actor, subject=f"s/{number}", fields=("name",), digest=b"d")


async def test_lines_are_sealed_and_the_chain_holds(db: str, lina: Actor) -> None:
    await write(lina, 5)
    before = await audit.verify()
    assert (before.ok, before.sealed, before.unsealed) == (True, 0, 5)
    assert before.waiting_since is not None
    assert [await audit.seal(batch=3) for _ in range(3)] == [3, 2, 0]
    after = await audit.verify()
    assert (after.ok, after.sealed, after.unsealed, after.waiting_since) == (True, 5, 0, None)
    assert after.head.startswith("5:")
    assert all(line.sealed for line in await audit.read(AuditQuery()))


async def test_many_lines_with_everything_in_them_verify_over_chunks(db: str, lina: Actor) -> None:
    entries = [
        audit.Entry(
            action="record.import",
            actor=lina,
            subject=f"trade_crm.account/{n}",
            detail={"n": n, "rate": n / 7, "deep": {"ü": ["信风", None, True]}},
        )
        for n in range(4_100)
    ]
    await audit.write_many(entries)
    while await audit.seal():
        continue
    found = await audit.verify()
    assert (found.ok, found.sealed, found.unsealed) == (True, 4_100, 0)


@pytest.mark.parametrize(
    ("statement", "fault", "number"),
    [
        ("UPDATE tw_audit_entry SET action = 'record.read' WHERE sealed_number = 3", "changed", 3),
        ("UPDATE tw_audit_entry SET digest = NULL WHERE sealed_number = 2", "changed", 2),
        ("UPDATE tw_audit_entry SET subject = 's/9' WHERE sealed_number = 5", "changed", 5),
        ("DELETE FROM tw_audit_entry WHERE sealed_number = 2", "missing", 2),
        ("DELETE FROM tw_audit_entry WHERE sealed_number >= 4", "cut", 4),
        ("UPDATE tw_audit_head SET number = 4", "head", 5),
        ("UPDATE tw_audit_head SET number = 0, mac = NULL", "head", 5),
    ],
)
async def test_a_change_is_found_at_its_line(
    unguarded: str, lina: Actor, statement: str, fault: str, number: int
) -> None:
    await write(lina, 5)
    await audit.seal()
    await database.execute(statement)
    found = await audit.verify()
    assert not found.ok
    assert found.broken is not None
    assert found.broken.fault == fault
    if fault != "head":
        assert found.broken.number == number


async def test_swapped_lines_are_found(unguarded: str, lina: Actor) -> None:
    await write(lina, 4)
    await audit.seal()
    await database.execute("UPDATE tw_audit_entry SET sealed_number = 99 WHERE sealed_number = 2")
    await database.execute("UPDATE tw_audit_entry SET sealed_number = 2 WHERE sealed_number = 3")
    await database.execute("UPDATE tw_audit_entry SET sealed_number = 3 WHERE sealed_number = 99")
    found = await audit.verify()
    assert found.broken is not None
    assert (found.broken.fault, found.broken.number) == ("changed", 2)


async def test_a_line_that_was_put_in_is_found(unguarded: str, lina: Actor) -> None:
    await write(lina, 4)
    await audit.seal()
    await database.execute("UPDATE tw_audit_entry SET sealed_number = 6 WHERE sealed_number = 4")
    await audit.write("record.create", actor=lina)
    await database.execute(
        "UPDATE tw_audit_entry SET sealed_number = 4, sealed_chain = ? WHERE sealed_number IS NULL",
        (b"x" * 32,),
    )
    found = await audit.verify()
    assert found.broken is not None
    assert (found.broken.fault, found.broken.number) == ("changed", 4)


async def test_an_older_end_with_its_signature_does_not_hide_what_came_after(
    unguarded: str, lina: Actor
) -> None:
    await write(lina, 3)
    await audit.seal()
    old = await database.fetch_one("SELECT number, chain, mac FROM tw_audit_head")
    assert old is not None
    await write(lina, 2)
    await audit.seal()
    await database.execute(
        "UPDATE tw_audit_head SET number = ?, chain = ?, mac = ?", (old["number"], old["chain"], old["mac"])
    )
    found = await audit.verify()
    assert found.broken is not None
    assert (found.broken.fault, found.broken.number) == ("beyond", 4)


async def test_a_head_noted_earlier_and_the_anchor_show_a_chain_that_was_put_back(
    unguarded: str, lina: Actor
) -> None:
    await write(lina, 3)
    await audit.seal()
    old = await database.fetch_one("SELECT number, chain, mac FROM tw_audit_head")
    assert old is not None
    await write(lina, 2)
    keeper = Keeper()
    await keeper.stop()  # one last round: seals, and keeps the anchor
    noted = (await audit.verify()).head
    await database.execute("DELETE FROM tw_audit_entry WHERE sealed_number > 3")
    await database.execute(
        "UPDATE tw_audit_head SET number = ?, chain = ?, mac = ?", (old["number"], old["chain"], old["mac"])
    )
    found = await audit.verify()
    assert found.broken is not None
    assert (found.broken.fault, found.broken.number) == ("cut", 4)
    (settings.current().data / audit.ANCHOR_FILE).unlink()
    assert (await audit.verify()).ok, "without any memory outside the shorter chain looks whole"
    assert not (await audit.verify(expect=noted)).ok
    with pytest.raises(ValueError, match="is not a head"):
        await audit.verify(expect="nonsense")


async def test_another_key_neither_verifies_nor_seals(
    db: str, lina: Actor, installation: settings.Settings
) -> None:
    await write(lina, 2)
    await audit.seal()
    settings.use(msgspec.structs.replace(installation, secret_key=b"another secret of thirty-two byte"))
    found = await audit.verify()
    assert found.broken is not None
    assert found.broken.fault == "head"
    await write(lina, 1)
    with pytest.raises(audit.ChainBroken):
        await audit.seal()


async def test_a_transaction_that_commits_late_with_a_smaller_id_is_sealed_too(db: str, lina: Actor) -> None:
    if db == "sqlite":
        return  # one writer: nothing commits late
    written, commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await audit.write("record.slow", actor=lina)
            written.set()
            await commit.wait()

    task = asyncio.create_task(slow())
    await written.wait()
    await audit.write("record.quick", actor=lina)
    assert await audit.seal() == 1
    commit.set()
    await task
    assert await audit.seal() == 1
    lines = await audit.read(AuditQuery())
    assert [line.action for line in lines] == ["record.quick", "record.slow"]
    assert (await audit.verify()).ok


async def test_several_sealers_at_once_make_one_chain(db: str, lina: Actor) -> None:
    for _ in range(6):
        await write(lina, 30)
        await asyncio.gather(*(audit.seal(batch=7) for _ in range(6)))
    while await audit.seal():
        continue
    found = await audit.verify()
    assert (found.ok, found.sealed, found.unsealed) == (True, 180, 0)


async def test_a_keeper_seals_by_itself_and_once_more_when_it_stops(db: str, lina: Actor) -> None:
    keeper = Keeper(every=0.01)
    await keeper.start()
    await write(lina, 3)
    async with asyncio.timeout(10):
        while (await audit.verify()).sealed < 3:
            continue
    await keeper.stop()
    await write(lina, 1)
    await keeper.stop()
    assert (await audit.verify()).sealed == 4


async def test_the_chain_goes_on_when_the_installations_key_is_changed(
    db: str, lina: Actor, installation: settings.Settings
) -> None:
    keys = [
        installation.secret_key,
        b"second secret of thirty-two bytes",
        b"third secret of thirty-two bytess",
    ]
    await write(lina, 3)
    await audit.seal()
    for old, new in itertools.pairwise(keys):
        settings.use(msgspec.structs.replace(installation, secret_key=new))
        with pytest.raises(audit.ChainBroken):
            await audit.follow_key(b"a key that has never signed anything")
        assert await audit.follow_key(old)
        assert not await audit.follow_key(old), "a second time nothing is left to do"
        await write(lina, 2)
        await audit.seal()
        found = await audit.verify()
        assert (found.ok, found.unsealed) == (True, 0)
    assert found.sealed == 7
    settings.use(installation)
    assert not (await audit.verify()).ok
