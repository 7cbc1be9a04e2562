"""Accounts that only this machine may use: those of a demo, whose password everybody at the screen knows."""

from __future__ import annotations

import ipaddress

_domains: set[str] = set()


def keep_on_loopback(domain: str | None) -> None:
    """From now on accounts of this mail domain sign in from this machine only; None frees all domains again."""
    if domain is None:
        _domains.clear()
    else:
        _domains.add(domain.casefold())


def is_too_far(account: str, ip: str) -> bool:
    """Whether `account` is kept on this machine and `ip` is not an address of it."""
    return account.rpartition("@")[2] in _domains and not _is_loopback(ip)


def _is_loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False
