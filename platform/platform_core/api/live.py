"""`GET /api/v1/events`: server-sent events. Which records changed, by form, id and version only, and that notices came.

A stream tells only of records that its reader may see, asked at the moment of telling; it ends when the session ends,
the account closes or the key is revoked. `ready` is sent first and whenever more happened than can be named: whoever
hears it looks at everything it shows. One browser opens one stream (its tabs share it).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import msgspec
from litestar import Request, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from platform_core import clock, database, definitions, entities, identity, records
from platform_core.api.live_relay import Change, News, relay
from platform_core.errors import NotFound, TooManyRequests
from platform_core.identity import Actor
from platform_core.web import Visit, actor, visit

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_LOOK_SECONDS = 2.0
"""How long an ended session is still listened for, at most."""
_BEAT_SECONDS = 15.0
_MOST_NAMED = 200
_MOST_STREAMS = 12  # of one person: browsers, not tabs
_open: Counter[str] = Counter()


class _Ear:
    """Gathers what one stream has to tell."""

    def __init__(self, reader: str, forms: frozenset[str]) -> None:
        self._reader, self._forms = reader, forms
        self._woken = asyncio.Event()
        self.changes: dict[tuple[str, str], Change] = {}
        self.noticed = self.lost = False

    def __call__(self, news: News) -> None:
        for change in news.changes:
            if not self._forms or change.form in self._forms:
                self.changes[change.form, change.id] = change
        self.noticed = self.noticed or self._reader in news.people
        self.lost = self.lost or news.lost or len(self.changes) > _MOST_NAMED
        if self.changes or self.noticed or self.lost:
            self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Whether there is something to tell within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True

    def take(self) -> tuple[dict[tuple[str, str], Change], bool, bool]:
        """(changes, noticed, lost), which are forgotten here."""
        taken = self.changes, self.noticed, self.lost
        self.changes, self.noticed, self.lost = {}, False, False
        self._woken.clear()
        return taken


@get("/api/v1/events", name="events")
async def events(request: AnyRequest) -> Stream:
    """Open a stream. `?forms=account,contact` tells of these only."""
    who = actor(request)
    if _open[who.user_id] >= _MOST_STREAMS:
        raise TooManyRequests(60)
    wanted = [name for name in request.query_params.get("forms", "").split(",") if name][:50]
    forms = frozenset(entity.key for name in wanted if (entity := entities.find(name)) is not None)
    ear = _Ear(who.user_id, forms or frozenset(wanted))
    return Stream(
        _told(ear, visit(request), who),
        media_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _told(ear: _Ear, seen: Visit, who: Actor) -> AsyncIterator[bytes]:
    _open[who.user_id] += 1
    await relay.hear(ear)
    try:
        yield b"retry: 5000\n\n" + _event("ready", {})
        looked = beaten = clock.monotonic()
        while not _State.stopping:
            something = await ear.wait(_LOOK_SECONDS)
            now = clock.monotonic()
            if something or now - looked >= _LOOK_SECONDS:
                looked, present = now, await _still_there(seen, who)
                if present is None or _State.stopping:
                    return
                if something:
                    beaten = now
                    yield await _news(ear, present)
            if now - beaten >= _BEAT_SECONDS:
                beaten = now
                yield b": here\n\n"
    finally:
        relay.leave(ear)
        _open[who.user_id] -= 1
        if not _open[who.user_id]:
            del _open[who.user_id]


async def _still_there(seen: Visit, who: Actor) -> Actor | None:
    """The reader as they are now; None where session, key or account has ended. Keeps no session alive."""
    try:
        if seen.by_key:
            key = seen.headers.get("authorization", "").partition(" ")[2].strip()
            return await identity.actor_by_key(key, ip=seen.ip)
        open_now = await identity.sessions_of(who.user_id, actor=who)
        if not any(one.id == who.session_id for one in open_now):
            return None
        return await identity.actor_of(who.user_id, via="api")
    except (NotFound, database.Unreachable):
        return None


async def _news(ear: _Ear, who: Actor) -> bytes:
    changes, noticed, lost = ear.take()
    told: list[bytes] = []
    if lost:
        told.append(_event("ready", {}))
    elif changes:
        # The catalog of now, not of when the stream began.
        await definitions.refresh()
        with definitions.pinned():
            wanted: dict[str, list[str]] = {}
            for form, record in changes:
                wanted.setdefault(form, []).append(record)
            readable = await records.readable(wanted, actor=who)
        told += [
            _event("record", {"form": one.form, "id": one.id, "version": one.version})
            for place, one in changes.items()
            if place in readable
        ]
    if noticed:
        told.append(_event("notice", {}))
    return b"".join(told)


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: ".encode() + msgspec.json.encode(data) + b"\n\n"


class _State:
    """Of the process."""

    stopping = False


def end_streams() -> None:
    """The process stops: every stream ends now, so that nobody has to wait for it."""
    _State.stopping = True
    relay.close()


def live_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    _State.stopping = False
    return (events,)
