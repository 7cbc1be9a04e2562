"""In front of the program's router: what belongs to a plugin goes to the plugin, and its failures end there."""

from __future__ import annotations

from litestar.types import ASGIApp, Receive, Scope, Send

from platform_core.plugins import guarding, live
from platform_core.plugins.errors import PluginFailed


class PluginFront:
    """Wraps the router. Stands behind the gate: whoever comes here has been recognised and let in."""

    def __init__(self, router: ASGIApp) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plugins = live.in_use()
        room = plugins.room_at(scope["path"]) if plugins is not None and plugins.places else None
        if plugins is None or room is None:
            await self._router(scope, receive, send)
            return
        try:
            await plugins.apps[room.name](scope, receive, send)
        except Exception as exc:
            if guarding.is_deliberate(exc):
                raise
            guarding.failed(room.name, f"the page {scope['path']}", exc)
            raise PluginFailed(room.name) from exc
        guarding.worked(room.name)
