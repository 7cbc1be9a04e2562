"""What people notice of a change to a big table: adding, deleting and retyping a field while clients read and write.

    make bench BENCH=change
    python -m benchmarks.change [--rows 1000000] [--clients 16] [--quiet 60] [--pause 0.05] [--only sqlite|postgresql]

The product runs in a process of its own, with its own worker; the clients are another one. They list, read and change
random records, each with a pause between two requests, first for a while without any change and then until the last of
the three publishes is done. Fails where a request has failed, or where p99.9 during the changes lies more than 50 ms
above p99.9 of the quiet part of the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvloop

from benchmarks.jobs import database_url, machine
from platform_core import database, definitions, identity, settings
from platform_core.definitions import ChangeItem
from platform_host.assembly import assemble
from platform_host.lifecycle import running

PASSWORD = "harbour-lantern-42"
EMAIL = "bench@demo.example"
PORT = 8143
MORE_MS = 50.0
TABLE = "r_local__parcel"
NAME = {"type": "text", "name": "name", "label": {"en": "Name"}}
STAFF = {"type": "text", "name": "staff", "label": {"en": "Staff"}}
CITY = {"type": "text", "name": "city", "label": {"en": "City"}}
NUMBER = {"type": "integer", "name": "staff", "label": {"en": "Staff"}}
STEPS = (
    ("add a field", (NAME, STAFF, CITY), ()),
    ("delete a field", (NAME, STAFF), ("field.city.removed",)),
    ("retype a field", (NAME, NUMBER), ()),
)


def form(*fields: Mapping[str, object]) -> dict[str, object]:
    """The form; its list is in the order of the table."""
    return {
        "kind": "form", "schema": 1, "name": "parcel", "label": {"en": "Parcel"}, "fields": list(fields),
        "lists": [{"name": "all", "columns": ["name", "updated_at"], "sort": ["name"]}],
    }  # fmt: skip


@dataclass
class Heard:
    """What the clients saw in one part of the run."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Milliseconds that this share of the requests stayed below."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class Client:
    """One connection that is kept; a request at a time."""

    def __init__(self, cookie: str = "", token: str = "") -> None:
        self.cookie, self.token = cookie, token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body)."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", PORT)
        reader, writer = self._streams
        sent = b"" if body is None else json.dumps(body).encode()
        given = {
            "Host": f"127.0.0.1:{PORT}", "Origin": f"http://127.0.0.1:{PORT}", "Cookie": self.cookie,
            "X-CSRF-Token": self.token, "Content-Type": "application/json", "Content-Length": str(len(sent)), **headers,
        }  # fmt: skip
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        found = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        answer = await reader.readexactly(int(found.get("content-length", "0")))
        return int(head[0].split()[1]), found, answer

    async def json(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, object]:
        """The answer's JSON; ends the benchmark where it is none of success."""
        status, _headers, answer = await self.ask(method, path, body, **headers)
        if status >= 400:
            raise SystemExit(f"{method} {path}: {status} {answer[:500]!r}")
        found: dict[str, object] = json.loads(answer or b"{}")
        return found


async def prepare(rows: int) -> None:
    """The form, somebody who may do everything, and the records."""
    async with running(assemble(), worker=False, install=False):
        await identity.create_user(
            email=EMAIL, name="Bench", password=PASSWORD, roles=["admin"], actor=identity.SYSTEM
        )
        item = ChangeItem(app="local", kind="form", name="parcel", definition=form(NAME, STAFF))
        await definitions.publish([item], actor=identity.SYSTEM)
        await _fill(rows)


async def _fill(rows: int) -> None:
    if database.dialect().is_postgresql:
        source, moment = f"SELECT gen_random_uuid() AS id, n FROM generate_series(1, {rows}) AS n", "now()"
    else:
        source = (
            f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows})"
            " SELECT printf('%08x-0000-7000-8000-%012x', n, n) AS id, n FROM c"
        )
        moment = "'2026-11-22T08:00:00.000000Z'"
    await database.execute(
        f'INSERT INTO {TABLE} (id, version, created_at, created_by, updated_at, updated_by, "_title", "_title_sort",'
        " name, name__sort, staff, staff__sort)"
        f" SELECT id, 1, {moment}, id, {moment}, id, 'Parcel ' || n, 'parcel ' || n, 'Parcel ' || n, 'parcel ' || n,"
        f" CAST(n % 500 AS text), CAST(n % 500 AS text) FROM ({source}) AS made"
    )
    await database.execute(f"ANALYZE {TABLE}")


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[None]:
    """The product in a process of its own."""
    command = [
        sys.executable,
        "-c",
        "from platform_host.cli import main; main()",
        "serve",
        "--port",
        str(PORT),
        "--no-demo",
    ]
    server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


async def sign_in() -> Client:
    """Waits for the product, then opens a session."""
    client = Client()
    for _attempt in range(600):
        try:
            status, _headers, _answer = await client.ask("GET", "/readyz")
            if status == 200:
                break
        except OSError:
            client = Client()
        await asyncio.sleep(0.1)
    _status, headers, answer = await client.ask(
        "POST", "/api/v1/session", {"email": EMAIL, "password": PASSWORD}
    )
    return Client(headers["set-cookie"].partition(";")[0], json.loads(answer)["csrf_token"])


