"""The whole way in: the gate, then idempotency, then the router."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.types import ASGIApp

from platform_core.api.idempotency import Idempotency
from platform_core.api.problems import answer_machine
from platform_core.api.ratelimit import RateLimiter
from platform_core.web import Gate, KeyReader, read_api_key


def frame(
    router: ASGIApp,
    *,
    read_key: KeyReader = read_api_key,
    open_to_all: Sequence[str] = (),
    limiter: RateLimiter | None = None,
) -> ASGIApp:
    """The application behind its gate. `read_key` tells who a bearer key belongs to.

    `open_to_all` are further places that ask nobody to sign in (a name, or everything below one that ends in "/").
    """
    return Gate(
        Idempotency(router),
        machine=answer_machine,
        limiter=limiter or RateLimiter(),
        read_key=read_key,
        open_to_all=open_to_all,
    )
