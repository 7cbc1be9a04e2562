"""From a name to the addresses that may be called; the connection then goes to these and no others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from platform_core.i18n import N_
from platform_core.outbound.errors import Refused, Unreachable
from platform_core.outbound.guard import may_call, true_address

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Addresses, as text, of a host name for a port. Raises OSError where it has none."""


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """What the system's resolver answers."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


_lookup: Lookup = system_lookup


def use_lookup(lookup: Lookup | None) -> None:
    """Replaces the resolver (`None` brings the system's back); for tests that own the names."""
    global _lookup
    _lookup = lookup or system_lookup


async def checked_addresses(host: str, port: int, allowances: Sequence[str]) -> list[str]:
    """The addresses of `host`, every one of which may be called.

    Raises Refused where a single one may not (a name that points both out and in is a trick), Unreachable where there
    is none.
    """
    try:
        found = list(dict.fromkeys(await _lookup(host, port)))
    except (OSError, UnicodeError) as exc:
        raise unknown_name(host) from exc
    if not found:
        raise unknown_name(host)
    for text in found:
        check_address(host, text, allowances)
    return found


def check_address(host: str, text: str, allowances: Sequence[str]) -> None:
    """Raises Refused where this address of `host` may not be called."""
    try:
        allowed = may_call(host, true_address(text), allowances)
    except ValueError:
        allowed = False
    if not allowed:
        raise Refused(
            N_("{host} is an address inside the network, which may not be called."),
            params={"host": host},
            remedy=N_("The operator can allow it: outbound_allow in tradewind.toml."),
        )


def unknown_name(host: str) -> Unreachable:
    """Nobody knows this name."""
    return Unreachable(N_("There is no server called {host}."), params={"host": host}, sent=False)
