"""The list of definitions, with where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from platform_core import database
from platform_core.definitions import draft_rows, rights, store
from platform_core.definitions.catalog import catalog, refresh
from platform_core.definitions.model import Key, Listing, label_of
from platform_core.definitions.snapshot import Catalog
from platform_core.identity import Actor


async def listing(kind: str | None = None, app: str | None = None, *, actor: Actor) -> list[Listing]:
    """Everything published, retired or only drafted, by app, kind and name."""
    await rights.require(actor, "read")
    now = await refresh()
    drafted = await draft_rows.all_keys()
    lines = {key: _line(key, row, drafted, now) for row in await store.labels() for key in [_key(row)]}
    for key, at in drafted.items():
        if key not in lines:
            row = await draft_rows.read(key)
            label = label_of(row.raw or {} if row else {}, key.name)
            lines[key] = Listing(key=key, label=label, revision=0, state="draft", updated_at=at)
    chosen = [line for key, line in lines.items() if kind in (None, key.kind) and app in (None, key.app)]
    return sorted(chosen, key=lambda line: (line.key.app, line.key.kind, line.key.name))


def broken() -> Mapping[Key, str]:
    """What is published but does not compile in this process, with the reason; for `doctor`."""
    return catalog().broken


def _key(row: database.Row) -> Key:
    return Key(str(row["kind"]), str(row["app"]), str(row["name"]))


def _line(key: Key, row: database.Row, drafted: Mapping[Key, datetime], now: Catalog) -> Listing:
    if row["state"] == store.RETIRED:
        state = "retired"
    elif key in now.broken:
        state = "broken"
    else:
        state = "changed" if key in drafted else "published"
    return Listing(
        key=key,
        label=cast("Mapping[str, str]", row["label"]),
        revision=cast("int", row["revision"]),
        state=state,  # type: ignore[arg-type]  # one of the words above
        updated_at=max(
            cast("datetime", row["updated_at"]), drafted.get(key, cast("datetime", row["updated_at"]))
        ),
    )
