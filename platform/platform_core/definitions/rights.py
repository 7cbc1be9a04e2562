"""Who may change definitions: an admin, the system, and whom a role gives the action "definitions".

Roles are themselves definitions and are read further up; whoever reads them answers here through a port.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from platform_core import audit
from platform_core.definitions.model import Key
from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.identity import Actor

ACTION = "definitions"
"""The action of a role that lets its people change definitions."""

RoleCheck = Callable[[Actor], bool]


def _nobody(actor: Actor) -> bool:
    return False


_role_check: RoleCheck = _nobody


def use_role_check(check: RoleCheck | None) -> None:
    """Fills the port: answers whether some role of the actor has the action "definitions". None: no role has."""
    global _role_check
    _role_check = check or _nobody


def may_define(actor: Actor) -> bool:
    """Whether the actor may read drafts and change definitions."""
    return actor.is_admin or actor.is_system or _role_check(actor)


async def require(actor: Actor, doing: str, key: Key | None = None) -> None:
    """Returns for who may; else notes the refusal and raises Forbidden. Call it before a transaction begins."""
    if not may_define(actor):
        await _refuse(actor, doing, key)


async def _refuse(actor: Actor, doing: str, key: Key | None) -> NoReturn:
    await audit.refused(f"definition.{doing}", actor=actor, subject=key.text if key else "")
    raise Forbidden(
        N_("You may not change how the company's Tradewind is made."),
        remedy=N_("Ask an admin, or for a role with the action 'definitions'."),
    )
