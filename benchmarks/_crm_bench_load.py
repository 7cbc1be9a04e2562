"""Fills an empty installation with the data set of the comparison, through the product's own façades.

    python -m benchmarks._crm_bench_load FOLDER      # FOLDER holds customers.csv and followups.csv

Prints a JSON map from the data set's customer ids to the product's. The connection is that of the settings.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from platform_core import definitions, identity, records, settings
from platform_host.assembly import assemble
from platform_host.lifecycle import running

PASSWORD = "bench-harbour-17"
CHUNK = 1_000
TEAMS, USERS = 10, 100
DEFINITIONS = Path(__file__).parent / "definitions"
QUIET = records.WriteOptions(answer=False)


async def main(folder: Path) -> None:
    """Load everything; one line of JSON at the end."""
    settings.use(settings.load())
    async with running(assemble(), worker=False, install=False):
        await _publish()
        teams, users = await _people()
        customers = await _customers(folder, teams, users)
        await _followups(folder, customers, users)
    print(json.dumps(customers))


async def _people() -> tuple[list[str], list[str]]:
    teams = [(await identity.create_team(f"Team {n}", actor=identity.SYSTEM)).id for n in range(1, TEAMS + 1)]
    users = [await _user(n, teams[(n - 1) % TEAMS]) for n in range(1, USERS + 1)]
    return teams, users


async def _user(number: int, team: str) -> str:
    made = await identity.create_user(
        email=f"u{number}@bench.example",
        name=f"User {number}",
        actor=identity.SYSTEM,
        password=PASSWORD if number == 17 else None,
        roles=("bench_sales",),
        team=team,
    )
    return made.id


async def _publish() -> None:
    items = []
    for path in sorted(DEFINITIONS.glob("*.json")):
        definition = json.loads(path.read_text(encoding="utf-8"))
        items.append(
            definitions.ChangeItem(
                app="local", kind=definition["kind"], name=definition["name"], definition=definition
            )
        )
    await definitions.publish(items, note="benchmark", accept=[], actor=identity.SYSTEM)


async def _customers(folder: Path, teams: list[str], users: list[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    with (folder / "customers.csv").open(newline="", encoding="utf-8") as file:
        for chunk in _chunks(csv.DictReader(file)):
            values = [_customer(row, teams, users) for row in chunk]
            for row, made in zip(chunk, await _create("customer", values), strict=True):
                ids[row["id"]] = made
    return ids


def _customer(row: dict[str, str], teams: list[str], users: list[str]) -> dict[str, object]:
    values: dict[str, object] = {name: row[name] or None for name in row if name not in ("id", "code")}
    values["ref_code"] = row["code"]
    values["created"] = row["created"] + "Z"
    values["owner"] = users[int(row["owner"]) - 1]
    values["team"] = teams[int(row["team"]) - 1]
    return values


async def _followups(folder: Path, customers: dict[str, str], users: list[str]) -> None:
    with (folder / "followups.csv").open(newline="", encoding="utf-8") as file:
        for chunk in _chunks(csv.DictReader(file)):
            await _create("followup", [_followup(row, customers, users) for row in chunk])


def _followup(row: dict[str, str], customers: dict[str, str], users: list[str]) -> dict[str, object]:
    return {
        "customer": customers[row["customer"]],
        "kind": row["kind"],
        "happened": row["happened"] + "Z",
        "subject": row["subject"],
        "note": row["note"],
        "owner": users[int(row["author"]) - 1],
    }


async def _create(form: str, values: list[dict[str, object]]) -> list[str]:
    results = await records.bulk_create(form, values, actor=identity.SYSTEM, options=QUIET)
    refused = next((result for result in results if not result.ok), None)
    if refused is not None:
        raise SystemExit(f"{form}: a row was refused: {msgspec.json.encode(refused.problems).decode()}")
    return [str(result.id) for result in results]


def _chunks(rows: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
