"""Accounts that the sign-in page of a demo offers; whoever loads demo data names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec


class DemoAccount(msgspec.Struct, frozen=True):
    """One account to choose; `label` tells who it is."""

    email: str
    label: str


DemoAccounts = Callable[[], Sequence[DemoAccount]]


def _none() -> Sequence[DemoAccount]:
    return ()


_offer: DemoAccounts = _none


def offer_demo_accounts(source: DemoAccounts | None) -> None:
    """Ask `source` on every sign-in page (None: offer nothing)."""
    global _offer
    _offer = source or _none


def demo_accounts() -> Sequence[DemoAccount]:
    """What is offered now."""
    return _offer()
