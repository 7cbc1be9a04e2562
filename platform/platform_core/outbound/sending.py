"""One request to one checked address, by aiohttp. Imported at the first request: aiohttp takes a third of a second."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from platform_core.i18n import N_
from platform_core.outbound.bodies import read_body, too_large
from platform_core.outbound.errors import Refused, Unreachable
from platform_core.outbound.model import Answer
from platform_core.outbound.naming import check_address, checked_addresses
from platform_core.outbound.targets import Target

_LONGEST_LINE = 16 * 1024


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked: nobody asks the name a second time (DNS rebinding)."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=text, port=port, family=_family(text), proto=0, flags=socket.AI_NUMERICHOST
            )
            for text in self._addresses
        ]  # fmt: skip

    async def close(self) -> None:
        """Holds nothing."""


async def send(
    method: str,
    target: Target,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    max_bytes: int,
    allowances: Sequence[str],
    proxy: str | None,
) -> Answer:
    """Sends it and reads the whole answer, redirects unfollowed. Raises Refused, Unreachable, TooLarge."""
    resolver = await _resolver(target, allowances, proxy)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True, limit=1)
    # The whole is timed by the caller; a session of its own carries no cookie and no connection to the next request.
    session = aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None), max_line_size=_LONGEST_LINE, max_field_size=_LONGEST_LINE,
    )  # fmt: skip
    async with session:
        try:
            async with session.request(
                method, target.url, headers=dict(headers), data=body, allow_redirects=False, proxy=proxy
            ) as response:
                return await _read(response, target, max_bytes)
        except aiohttp.ClientError as exc:
            raise _unreachable(target, exc) from exc
        except (OSError, asyncio.IncompleteReadError) as exc:
            raise Unreachable(N_("The connection to {host} broke."), params={"host": target.host}) from exc
        except ValueError as exc:
            raise Refused(N_("The request is not well formed.")) from exc


async def _resolver(target: Target, allowances: Sequence[str], proxy: str | None) -> AbstractResolver:
    if _is_address(target.host):
        check_address(target.host, target.host, allowances)
    if proxy is not None:
        # The proxy resolves; where we can, we look as well. Its own address is the operator's choice.
        with contextlib.suppress(Unreachable):  # a house whose names are known to its proxy only
            await checked_addresses(target.host, target.port, allowances)
        return aiohttp.ThreadedResolver()
    return _Pinned(await checked_addresses(target.host, target.port, allowances))


async def _read(response: aiohttp.ClientResponse, target: Target, max_bytes: int) -> Answer:
    announced = response.content_length
    if announced is not None and announced > max_bytes:
        raise too_large(max_bytes)
    encoding = response.headers.get("Content-Encoding", "")
    body = await read_body(response.content.iter_chunked(64 * 1024), encoding, max_bytes)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status, headers=headers, body=body, url=target.shown)


def _unreachable(target: Target, exc: aiohttp.ClientError) -> Unreachable:
    host: dict[str, object] = {"host": target.host}
    if isinstance(
        exc, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError
    ):
        return Unreachable(N_("{host} has no certificate that can be trusted."), params=host, sent=False)
    if isinstance(exc, aiohttp.ClientConnectorError):
        return Unreachable(N_("{host} does not take the connection."), params=host, sent=False)
    return Unreachable(
        N_("{host} broke the connection, or answered something that is not HTTP."), params=host
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _family(text: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in text else socket.AF_INET