class Crowd:
    """The clients; `heard` is the part that their requests count for."""

    def __init__(self, admin: Client, ids: list[str], pause: float) -> None:
        self.heard = Heard()
        self._admin, self._ids, self._pause = admin, ids, pause
        self.over = False

    async def work(self, number: int) -> None:
        """One client until the end."""
        client, chance = Client(self._admin.cookie, self._admin.token), random.Random(number)
        while not self.over:
            await asyncio.sleep(chance.uniform(0, 2 * self._pause))
            heard, begun = self.heard, time.perf_counter()
            what, status, answer = await self._once(client, chance)
            heard.seconds.append(time.perf_counter() - begun)
            if status >= 400:
                heard.errors.append(f"{what}: {status} {answer[:300]!r}")

    async def _once(self, client: Client, chance: random.Random) -> tuple[str, int, bytes]:
        record, kind = chance.choice(self._ids), chance.random()
        path = f"/api/v1/records/parcel/{record}"
        if kind < 0.4:
            what, answer = "list", await client.ask("GET", "/api/v1/records/parcel?limit=20")
        elif kind < 0.7:
            what, answer = "read", await client.ask("GET", path)
        else:
            # A number, whether the field is text or an integer at this moment.
            value: object = chance.randrange(10_000)
            body = {"staff": value if await self._is_number(client, path) else str(value)}
            what, answer = "change", await client.ask("PATCH", path, body, **{"If-Match": "*"})
            if answer[0] == 422:  # the field was given its new type between the two requests
                what, answer = (
                    "change",
                    await client.ask("PATCH", path, {"name": "Parcel"}, **{"If-Match": "*"}),
                )
        return what, answer[0], answer[2]

    async def _is_number(self, client: Client, path: str) -> bool:
        _status, _headers, answer = await client.ask("GET", path)
        return isinstance(json.loads(answer).get("staff"), int)


async def change(admin: Client, fields: tuple[Mapping[str, object], ...], accept: tuple[str, ...]) -> float:
    """Publishes and waits until everything is done; the seconds."""
    begun = time.perf_counter()
    await admin.json("PUT", "/api/v1/definitions/form/parcel/draft", form(*fields))
    done = await admin.json(
        "POST", "/api/v1/definitions/form/parcel/publish", {"note": "", "accept": list(accept)}
    )
    while "job" in done:
        rollout = await admin.json("GET", "/api/v1/definitions/form/parcel/rollout")
        if rollout["state"] in ("done", "failed", "cancelled"):
            if rollout["state"] != "done":
                raise SystemExit(f"the publish failed: {rollout}")
            break
        await asyncio.sleep(0.5)
    return time.perf_counter() - begun


async def measure(options: argparse.Namespace) -> tuple[Heard, Heard, list[str]]:
    """(the quiet part, the part with the changes, what each change took)."""
    admin = await sign_in()
    page = await admin.json("GET", "/api/v1/records/parcel?limit=200&fields=name")
    listed = page["items"]
    ids = [str(one["id"]) for one in listed] if isinstance(listed, list) else []
    crowd = Crowd(admin, ids, options.pause)
    clients = [asyncio.create_task(crowd.work(number)) for number in range(options.clients)]
    await asyncio.sleep(5)  # warm
    quiet = crowd.heard = Heard()
    await asyncio.sleep(options.quiet)
    changing = crowd.heard = Heard()
    maker, took = Client(admin.cookie, admin.token), []
    for name, fields, accept in STEPS:
        took.append(f"{name}: {await change(maker, fields, accept):.1f} s")
        await asyncio.sleep(2)
    crowd.over = True
    await asyncio.gather(*clients)
    return quiet, changing, took


def one_engine(engine: str, options: argparse.Namespace) -> bool:
    """Measures one database and prints its lines; whether the figure is reached."""
    with database_url(engine) as url, tempfile.TemporaryDirectory(prefix="tradewind-bench-") as folder:
        environment = {
            "TRADEWIND_DATA": folder, "TRADEWIND_DATABASE_URL": url, "TRADEWIND_SECRET_KEY": "0" * 64,
            "TRADEWIND_LOG_LEVEL": "error", "TRADEWIND_ACCESS_LOG": "false", "TRADEWIND_RATE_LIMIT": "1000000",
        }  # fmt: skip
        settings.use(settings.load({}, environment))
        asyncio.run(prepare(options.rows))
        with served(environment), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            quiet, changing, took = runner.run(measure(options))
    for name, heard in (("without a change", quiet), ("during the changes", changing)):
        print(
            f"| {engine} | {name} | {len(heard.seconds):,} | {heard.at(0.5):.1f} | {heard.at(0.99):.1f}"
            f" | {heard.at(0.999):.1f} | {max(heard.seconds) * 1000:.0f} | {len(heard.errors)} |",
            flush=True,
        )
    print(f"\n{engine}: {', '.join(took)}\n")
    for error in (*quiet.errors[:3], *changing.errors[:10]):
        print(f"error: {error}")
    return not quiet.errors and not changing.errors and changing.at(0.999) - quiet.at(0.999) <= MORE_MS


def main() -> int:
    """Prints a table; exit code 1 where a figure is not reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--quiet", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=0.05)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    print(f"{machine()}; {options.rows:,} rows, {options.clients} clients\n")
    print("| database | part | requests | p50 ms | p99 ms | p99.9 ms | longest ms | errors |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    found = [
        one_engine(engine, options)
        for engine in ([options.only] if options.only else ["postgresql", "sqlite"])
    ]
    return 0 if all(found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
