"""Bytes in a bucket that speaks S3. The library is imported only where it is used.

The store checks each upload against its SHA-256 before it keeps it; larger ones go in parts and are taken back where
that fails. One client per event loop, made on first use.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from platform_core.files.blobs import CHUNK, Blob, BytesMissing, StoreUnavailable
from platform_core.files.s3_address import S3Address

T = TypeVar("T")

PART = 16 * 1024 * 1024
"""Bytes of one part; what is not larger goes in one piece."""
_GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class S3Blobs:
    """One bucket."""

    def __init__(self, address: S3Address, key: str | None, secret: str | None) -> None:
        self._address = address
        self._credentials = {"aws_access_key_id": key, "aws_secret_access_key": secret} if key else {}
        self._stack: AsyncExitStack | None = None
        self._client: Any = None  # botocore makes its clients' methods at run time
        self._loop: asyncio.AbstractEventLoop | None = None

    async def put(self, path: Path, sha256: str) -> None:
        size = (await asyncio.to_thread(path.stat)).st_size
        if size > PART:
            await self._put_parts(path, sha256)
            return
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        body = await asyncio.to_thread(path.read_bytes)
        await self._call(
            "put_object", Key=self._address.key(sha256), Body=body, ChecksumSHA256=checksum,
            ContentType="application/octet-stream",
        )  # fmt: skip

    async def head(self, sha256: str) -> Blob | None:
        try:
            found = await self._call("head_object", Key=self._address.key(sha256))
        except BytesMissing:
            return None
        return Blob(sha256, int(found["ContentLength"]), found["LastModified"])

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        found = await self._call("get_object", Key=self._address.key(sha256))
        from aiohttp import ClientError

        try:
            async with found["Body"] as body:
                async for chunk in body.iter_chunks(CHUNK):
                    yield chunk
        except (ClientError, OSError, TimeoutError) as exc:
            raise StoreUnavailable(type(exc).__name__) from exc

    async def remove(self, sha256: str) -> None:
        await self._call("delete_object", Key=self._address.key(sha256))

    async def every(self) -> AsyncIterator[Blob]:
        token: dict[str, str] = {}
        while True:
            page = await self._call("list_objects_v2", Prefix=self._address.prefix, **token)
            for found in page.get("Contents", ()):
                name = str(found["Key"]).rpartition("/")[2]
                if len(name) == 64:
                    yield Blob(name, int(found["Size"]), found["LastModified"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    async def link(
        self, sha256: str, name: str, media_type: str, *, inline: bool, seconds: int
    ) -> str | None:
        if not self._address.links:
            return None
        shown = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name)}"
        client = await self._connected()
        address = await client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._address.bucket, "Key": self._address.key(sha256),
                "ResponseContentDisposition": shown,
                "ResponseContentType": media_type if inline else "application/octet-stream",
            },
            ExpiresIn=seconds,
        )  # fmt: skip
        return str(address)

    async def close(self) -> None:
        stack, self._stack, self._client = self._stack, None, None
        if stack is not None:
            await stack.aclose()

    async def _put_parts(self, path: Path, sha256: str) -> None:
        key = self._address.key(sha256)
        begun = await self._call("create_multipart_upload", Key=key, ContentType="application/octet-stream")
        upload = begun["UploadId"]
        parts: list[dict[str, object]] = []
        try:
            with await asyncio.to_thread(path.open, "rb") as opened:
                while body := await asyncio.to_thread(opened.read, PART):
                    number = len(parts) + 1
                    sent = await self._call(
                        "upload_part", Key=key, UploadId=upload, PartNumber=number, Body=body
                    )
                    parts.append({"PartNumber": number, "ETag": sent["ETag"]})
            await self._call(
                "complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            await asyncio.shield(self._abort(key, upload))
            raise

    async def _abort(self, key: str, upload: object) -> None:
        try:
            await self._call("abort_multipart_upload", Key=key, UploadId=upload)
        except (BytesMissing, StoreUnavailable):
            return  # the store drops unfinished uploads by its own rule

    async def _call(self, method: str, **params: object) -> Any:  # as above
        client = await self._connected()
        return await _translated(getattr(client, method)(Bucket=self._address.bucket, **params), params)

    async def _connected(self) -> Any:  # as above
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            from aiobotocore.session import get_session
            from botocore.config import Config

            config = Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
                signature_version="s3v4",
                s3={"addressing_style": "path" if self._address.path_style else "auto"},
            )
            self._stack = AsyncExitStack()
            making = get_session().create_client(
                "s3", region_name=self._address.region, endpoint_url=self._address.endpoint, config=config,
                **self._credentials,
            )  # fmt: skip
            self._client = await self._stack.enter_async_context(making)
            self._loop = loop
        return self._client


async def _translated(call: Awaitable[T], params: dict[str, object]) -> T:
    """The answer, or one of our errors."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return await call
    except ClientError as exc:
        code = str(exc.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise BytesMissing(str(params.get("Key", ""))[-64:][:12]) from exc
        raise StoreUnavailable(code or type(exc).__name__) from exc
    except (BotoCoreError, OSError, TimeoutError) as exc:
        raise StoreUnavailable(type(exc).__name__) from exc
