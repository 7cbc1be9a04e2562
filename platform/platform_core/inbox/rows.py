"""What came in, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from platform_core import database
from platform_core.database import Row, is_id
from platform_core.errors import NotFound

State = Literal["received", "done", "failed"]
_COLUMNS = (
    "id, source, external_id, receiver, endpoint, headers, received_at, state, attempts, repeats, last_error, job,"
    " result, finished_at"
)


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One payload. `repeats` counts how often it was sent again; `payload` is empty in a list."""

    id: str
    source: str
    external_id: str
    receiver: str
    endpoint: str | None
    headers: dict[str, str]
    received_at: datetime
    state: State
    attempts: int
    repeats: int
    last_error: str | None
    job: str | None
    result: dict[str, object] | None
    finished_at: datetime | None
    payload: bytes = b""

    def json(self) -> object:
        """The payload as JSON. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.payload)


async def find(received_id: str) -> Received:
    """One payload with its bytes. Raises NotFound."""
    row = None
    if is_id(received_id):
        row = await database.fetch_one(
            f"SELECT {_COLUMNS}, payload FROM tw_inbox WHERE id = ?", (received_id,)
        )
    if row is None:
        raise NotFound()
    return _received(row)


async def listing(*, state: str = "", before: str = "", limit: int = 50) -> list[Received]:
    """The newest first, without their bytes."""
    conditions, params = ["1 = 1"], list[object]()
    if state in get_args(State):
        conditions.append("state = ?")
        params.append(state)
    if is_id(before):
        conditions.append("id < ?")
        params.append(before)
    rows = await database.fetch_all(
        f"SELECT {_COLUMNS} FROM tw_inbox WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?",
        (*params, limit),
    )
    return [_received(row) for row in rows]


async def counts() -> dict[str, int]:
    """How many there are in each state."""
    rows = await database.fetch_tuples("SELECT state, COUNT(*) FROM tw_inbox GROUP BY state")
    found = dict.fromkeys(get_args(State), 0)
    return found | {str(state): int(str(count)) for state, count in rows}


def _received(row: Row) -> Received:
    values = dict(row)
    payload = values.get("payload")
    values["payload"] = bytes(payload) if isinstance(payload, bytes | bytearray | memoryview) else b""
    return msgspec.convert(values, Received)
