"""How the room enters the program."""

from __future__ import annotations

from platform_core import permissions
from platform_core.currencies.sources import EuropeanCentralBank, add_source
from platform_core.currencies.table import ACTION
from platform_core.i18n import N_


def enter() -> None:
    """Makes the action and the built-in source known."""
    permissions.register_action(ACTION, N_("Enter rates of exchange"))
    add_source(EuropeanCentralBank())
