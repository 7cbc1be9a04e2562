"""A file that a record names belongs to it: it outlives the sweep, its readers fetch it, and it ends with the record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from platform_core import clock, database, files, jobs, records
from platform_core.identity import Actor
from tests.fixtures_crm import Crm


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _note(actor: Actor) -> tuple[str, str]:
    kept = await files.store("terms.txt", _chunks(b"FOB Ningbo"), actor=actor)
    made = await records.create("trade_crm.note", {"subject": "Terms", "text": "See the file"}, actor=actor)
    await records.update(
        "trade_crm.note", made.id, {"attachments": [kept.id]}, actor=actor, version=made.version
    )
    return made.id, kept.id


async def test_a_file_of_a_record_stays_when_loose_uploads_are_swept(crm: Crm) -> None:
    lina = await crm.actor("lina")
    _record, taken = await _note(lina)
    loose = await files.store("loose.txt", _chunks(b"nobody took it"), actor=lina)
    now = clock.now()
    before = clock.set_source(lambda: now + timedelta(hours=25))
    try:
        await jobs.add(files.SWEEP)
        await crm.work()
    finally:
        clock.set_source(before)
    assert await files.find(loose.id) is None
    assert await files.find(taken) is not None


async def test_who_reads_the_record_fetches_its_file_and_nobody_else(crm: Crm) -> None:
    _record, taken = await _note(await crm.actor("lina"))
    admin, carlos = await crm.login("admin"), await crm.login("carlos")
    assert (await admin.request("GET", f"/files/{taken}")).content == b"FOB Ningbo"
    assert (await carlos.request("GET", f"/files/{taken}")).status_code == 404


async def test_a_destroyed_record_takes_its_files_along(crm: Crm) -> None:
    admin = await crm.actor("admin")
    record, taken = await _note(admin)
    await records.delete("trade_crm.note", record, actor=admin, version=None)
    assert await files.find(taken) is not None, "what lies in the bin can come back"
    await records.purge("trade_crm.note", record, actor=admin)
    assert await files.find(taken) is None
    assert not await database.fetch_value("SELECT COUNT(*) FROM tw_file WHERE record = ?", (record,))
