"""Which addresses may be called: public ones, and those that the operator has allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_INSIDE_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only global unicast is outside, less the ranges that carry IPv4 or stand in documents.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_INSIDE_V6 = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What a name in `outbound_allow` never opens: machines that answer everybody on the wire, among them cloud metadata.
_NEVER_BY_NAME = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "fe80::/10",
        "ff00::/8",
        "::/128",
    )
)


def true_address(text: str) -> Address:
    """The address that is really meant: the IPv4 one inside IPv4-mapped and NAT64 forms. ValueError if it is none."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_outside(address: Address) -> bool:
    """Whether this is a public unicast address."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _INSIDE_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _INSIDE_V6)


def may_call(host: str, address: Address, allowances: Sequence[str]) -> bool:
    """Whether `host`, resolved to `address`, may be called. `allowances` are the operator's hosts and networks."""
    if is_outside(address):
        return True
    for entry in allowances:
        network = _network(entry)
        if network is not None:
            if address.version == network.version and address in network:
                return True
        elif _named(host, entry) and not any(
            address.version == never.version and address in never for never in _NEVER_BY_NAME
        ):
            return True
    return False


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _named(host: str, entry: str) -> bool:
    host, entry = host.lower().rstrip("."), entry.lower().rstrip(".")
    return host.endswith(entry[1:]) if entry.startswith("*.") else host == entry
