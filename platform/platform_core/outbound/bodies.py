"""Reading an answer's body within its limits, packed and unpacked."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from platform_core.i18n import N_
from platform_core.outbound.errors import TooLarge, Unreachable

ACCEPTED = "gzip, deflate"
_STEP = 64 * 1024


async def read_body(chunks: AsyncIterator[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body, unpacked. Raises TooLarge as soon as more than `max_bytes` came or would be unpacked.

    Raises Unreachable for a packing that was not asked for, or that is broken.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return await _plain(chunks, max_bytes)
    if encoding in ("gzip", "x-gzip", "deflate"):
        return await _unpacked(chunks, encoding, max_bytes)
    raise Unreachable(
        N_("The answer is packed as {encoding}, which was not asked for."), params={"encoding": encoding[:40]}
    )


def too_large(max_bytes: int) -> TooLarge:
    """The refusal of an answer over its limit."""
    return TooLarge(
        N_("The answer is larger than the {limit} KB that are allowed."), params={"limit": max_bytes // 1024}
    )


async def _plain(chunks: AsyncIterator[bytes], max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            raise too_large(max_bytes)
    return bytes(body)


async def _unpacked(chunks: AsyncIterator[bytes], encoding: str, max_bytes: int) -> bytes:
    unpacker = None
    body = bytearray()
    async for chunk in chunks:
        if unpacker is None:
            unpacker = zlib.decompressobj(_window(encoding, chunk))
        waiting = chunk
        while waiting and not unpacker.eof:
            try:
                body += unpacker.decompress(waiting, min(_STEP, max_bytes + 1 - len(body)))
            except zlib.error as exc:
                raise Unreachable(N_("The answer is packed wrongly.")) from exc
            if len(body) > max_bytes:
                raise too_large(max_bytes)
            waiting = unpacker.unconsumed_tail
    if unpacker is not None and not unpacker.eof:
        raise Unreachable(N_("The answer ended too early."))
    return bytes(body)


def _window(encoding: str, first: bytes) -> int:
    if encoding != "deflate":
        return zlib.MAX_WBITS | 16
    # "deflate" means zlib's frame; some servers send it bare.
    return zlib.MAX_WBITS if first[:1] == b"\x78" else -zlib.MAX_WBITS
