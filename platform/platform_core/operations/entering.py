"""What this room tells the others when the program is put together."""

from __future__ import annotations

from platform_core import permissions
from platform_core.i18n import N_

ACTION = "health"
"""The action of a role that lets its people see how the installation is doing, and let failed jobs run again."""


def enter() -> None:
    """Makes the action known."""
    permissions.register_action(ACTION, N_("See how the installation is doing"))
