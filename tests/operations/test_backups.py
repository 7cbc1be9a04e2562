"""Backups and restores of a whole installation, on both databases: what comes back is what was there."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from platform_core import audit, database, files, identity, operations, records, settings
from platform_core.identity import Actor
from platform_core.operations import BackupFailed, BackupRefused, KeyLost, NotEmpty
from tests.fixtures_crm import Crm

State = dict[str, object]
ACCOUNT = {
    "country": "SE",
    "timezone": "Europe/Stockholm",
    "settlement_currency": "SEK",
    "main_categories": ["tools"],
    "gdpr_status": "legitimate_interest",
}


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def fill(actor: Actor, count: int = 5, start: int = 0) -> None:
    for number in range(start, start + count):
        await records.create("trade_crm.account", {**ACCOUNT, "name": f"Nordic Tools {number}"}, actor=actor)
        await files.store(f"quote-{number}.txt", _chunks(b"quote %d" % number), actor=actor)


async def state() -> State:
    """Every row of every table, and every file, as digests that can be compared."""
    found: State = {}
    for table in sorted(await database.tables()):
        if table.startswith(("tw_search_words", "tw_process")):
            continue
        rows = await database.fetch_tuples(f'SELECT * FROM "{table}"')
        found[table] = sorted(repr(row) for row in rows)
    folder = settings.current().data / "files"
    found["files"] = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    return found


def known(crm: Crm) -> list[str]:
    return [migration.id for migration in crm.registry.migrations]


async def elsewhere(crm: Crm, folder: Path) -> None:
    """Point the settings at an empty place of the same kind."""
    await database.close()
    current = settings.current()
    if crm.engine == "sqlite":
        url = f"sqlite:///{folder / 'restored.db'}"
    else:
        url = current.database_url + "_restored"
        connection = await asyncpg.connect(current.database_url)
        name = url.rpartition("/")[2]
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()
    settings.use(msgspec.structs.replace(current, data=folder / "restored", database_url=url))


async def reopen() -> None:
    await database.open(settings.current().database_url)


async def test_a_restored_installation_is_the_one_that_was_saved(crm: Crm, tmp_path: Path) -> None:
    admin = await crm.actor("admin")
    await fill(admin)
    await audit.seal()
    before, file = await state(), tmp_path / "backup.tradewind"
    made = await operations.make_backup(file)
    assert made.files == 5
    assert made.missing_files == ()
    assert file.stat().st_mode & 0o777 == 0o600
    await fill(admin, 2, 100)
    await elsewhere(crm, tmp_path)
    restored = await operations.restore_backup(file, known(crm))
    assert restored.kept == ()
    assert restored.older == ()
    await reopen()
    assert await state() == before
    assert (await audit.verify(expect=made.head)).ok
    # and it lives: identity columns go on, triggers guard, the application writes
    await records.create("trade_crm.account", {**ACCOUNT, "name": "After the storm"}, actor=admin)
    with pytest.raises(database.DatabaseError):
        await database.execute("DELETE FROM tw_audit_entry")


async def test_a_backup_under_write_load_is_one_state(crm: Crm, tmp_path: Path) -> None:
    admin = await crm.actor("admin")
    await fill(admin, 3)
    stop = asyncio.Event()

    async def write(worker: int) -> None:
        number = 0
        while not stop.is_set():
            await fill(admin, 1, worker * 10_000 + number)
            number += 1

    keeper = audit.Keeper(every=0.02)
    await keeper.start()
    writers = [asyncio.create_task(write(each)) for each in range(1, 4)]
    file = tmp_path / "backup.tradewind"
    for wanted in (6, 10):
        while int(str(await database.fetch_value("SELECT COUNT(*) FROM tw_file"))) < wanted:
            continue
        made = await operations.make_backup(file, overwrite=True)
    stop.set()
    await asyncio.gather(*writers)
    await keeper.stop()
    await elsewhere(crm, tmp_path)
    await operations.restore_backup(file, known(crm))
    await reopen()
    assert (await audit.verify(expect=made.head)).ok
    accounts = await database.fetch_value("SELECT COUNT(*) FROM r_trade_crm__account")
    history = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_record_history WHERE form = 'trade_crm.account'"
    )
    lines = await database.fetch_value(
        "SELECT COUNT(*) FROM tw_audit_entry WHERE action = 'record.create' AND subject LIKE 'trade_crm.account/%'"
    )
    assert accounts == history == lines
    rows = await database.fetch_tuples("SELECT DISTINCT sha256 FROM tw_file")
    assert rows
    for (sha256,) in rows:
        assert files.store_path(str(sha256)).is_file()


async def test_a_restore_over_something_is_refused_and_with_force_keeps_it_aside(
    crm: Crm, tmp_path: Path
) -> None:
    admin = await crm.actor("admin")
    await fill(admin, 2)
    before, file = await state(), tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    await fill(admin, 1, 50)
    await database.close()
    with pytest.raises(NotEmpty):
        await operations.restore_backup(file, known(crm))
    restored = await operations.restore_backup(file, known(crm), force=True)
    assert len(restored.kept) >= 2
    assert all("before" in place for place in restored.kept)
    await reopen()
    assert await state() == before


async def test_a_restore_while_the_program_runs_is_refused(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    with pytest.raises(NotEmpty, match="open|connected"):
        await operations.restore_backup(file, known(crm), force=True)
    assert await identity.count_users()


async def test_jobs_that_were_being_worked_on_are_told(crm: Crm, tmp_path: Path) -> None:
    from platform_core import jobs

    job = await jobs.add("records.purge", subject="trade_crm.account")
    await database.execute("UPDATE tw_job SET state = 'leased', attempt = 1 WHERE id = ?", (job,))
    made = await operations.make_backup(tmp_path / "backup.tradewind")
    assert [(each.id, each.kind, each.attempt) for each in made.leased_jobs] == [(job, "records.purge", 1)]


async def test_a_backup_of_another_program_key_or_form_is_refused(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    await elsewhere(crm, tmp_path)
    with pytest.raises(BackupRefused, match="newer than this program") as refused:
        await operations.restore_backup(file, known(crm)[:-1])
    assert "Install that version" in str(refused.value)
    current = settings.current()
    settings.use(msgspec.structs.replace(current, secret_key=b"x" * 48))
    with pytest.raises(BackupRefused, match="belongs to the secret key"):
        await operations.restore_backup(file, known(crm))
    other = "sqlite:////tmp/none.db" if crm.engine == "postgresql" else "postgresql://nobody@127.0.0.1:1/none"
    settings.use(msgspec.structs.replace(current, database_url=other))
    with pytest.raises(BackupRefused, match="is set up for"):
        await operations.restore_backup(file, known(crm))


@pytest.mark.parametrize("harm", ["cut", "changed", "manifest", "nonsense", "none"])
async def test_a_damaged_backup_is_refused_before_anything_is_touched(
    crm: Crm, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    data = file.read_bytes()
    if harm == "cut":
        file.write_bytes(data[: len(data) * 2 // 3])
    elif harm == "changed":
        place = len(data) // 3
        file.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
    elif harm == "manifest":
        _rewrite(file)
    elif harm == "nonsense":
        file.write_bytes(b"once upon a time")
    else:
        file.unlink()
    await database.close()
    with pytest.raises(BackupRefused):
        await operations.restore_backup(file, known(crm), force=True)
    await reopen()
    assert await identity.count_users()


def _rewrite(file: Path) -> None:
    """Somebody unpacks it, changes a number and packs it again."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["manifest.json"] = parts["manifest.json"].replace(b'"with_key": false', b'"with_key": true ')
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


