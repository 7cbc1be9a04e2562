"""What stands in the way of removing a plugin: definitions of others that use what it brings, and data it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platform_core import database, definitions, i18n
from platform_core.definitions import Compiled, Key, PlanItem, Raw
from platform_core.i18n import N_
from platform_core.plugins.state import PluginState


def uses(state: PluginState) -> list[PlanItem]:
    """A plan item for each definition outside of the plugin that uses its field types, widgets, functions or kinds."""
    catalog = definitions.catalog()
    found = []
    for key, one in sorted(catalog.by_key.items()):
        if key.app != state.name:
            label = _label_of(one.raw) or key.name
            found += [_item(key, label, where, what) for where, what in _in(one, state.touches)]
    for key in sorted(catalog.broken):
        if key.app != state.name and key.kind in state.touches.get("kind", ()):
            found.append(_item(key, key.name, "", key.kind))
    return found


async def held(state: PluginState) -> list[PlanItem]:
    """A plan item for each table of the plugin that has rows, and for each form of its own that has records."""
    found = []
    tables = await database.tables()
    for table in tables:
        if not table.startswith((f"x_{state.name}_", f"r_{state.name}__")):
            continue
        count = int(str(await database.fetch_value(f"SELECT count(*) FROM {database.quoted(table)}")))
        if count:
            message = N_("The table {table} goes with {count} rows.")
            found.append(
                PlanItem(
                    id=f"table.{table}", code="rows", message=message, params={"table": table, "count": count},
                    count=count, destructive=True, severity="danger",
                )
            )  # fmt: skip
    return found


def _label_of(raw: Raw) -> str:
    label = raw.get("label")
    return i18n.label({str(k): str(v) for k, v in label.items()}) if isinstance(label, Mapping) else ""


def _item(key: Key, label: str, where: str, what: str) -> PlanItem:
    message = N_("The {kind} '{name}' uses {what} (at {where}).")
    params: dict[str, object] = {
        "kind": definitions.kind_label(key.kind), "name": label, "what": what, "where": where,
        "definition": key.text,
    }  # fmt: skip
    return PlanItem(
        id=f"use.{key.text}{where}", code="in_use", message=message, params=params, destructive=True,
        severity="danger",
    )  # fmt: skip


def _in(one: Compiled, touches: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    if one.key.kind in touches.get("kind", ()):
        yield "/kind", one.key.kind
    names = "|".join(map(re.escape, touches.get("function", ())))
    functions = re.compile(rf"(?<![\w.])({names})\s*\(", re.IGNORECASE) if names else None
    yield from _walk(one.raw, "", touches, functions)


def _walk(
    value: Any, pointer: str, touches: Mapping[str, tuple[str, ...]], functions: re.Pattern[str] | None
) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if "name" in value and value.get("type") in touches.get("field_type", ()):
            yield pointer, str(value["type"])
        if value.get("widget") in touches.get("widget", ()):
            yield f"{pointer}/widget", str(value["widget"])
        for key, inner in value.items():
            yield from _walk(inner, f"{pointer}/{key}", touches, functions)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _walk(inner, f"{pointer}/{place}", touches, functions)
    elif isinstance(value, str) and functions is not None and (met := functions.search(value)):
        yield pointer, f"{met[1].lower()}()"
