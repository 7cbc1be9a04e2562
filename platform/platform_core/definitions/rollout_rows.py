"""Publishes that are carried out in the background: their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, cast

import msgspec

from platform_core import clock, database
from platform_core.database import Step
from platform_core.definitions.errors import RolloutRuns
from platform_core.definitions.model import ChangeItem, DataStep, Key, Published
from platform_core.errors import Problem
from platform_core.identity import Actor

State = Literal["running", "finishing", "done", "undoing", "cancelled", "failed"]
"""running: nobody sees anything of it yet; finishing: published, the rest is being done; undoing: on its way back,
then cancelled, or failed with a `failure`."""

Phase = Literal[
    "waiting", "columns", "copying", "checking", "indexes", "publishing", "finishing", "undoing", ""
]

_OPEN = "('running', 'undoing')"
_FIELDS = (
    "id, state, phase, keys, items, note, accept, answers, steps, draft, author, revisions, made, rest, cursor, done,"
    " total, failure, job, created_at, ended_at"
)


class FailedRecord(msgspec.Struct, frozen=True):
    """A record that stood in the way, and the value it has there."""

    id: str
    title: str
    value: str


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a rollout changed nothing: a message with its params, and the records in the way (`count` of them in all,
    the first ones listed). `form` is the full name of their form, "" where they have none."""

    code: str
    message: str
    params: dict[str, object] = {}
    remedy: str = ""
    form: str = ""
    records: tuple[FailedRecord, ...] = ()
    count: int = 0

    @property
    def text(self) -> str:
        """The English sentence."""
        return Problem(pointer="", code=self.code, message=self.message, params=self.params).text


class Made(msgspec.Struct, frozen=True):
    """Something in the database that only this rollout needs until it is published: taken away on the way back."""

    what: Literal["column", "table", "index", "watch"]
    table: str
    name: str


class Copied(msgspec.Struct, frozen=True):
    """A copying step and the watch that tells what has to be copied again."""

    watch: str
    step: DataStep


class Rest(msgspec.Struct, frozen=True):
    """What is to be done after the publish, known only before it."""

    copies: tuple[Copied, ...] = ()
    later: tuple[DataStep, ...] = ()
    drops: tuple[Step, ...] = ()


