"""Attachments in a bucket: the backup holds them too, a restore brings them back, the doctor counts what is missing."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from platform_core import database, files, operations, settings
from platform_core.files import StoreUnavailable
from platform_core.files.place import blobs
from platform_core.operations import BackupFailed, Finding
from platform_core.operations.doctor_database import check_files
from tests.files.test_s3 import BUCKET, make_bucket, server, use
from tests.fixtures_crm import Crm
from tests.operations.test_backups import elsewhere, fill, known, reopen

__all__ = ["server"]


@pytest.fixture
async def bucket(server: str, crm: Crm) -> AsyncIterator[str]:
    """The installation keeps its files in an empty bucket, and has three."""
    await make_bucket(server)
    use(f"s3://{BUCKET}/old?endpoint={server}")
    await fill(await crm.actor("admin"), 3)
    yield server
    await files.close()


async def hashes() -> list[str]:
    return [str(sha) for (sha,) in await database.fetch_tuples("SELECT sha256 FROM tw_file ORDER BY id")]


async def content() -> set[bytes]:
    return {b"".join([chunk async for chunk in files.chunks(sha)]) for sha in await hashes()}


async def finding() -> Finding:
    (found,) = await operations.examine([("files", check_files)])
    return found


async def test_a_backup_holds_the_bucket_and_a_restore_fills_another(
    crm: Crm, bucket: str, tmp_path: Path
) -> None:
    before, file = await content(), tmp_path / "backup.tradewind"
    made = await operations.make_backup(file)
    assert (made.files, made.missing_files, made.files_stay_at) == (3, (), "")
    assert not list((settings.current().data / "files").glob("??/*")), "streamed, not kept here"
    await elsewhere(crm, tmp_path)
    use(f"s3://{BUCKET}/new?endpoint={bucket}")
    restored = await operations.restore_backup(file, known(crm))
    assert restored.kept == ()
    await reopen()
    assert await content() == before
    assert len([blob async for blob in blobs().every()]) == 3
    assert [path.name for path in settings.current().data.glob(".files-*")] == []


async def test_a_backup_of_a_bucket_comes_back_into_the_data_folder(
    crm: Crm, bucket: str, tmp_path: Path
) -> None:
    before, file = await content(), tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    await elsewhere(crm, tmp_path)
    use(None)
    await operations.restore_backup(file, known(crm))
    await reopen()
    assert await content() == before


async def test_files_may_stay_in_the_bucket_which_the_backup_names(
    crm: Crm, bucket: str, tmp_path: Path
) -> None:
    before, file = await content(), tmp_path / "backup.tradewind"
    made = await operations.make_backup(file, with_files=False)
    assert (made.files, made.files_stay_at) == (0, f"s3://{BUCKET}/old?endpoint={bucket}")
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if name.startswith("files/")]
    await elsewhere(crm, tmp_path)
    await operations.restore_backup(file, known(crm))
    await reopen()
    assert await content() == before
    use(None)
    with pytest.raises(BackupFailed, match="data folder"):
        await operations.make_backup(tmp_path / "other.tradewind", with_files=False)


async def test_missing_and_spoilt_bytes_are_told_and_never_brought_back(
    crm: Crm, bucket: str, tmp_path: Path
) -> None:
    lost, spoilt, _well = await hashes()
    await blobs().remove(lost)
    client = await blobs()._connected()  # type: ignore[attr-defined]  # the bucket's own client, to spoil it
    await client.put_object(Bucket=BUCKET, Key=f"old/{spoilt[:2]}/{spoilt}", Body=b"something else")
    file = tmp_path / "backup.tradewind"
    made = await operations.make_backup(file)
    assert set(made.missing_files) == {lost, spoilt}
    assert made.files == 1
    await elsewhere(crm, tmp_path)
    use(f"s3://{BUCKET}/new?endpoint={bucket}")
    await operations.restore_backup(file, known(crm))
    await reopen()
    assert len([blob async for blob in blobs().every()]) == 1


async def test_a_bucket_that_is_away_keeps_the_backup_from_being_made_and_the_restore_from_beginning(
    crm: Crm, bucket: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tradewind"
    await operations.make_backup(file)
    use("s3://attachments?endpoint=http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        await operations.make_backup(tmp_path / "other.tradewind")
    assert [path.name for path in tmp_path.glob("*other*")] == []
    here = settings.current()
    await elsewhere(crm, tmp_path)
    with pytest.raises(StoreUnavailable):
        await operations.restore_backup(file, known(crm))
    await reopen()
    assert not await database.tables(), "nothing was changed"
    await database.close()
    settings.use(here)
    await reopen()


async def test_the_doctor_counts_what_is_missing_in_the_bucket(
    crm: Crm, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await finding()
    assert found.state == "ok" and found.found == f"3 files in s3://{BUCKET}/old?endpoint={bucket}"
    last = max(await hashes())
    await blobs().remove(last)
    found = await finding()
    assert found.state == "fail" and "1 of 3 are missing" in found.found and "files move" in found.remedy
    monkeypatch.setattr("platform_core.operations.doctor_database._OBJECTS", 1)
    found = await finding()
    assert found.state == "ok" and "only its first 1 objects" in found.found
    settings.use(msgspec.structs.replace(settings.current(), files_url="s3://b?endpoint=http://127.0.0.1:1"))
    found = await finding()
    assert found.state == "fail" and found.remedy
