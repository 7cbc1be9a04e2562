"""One's own account: how one is called and spoken to, how one signs in, what is open, and keys for programs."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.web.me.keys import key_routes
from platform_core.web.me.profile import profile_routes
from platform_core.web.me.second_factor import second_factor_routes
from platform_core.web.me.security import security_routes


def me_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /me."""
    return (*profile_routes(), *security_routes(), *second_factor_routes(), *key_routes())


__all__ = ["me_routes"]
