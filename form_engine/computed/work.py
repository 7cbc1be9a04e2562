"""The job that works records out: those that one save touched too many of, and whole forms after a publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from form_engine.computed.graph import Node, graph
from form_engine.computed.spreading import Change, recompute, spread, watchers
from platform_core import clock, database, definitions, entities, jobs
from platform_core.entities import quote

CHUNK = 200


async def recompute_job(job: jobs.Job) -> dict[str, object]:
    """The job RECOMPUTE: {form, ids} for these records, {form, links, ids} for those that reach them, {form} for all;
    `silent` where a publish is the reason, `quiet` for an import. Begun again it goes on behind the last record that was done; run twice it
    changes nothing more. `behind` is the revision that has to be over first."""
    await definitions.refresh()
    _wait_for_publish(job)
    silent, quiet = job.payload.get("silent") is True, job.payload.get("quiet") is True
    count = job.progressed.done
    with definitions.pinned():
        node = graph().get(str(job.payload["form"]))
        last = job.progressed.note
        while node is not None:
            async with database.transaction():
                ids = await _next(job, node, last)
                changes: Sequence[Change] = ()
                if ids:
                    changes = await recompute(node, ids, quiet=quiet, silent=silent)
                await spread(changes, quiet=quiet, silent=silent)
            if not ids:
                break
            last, count = ids[-1], count + len(ids)
            await job.progress(count, note=last)
    return {"done": count}


async def _next(job: jobs.Job, node: Node, last: str) -> list[str]:
    ids, links = job.payload.get("ids"), job.payload.get("links")
    if isinstance(ids, list) and isinstance(links, list):
        return await watchers(
            node.entity, [str(link) for link in links], [str(one) for one in ids], last, CHUNK
        )
    if isinstance(ids, list):
        return [one for one in sorted(str(each) for each in ids) if one > last][:CHUNK]
    behind = 'WHERE "id" > ? ' if last else ""
    sql = f'SELECT "id" FROM {quote(node.entity.table)} {behind}ORDER BY "id" LIMIT {CHUNK}'
    return [str(record) for (record,) in await database.fetch_tuples(sql, (last,) if last else ())]


_PATIENCE = timedelta(days=2)
"""So long a publish in the background may take; after that it was given up."""


def _wait_for_publish(job: jobs.Job) -> None:
    """Raises TryLater as long as the form still stands as it did when the publish began."""
    behind = job.payload.get("behind")
    entity = entities.find(str(job.payload["form"]))
    if not isinstance(behind, int) or entity is None or entity.revision > behind:
        return
    if clock.now() - job.created_at < _PATIENCE:
        raise jobs.TryLater(clock.now() + timedelta(seconds=2), "Waiting for the publish.")