class Rollout(msgspec.Struct, kw_only=True):
    """One of them. `draft` is the rev of the draft that was published, None for a change set."""

    id: str
    state: State
    phase: Phase = "waiting"
    keys: tuple[Key, ...]
    items: tuple[ChangeItem, ...]
    note: str
    accept: tuple[str, ...]
    answers: dict[str, object]
    steps: tuple[DataStep, ...] = ()
    """Run in the transaction that publishes."""
    draft: int | None = None
    author: Actor
    revisions: tuple[Published, ...] = ()
    made: tuple[Made, ...] = ()
    rest: Rest = Rest()
    cursor: dict[str, str] = {}
    """How far each step is: the last id by the step's place; "*" for one that is through."""
    done: int = 0
    total: int = 0
    failure: Failure | None = None
    job: str | None = None
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its definitions cannot be published meanwhile."""
        return self.state in ("running", "undoing")

    @property
    def is_ended(self) -> bool:
        return self.state in ("done", "cancelled", "failed")


async def add(rollout: Rollout) -> None:
    """A new row, and its keys."""
    values = _row(rollout)
    marks = ", ".join("?" * len(values))
    await database.execute(f"INSERT INTO tw_definition_rollout ({_FIELDS}) VALUES ({marks})", values)
    for key in rollout.keys:
        await database.execute(
            "INSERT INTO tw_definition_rollout_key (kind, app, name, rollout) VALUES (?, ?, ?, ?)",
            (key.kind, key.app, key.name, rollout.id),
        )


def _row(rollout: Rollout) -> tuple[object, ...]:
    def text(value: object) -> str:
        return msgspec.json.encode(value).decode()

    return (
        *(rollout.id, rollout.state, rollout.phase, text(rollout.keys), text(rollout.items), rollout.note),
        *(text(rollout.accept), text(rollout.answers), text(rollout.steps), rollout.draft),
        *(text(rollout.author), text(rollout.revisions), text(rollout.made)),
        *(text(rollout.rest), text(rollout.cursor)),
        *(rollout.done, rollout.total, text(rollout.failure), rollout.job),
        *(rollout.created_at, rollout.ended_at),
    )


async def get(rollout: str, *, lock: bool = False) -> Rollout | None:
    """The row, or None."""
    tail = database.dialect().for_update if lock else ""
    rows = await database.fetch_all(
        f"SELECT {_FIELDS} FROM tw_definition_rollout WHERE id = ?{tail}", (rollout,)
    )
    return _read(rows[0]) if rows else None


def _read(row: Mapping[str, object]) -> Rollout:
    kinds: dict[str, object] = {
        "keys": tuple[Key, ...], "items": tuple[ChangeItem, ...], "accept": tuple[str, ...],
        "answers": dict[str, object], "steps": tuple[DataStep, ...], "author": Actor,
        "revisions": tuple[Published, ...], "made": tuple[Made, ...], "rest": Rest, "cursor": dict[str, str],
        "failure": Failure | None,
    }  # fmt: skip
    values = dict(row)
    for name, kind in kinds.items():
        values[name] = msgspec.json.decode(str(values[name]), type=kind)
    return Rollout(**values)  # type: ignore[arg-type]  # the columns are the members


async def change(rollout: Rollout, **members: object) -> None:
    """Writes some members, in the row and in the object."""
    for name, value in members.items():
        setattr(rollout, name, value)
    plain = ("state", "phase", "done", "total", "job", "ended_at")
    names = ", ".join(f"{name} = ?" for name in members)
    values = [
        value if name in plain else msgspec.json.encode(value).decode() for name, value in members.items()
    ]
    await database.execute(f"UPDATE tw_definition_rollout SET {names} WHERE id = ?", (*values, rollout.id))


async def move_on(
    rollout: Rollout, state: State, *, before: Sequence[State], failure: Failure | None = None
) -> bool:
    """From one of the states `before` to `state`; False where it stood somewhere else."""
    marks = ", ".join("?" * len(before))
    ended = clock.now() if state in ("done", "cancelled", "failed") else None
    told = msgspec.json.encode(failure or rollout.failure).decode()
    changed = await database.execute(
        f"UPDATE tw_definition_rollout SET state = ?, failure = ?, ended_at = ? WHERE id = ? AND state IN ({marks})",
        (state, told, ended, rollout.id, *before),
    )
    if changed:
        rollout.state, rollout.failure, rollout.ended_at = state, failure or rollout.failure, ended
    return changed > 0


async def state_of(rollout: str) -> str:
    """The state; inside a transaction nobody changes it before the end."""
    tail = database.dialect().for_update if database.in_transaction() else ""
    return str(
        await database.fetch_value(f"SELECT state FROM tw_definition_rollout WHERE id = ?{tail}", (rollout,))
    )


async def latest(key: Key) -> Rollout | None:
    """The newest rollout of a definition."""
    found = await database.fetch_value(
        "SELECT rollout FROM tw_definition_rollout_key WHERE kind = ? AND app = ? AND name = ?"
        " ORDER BY rollout DESC LIMIT 1",
        (key.kind, key.app, key.name),
    )
    return await get(str(found)) if found else None


async def of_job(job: str) -> Rollout | None:
    """The rollout that a job works on."""
    found = await database.fetch_value("SELECT id FROM tw_definition_rollout WHERE job = ?", (job,))
    return await get(str(found)) if found else None


async def refuse_running(keys: Sequence[Key]) -> None:
    """Raises RolloutRuns where one of the definitions is being published in the background. Under the catalog's lock."""
    rows = await database.fetch_tuples(
        "SELECT k.kind, k.app, k.name, r.id, r.job FROM tw_definition_rollout_key k"
        f" JOIN tw_definition_rollout r ON r.id = k.rollout WHERE r.state IN {_OPEN}"
    )
    wanted = set(keys)
    for kind, app, name, rollout, job in rows:
        key = Key(str(kind), str(app), str(name))
        if key in wanted:
            raise RolloutRuns(key.name, str(rollout), cast("str | None", job))


async def unsettled(keys: Sequence[Key]) -> list[Rollout]:
    """Published rollouts of these definitions whose watches still stand."""
    rows = await database.fetch_tuples(
        "SELECT DISTINCT r.id, k.kind, k.app, k.name FROM tw_definition_rollout_key k"
        " JOIN tw_definition_rollout r ON r.id = k.rollout"
        " WHERE r.state IN ('finishing', 'done') AND r.made <> '[]'"
    )
    wanted = set(keys)
    ids = {str(id_) for id_, kind, app, name in rows if Key(str(kind), str(app), str(name)) in wanted}
    return [found for one in sorted(ids) if (found := await get(one)) is not None]
