"""The code that knows what to do with payloads of one sort of sender."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import msgspec

from platform_core.identity import Actor
from platform_core.inbox.rows import Received

Settings = Mapping[str, object]
Handle = Callable[[Received, Settings, Actor], Awaitable[Mapping[str, object] | None]]
"""Called in a transaction with a payload, the endpoint's settings and who it acts for; what it returns is shown."""
ExternalId = Callable[[bytes, Mapping[str, str]], str | None]
CheckSettings = Callable[[Settings], None]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _nothing_to_check(_settings: Settings) -> None:
    """Any settings will do."""


def _no_id(_payload: bytes, _headers: Mapping[str, str]) -> str | None:
    """The sender names nothing: equal payloads are one."""
    return None


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """One sort of sender. `name` stands in the address, `label` is a message id.

    `handle` writes to our database only, in the transaction that also marks the row done, so that it happens once; it
    raises `inbox` errors or any other, and is called again unless the error says that this is of no use (422).
    `external_id` finds what the sender calls this payload; `check` refuses settings that make no sense (Invalid).
    """

    name: str
    label: str
    handle: Handle
    external_id: ExternalId = _no_id
    check: CheckSettings = _nothing_to_check


_receivers: dict[str, Receiver] = {}


def add_receiver(receiver: Receiver) -> Callable[[], None]:
    """Makes a receiver known; returns what takes it away. ValueError for a wrong or taken name."""
    if not _NAME.fullmatch(receiver.name):
        raise ValueError(f"{receiver.name!r} is not the name of a receiver")
    if _receivers.setdefault(receiver.name, receiver) != receiver:
        raise ValueError(f"two receivers want the name {receiver.name}")
    return lambda: remove_receiver(receiver.name)


def remove_receiver(name: str) -> None:
    """Takes a receiver away (its plugin is switched off); what comes for it waits."""
    _receivers.pop(name, None)


def receivers() -> Mapping[str, Receiver]:
    """Every receiver by name."""
    return MappingProxyType(_receivers)
