"""Attachments in a bucket: the same promises as in the data folder, against a server that speaks S3."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from moto.server import ThreadedMotoServer

from platform_core import clock, database, files, jobs, settings
from platform_core.files import BytesMissing, FilesError, StoredFile, StoreUnavailable
from platform_core.files.place import blobs
from platform_core.files.s3_address import s3_address
from platform_core.identity import SYSTEM
from tests.fixtures_crm import Crm
from tests.records.conftest import _kinds, company

__all__ = ["_kinds", "company"]

BUCKET = "attachments"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 on a free port of loopback."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    _host, port = running.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    running.stop()


@pytest.fixture
async def bucket(server: str, db: str, _kinds: None) -> AsyncIterator[str]:
    """An empty bucket that the settings name."""
    await make_bucket(server)
    use(f"s3://{BUCKET}/crm?endpoint={server}")
    yield server
    await files.close()


async def make_bucket(server: str) -> None:
    from aiobotocore.session import get_session

    making = get_session().create_client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    async with making as client:
        with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
            await client.create_bucket(Bucket=BUCKET)
        for found in (await client.list_objects_v2(Bucket=BUCKET)).get("Contents", ()):
            await client.delete_object(Bucket=BUCKET, Key=found["Key"])


def use(url: str | None) -> None:
    settings.use(msgspec.structs.replace(settings.current(), files_url=url, files_key="k", files_secret="s"))


async def stored(data: bytes, name: str = "offer.txt") -> StoredFile:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 100_000):
            yield data[start : start + 100_000]

    return await files.store(name, chunks(), actor=SYSTEM)


async def content(file_id: str) -> bytes:
    opened = await files.opened(file_id, actor=SYSTEM)
    assert opened.path is None
    return b"".join([chunk async for chunk in opened.chunks()])


async def names() -> list[str]:
    return [blob.sha256 async for blob in blobs().every()]


async def test_what_is_stored_comes_back_and_lies_in_the_bucket_only(bucket: str) -> None:
    kept = await stored(b"hello" * 1000)
    assert await content(kept.id) == b"hello" * 1000
    assert await names() == [kept.sha256] and not files.store_path(kept.sha256).exists()
    assert list((settings.current().data / "files").glob("incoming-*")) == []


async def test_a_large_file_goes_in_parts(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform_core.files.s3_blobs.PART", 5 * 1024 * 1024)
    data = hashlib.sha256(b"x").digest() * (12 * 1024 * 1024 // 32)
    kept = await stored(data)
    assert await content(kept.id) == data


async def test_the_same_bytes_are_kept_once(bucket: str) -> None:
    first, second = await stored(b"same"), await stored(b"same", "other.txt")
    assert first.sha256 == second.sha256 and len(await names()) == 1


async def test_lost_bytes_are_told_plainly(bucket: str) -> None:
    kept = await stored(b"gone soon")
    await blobs().remove(kept.sha256)
    with pytest.raises(BytesMissing) as refused:
        await files.opened(kept.id, actor=SYSTEM)
    assert "offer.txt" in refused.value.text and refused.value.remedy
    with pytest.raises(BytesMissing):
        await files.fetch(kept.sha256)


async def test_a_store_that_is_away_leaves_no_row_behind(bucket: str) -> None:
    use("s3://attachments?endpoint=http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        await stored(b"never kept")
    assert await database.fetch_value("SELECT count(*) FROM tw_file") == 0
    use(f"s3://no-such-bucket?endpoint={bucket}")
    with pytest.raises(StoreUnavailable):
        await stored(b"never kept")


async def test_a_row_that_could_not_be_written_leaves_bytes_that_the_sweep_takes(bucket: str) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        async with database.transaction():
            await stored(b"orphan")
            raise Stop
    kept = await stored(b"kept")
    assert len(await names()) == 2
    jobs.register(jobs.JobKind(files.SWEEP_STORE, files.sweep_store))
    await _sweep()
    assert len(await names()) == 2  # younger than a day: its row may still come
    now = clock.now()
    clock.set_source(lambda: now + timedelta(hours=25))
    await _sweep()
    assert await names() == [kept.sha256]


async def test_a_local_copy_is_checked_and_goes_after_a_day(bucket: str) -> None:
    kept = await stored(b"a spreadsheet")
    path = await files.fetch(kept.sha256)
    assert path.read_bytes() == b"a spreadsheet" and await files.fetch(kept.sha256) == path
    jobs.register(jobs.JobKind(files.SWEEP_STORE, files.sweep_store))
    now = clock.now()
    clock.set_source(lambda: now + timedelta(hours=25))
    await _sweep()
    assert not path.exists() and await content(kept.id) == b"a spreadsheet"


async def test_changed_bytes_are_never_given_out_as_a_copy(bucket: str, tmp_path: Path) -> None:
    kept = await stored(b"right")
    other = tmp_path / "wrong"
    other.write_bytes(b"wrong")
    client = await blobs()._connected()  # type: ignore[attr-defined]  # the bucket's own client, to spoil it
    await client.put_object(Bucket=BUCKET, Key=f"crm/{kept.sha256[:2]}/{kept.sha256}", Body=b"wrong")
    with pytest.raises(BytesMissing):
        await files.fetch(kept.sha256)


async def test_moving_goes_on_where_it_was_stopped(bucket: str) -> None:
    use(None)
    kept = [await stored(f"file {n}".encode()) for n in range(5)]
    lost = await stored(b"lost")
    files.store_path(lost.sha256).unlink()
    with pytest.raises(FilesError):
        _ = [one async for one in files.move()]
    use(f"s3://{BUCKET}/crm?endpoint={bucket}")
    await blobs().put(
        files.store_path(kept[0].sha256), kept[0].sha256
    )  # as a first run that was killed left it
    (done,) = [one async for one in files.move(remove=True)]
    assert (done.sent, done.there, done.missing) == (4, 1, (lost.sha256,))
    assert [await content(one.id) for one in kept] == [f"file {n}".encode() for n in range(5)]
    (again,) = [one async for one in files.move()]
    assert (again.sent, again.there) == (0, 5)


async def test_a_signed_link_says_how_the_file_is_to_be_shown(bucket: str) -> None:
    import httpx

    use(f"s3://{BUCKET}/crm?endpoint={bucket}&links=1")
    kept = await stored(b"hello", "报价 1.txt")
    opened = await files.opened(kept.id, actor=SYSTEM)
    assert opened.link is not None and "X-Amz-Expires=60" in opened.link and "secret" not in opened.link
    async with httpx.AsyncClient() as client:
        answer = await client.get(opened.link)
    assert answer.content == b"hello"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///x", "s3://b?endpoint=ftp://x", "s3://b?colour=red", "s3://key:secret@b"]
)
def test_an_address_that_makes_no_sense_is_refused_without_showing_a_key(url: str) -> None:
    with pytest.raises(FilesError) as refused:
        s3_address(url)
    assert refused.value.remedy and "secret@" not in str(refused.value)


async def test_the_product_uploads_and_downloads_through_the_bucket(crm: Crm, server: str) -> None:
    await make_bucket(server)
    use(f"s3://{BUCKET}?endpoint={server}")
    lina, carlos = await crm.login("lina"), await crm.login("carlos")
    sent = await lina.request("POST", "/api/v1/files", files={"file": ("a.txt", b"cargo", "text/plain")})
    file_id = sent.json()["id"]
    answer = await lina.request("GET", f"/files/{file_id}")
    assert answer.content == b"cargo" and answer.headers["x-content-type-options"] == "nosniff"
    assert (await carlos.request("GET", f"/files/{file_id}")).status_code == 404
    use(f"s3://{BUCKET}?endpoint={server}&links=1")
    assert (await lina.request("GET", f"/files/{file_id}")).status_code == 302
    await files.close()


async def _sweep() -> None:
    await jobs.add(files.SWEEP_STORE)
    await jobs.Worker(concurrency=1).run_once()
