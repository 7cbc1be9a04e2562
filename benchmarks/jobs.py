"""How many jobs one worker does a second: no-op jobs and jobs with one row as their effect, on both databases.

    make bench BENCH=jobs
    python -m benchmarks.jobs [--jobs 10000] [--rounds 3] [--only sqlite|postgresql] [--json]

SQLite is a new file with the product's own settings (WAL, synchronous NORMAL). PostgreSQL is the server named by
BENCH_DATABASE_URL, or a private one started for this run with its durability on. The worker is the product's, in a
process of its own, as `tradewind worker` runs it; the clock starts when it starts and ends when it has stopped, with
every job recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from platform_core import database, jobs
from platform_core.database import TEXT, UUID, Column, CreateTable, DropTable, Table

MUST = {"sqlite": 3000, "postgresql": 1500}
WORK = ("no-op", "one row")
HANDS = {"sqlite": 4, "postgresql": 8}
_EFFECTS = Table("bench_effect", (Column("job", UUID, primary=True), Column("text", TEXT)))


@dataclass(frozen=True)
class Row:
    """One line of the table: the middle of its rounds."""

    engine: str
    work: str
    must: int
    per_second: float
    per_cpu_second: float
    cpu_ms: float


class Tally:
    """How many handlers have ended, and the moment when all have."""

    def __init__(self) -> None:
        self.left = 0
        self.all = asyncio.Event()

    def begin(self, count: int) -> None:
        self.left = count

    def one(self) -> None:
        self.left -= 1
        if not self.left:
            self.all.set()


TALLY = Tally()


async def nothing(job: jobs.Job) -> None:
    """The no-op."""
    TALLY.one()


async def one_row(job: jobs.Job) -> None:
    """The effect and the end of the job in one transaction."""
    async with job.commit():
        await database.execute("INSERT INTO bench_effect (job, text) VALUES (?, ?)", (job.id, "done"))
    TALLY.one()


HANDLERS = {"no-op": nothing, "one row": one_row}


async def measure(url: str, work: str, count: int, hands: int) -> dict[str, object]:
    """One round in this process: lays `count` jobs down, works on them, and counts what came of it."""
    await database.open(url)
    try:
        await database.migrate(jobs.MIGRATIONS)
        # A table as new in each round: rows that are gone and not vacuumed yet are not what is measured.
        await database.execute(f"{'TRUNCATE' if database.dialect().is_postgresql else 'DELETE FROM'} tw_job")
        await database.apply(CreateTable(_EFFECTS))
        jobs.register(jobs.JobKind("bench.job", HANDLERS[work]))
        async with database.transaction():
            for _ in range(count):
                await jobs.add("bench.job")
        TALLY.begin(count)
        worker = jobs.Worker(concurrency=hands)
        wall, cpu = time.perf_counter(), time.process_time()
        await worker.start()
        await TALLY.all.wait()
        await worker.stop()  # records what is not recorded yet
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        await _check(work, count)
        await database.apply(DropTable("bench_effect"))
    finally:
        await database.close()
    return {"per_second": count / wall, "per_cpu_second": count / cpu, "cpu_ms": cpu / count * 1000}


async def _check(work: str, count: int) -> None:
    """Every job done, every effect there once: a fast worker that loses work is not measured."""
    done = (await jobs.counts())["bench.job"].get("done")
    effects = await database.fetch_value("SELECT COUNT(*) FROM bench_effect")
    if done != count or effects != (count if work == "one row" else 0):
        raise SystemExit(f"{done} of {count} jobs are done, with {effects} effects: nothing was measured")


@contextmanager
def database_url(engine: str) -> Iterator[str]:
    """A database for the benchmark alone."""
    with tempfile.TemporaryDirectory(prefix="tradewind-bench-") as folder:
        if engine == "sqlite":
            yield f"sqlite:///{folder}/bench.db"
        elif given := os.environ.get("BENCH_DATABASE_URL"):
            yield given
        else:
            from tests import servers

            with servers.postgresql(Path(folder), servers.DURABLE) as server:
                yield server.url("postgres")


def one_round(url: str, engine: str, work: str, count: int) -> dict[str, float]:
    """A round in a process of its own, so that none warms the next."""
    command = [sys.executable, "-m", "benchmarks.jobs", "--round", url, work, str(count), str(HANDS[engine])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def machine() -> str:
    """What it was measured on."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} x {cpu}, Python {platform.python_version()}, {platform.system()}, load {load:.1f}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def main() -> int:
    """Prints a table; exit code 1 where a figure is below what it must be."""
    options = _options()
    if options.round:
        url, work, count, hands = options.round
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(measure(url, work, int(count), int(hands)))))
        return 0
    rows: list[Row] = []
    for engine in [options.only] if options.only else list(MUST):
        with database_url(engine) as url:
            for work in WORK:
                rounds = [one_round(url, engine, work, options.jobs) for _ in range(options.rounds)]
                middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
                rows.append(Row(engine, work, MUST[engine], **middle))
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else _table(rows))
    return 0 if all(row.per_second >= row.must for row in rows) else 1


def _table(rows: list[Row]) -> str:
    lines = [
        machine(),
        "",
        "| database | work | jobs/s | must | jobs per CPU second | CPU ms a job |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.engine} | {row.work} | {row.per_second:,.0f} | {row.must:,} "
        f"| {row.per_cpu_second:,.0f} | {row.cpu_ms:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=tuple(MUST))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--round", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
