"""How notices of jobs leave this process: not at all, through Redis's pub/sub, or as Celery's messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from platform_core import settings
from platform_host import celery


@asynccontextmanager
async def carrying() -> AsyncIterator[None]:
    """While it is open, other processes hear of the jobs that this one adds."""
    current = settings.current()
    if not current.redis_url:
        yield
    elif celery.is_used(current):
        # Only here: whoever runs without Redis does not pay for Celery's import.
        from platform_host.celery.carrier import Carrier

        carrier = Carrier(current)
        carrier.start()
        try:
            yield
        finally:
            carrier.stop()
    else:
        from platform_host.redis_signal import RedisSignal

        signal = RedisSignal(current.redis_url)
        await signal.start()
        try:
            yield
        finally:
            await signal.stop()
