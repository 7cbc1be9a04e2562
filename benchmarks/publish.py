"""How long publishing a form of sixty fields takes when its table stays as it is, and when it is made.

    make bench BENCH=publish

Fails where a publish without a table change takes half a second or more (the middle of seven).
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time

from benchmarks.jobs import database_url, machine
from platform_core import definitions, identity, settings
from platform_host.assembly import assemble
from platform_host.lifecycle import running

MUST = 0.5
TYPES = ("text", "integer", "date", "money", "email", "boolean")
ROUNDS = 7


def form(icon: str) -> dict[str, object]:
    """Sixty fields, a list, twenty rules."""
    fields = [
        {"name": f"f{n}", "type": TYPES[n % len(TYPES)], "label": {"en": f"Field {n}", "zh": f"字段 {n}"}}
        for n in range(60)
    ]
    rules = [
        {"id": f"r{n}", "when": f"f1 > {n}", "require": [f"f{6 * (n % 10) + 6 if n % 10 < 9 else 0}"]}
        for n in range(20)
    ]
    return {
        "kind": "form", "schema": 1, "name": "wide", "label": {"en": "Wide"}, "icon": icon, "fields": fields,
        "rules": rules, "lists": [{"name": "all", "columns": ["f0", "f1", "f2"], "sort": ["-f2"]}],
    }  # fmt: skip


async def publish(icon: str) -> float:
    """The seconds of one publish through the draft, as the designer does it."""
    draft = await definitions.put_draft("form", "wide", form(icon), "local", actor=identity.SYSTEM)
    begun = time.perf_counter()
    await definitions.publish(draft, actor=identity.SYSTEM)
    return time.perf_counter() - begun


async def measure() -> tuple[float, float]:
    """(seconds of the first publish, of one without a table change)."""
    async with running(assemble(), worker=False):
        first = await publish("table")
        return first, statistics.median([await publish(f"icon-{n}") for n in range(ROUNDS)])


def main() -> int:
    """Prints a table; exit code 1 where the figure is not reached."""
    print(
        f"{machine()}\n\n| database | first publish, s | without a table change, s | must |\n| --- | --- | --- | --- |"
    )
    missed = False
    for engine in ("sqlite", "postgresql"):
        with database_url(engine) as url, tempfile.TemporaryDirectory() as folder:
            settings.use(settings.load({}, {"TRADEWIND_DATA": folder, "TRADEWIND_DATABASE_URL": url}))
            first, again = asyncio.run(measure())
            print(f"| {engine} | {first:.3f} | {again:.3f} | {MUST} |", flush=True)
            missed = missed or again >= MUST
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