async def test_a_missing_file_is_told_and_the_rest_is_saved(crm: Crm, tmp_path: Path) -> None:
    await fill(await crm.actor("admin"), 2)
    (sha256,) = next(iter(await database.fetch_tuples("SELECT sha256 FROM tw_file ORDER BY id LIMIT 1")))
    files.store_path(str(sha256)).unlink()
    made = await operations.make_backup(tmp_path / "backup.tradewind")
    assert made.missing_files == (sha256,)
    assert made.files == 1


async def test_a_backup_neither_overwrites_nor_leaves_a_part(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "backups" / "backup.tradewind"
    with pytest.raises(BackupFailed, match="cannot be written"):
        await operations.make_backup(file)
    file.parent.mkdir()
    await operations.make_backup(file)
    with pytest.raises(BackupFailed, match="is there already"):
        await operations.make_backup(file)
    await operations.make_backup(file, overwrite=True)
    assert [path.name for path in file.parent.iterdir()] == ["backup.tradewind"]


async def test_the_key_goes_along_only_when_asked_and_is_needed_otherwise(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, full = tmp_path / "plain.tradewind", tmp_path / "full.tradewind"
    await operations.make_backup(plain)
    await operations.make_backup(full, with_key=True)
    with zipfile.ZipFile(plain) as archive:
        assert "secret.key" not in archive.namelist()
    key = settings.current().secret_key
    assert all(key not in part for part in [plain.read_bytes()])
    await elsewhere(crm, tmp_path)
    data = settings.current().data
    for file in (plain, full):
        made = data / settings.KEY_FILE
        data.mkdir(exist_ok=True)
        made.write_text("a key that was made a moment ago, because none was there")
        monkeypatch.setattr(settings.secret, "_made", made)
        settings.use(msgspec.structs.replace(settings.current(), secret_key=made.read_bytes()))
        if file is plain:
            with pytest.raises(KeyLost, match="no key here"):
                await operations.restore_backup(file, known(crm))
            assert not made.exists()
        else:
            await operations.restore_backup(file, known(crm))
            assert made.read_bytes() == key
            assert made.stat().st_mode & 0o777 == 0o600
