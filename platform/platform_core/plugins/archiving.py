"""What a plugin kept, written to a file before it is removed."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from platform_core import clock, database, definitions, settings
from platform_core.plugins.state import PluginState

_PAGE = 5_000


async def archive(plugin: PluginState) -> Path:
    """`<data>/archive/plugin-<name>-<time>.jsonl.gz`: one line of JSON for each row of its tables and each of its
    definitions, and its settings first. Secrets are not in it. Returns the file."""
    folder = settings.current().data / "archive"
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    file = folder / f"plugin-{plugin.name}-{stamp}.jsonl.gz"
    lines: list[Mapping[str, object]] = [
        {"plugin": plugin.name, "version": plugin.version, "settings": dict(plugin.settings)}
    ]
    for key, one in sorted(definitions.catalog().by_key.items()):
        if key.app == plugin.name:
            lines.append({"definition": key.text, "revision": one.revision, "value": one.raw})
    await asyncio.to_thread(_write, file, lines)
    for table in await database.tables():
        if table.startswith((f"x_{plugin.name}_", f"r_{plugin.name}__")):
            await _rows(file, table)
    return file


async def _rows(file: Path, table: str) -> None:
    offset = 0
    while True:
        sql = f"SELECT * FROM {database.quoted(table)} ORDER BY 1 LIMIT {_PAGE} OFFSET {offset}"
        rows = await database.fetch_all(sql)
        await asyncio.to_thread(_write, file, [{"table": table, "row": dict(row)} for row in rows])
        if len(rows) < _PAGE:
            return
        offset += _PAGE


def _write(file: Path, lines: Iterable[Mapping[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with gzip.open(file, "ab") as out:
        for line in lines:
            out.write(msgspec.json.encode(line, enc_hook=str) + b"\n")
    file.chmod(0o600)
