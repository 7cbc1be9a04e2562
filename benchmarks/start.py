"""How long a start takes: to the first answer of the embedded installation, with a thousand forms, and to the first
list of somebody who is signed in; and how quick that list is from then on.

make bench BENCH=start
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from platform_core import definitions, identity, settings
from platform_core.definitions import ChangeItem
from platform_host.assembly import assemble
from platform_host.lifecycle import running

PASSWORD = "harbour-lantern-42"
PAGES = 200
FORMS, AT_ONCE = 1_000, 100
ROUNDS = 3


def form(number: int) -> dict[str, object]:
    """A form as companies have them: thirty fields, a list."""
    fields: list[dict[str, object]] = [
        {"name": f"f{place}", "type": kind, "label": {"en": f"Field {place}"}}
        for place, kind in enumerate(("text", "integer", "date", "email", "boolean", "long_text") * 5)
    ]
    return {
        "kind": "form", "schema": 1, "name": f"form{number}", "label": {"en": f"Form {number}"}, "fields": fields,
        "lists": [{"name": "all", "columns": ["f0", "f1", "f2"], "sort": ["-f2"]}],
    }  # fmt: skip


async def publish_many(data: Path) -> None:
    """A thousand forms into a new installation."""
    settings.use(settings.load({"data": str(data)}, {}))
    async with running(assemble(), worker=False):
        for start in range(0, FORMS, AT_ONCE):
            items = [
                ChangeItem(app="local", kind="form", name=f"form{number}", definition=form(number))
                for number in range(start, start + AT_ONCE)
            ]
            await definitions.publish(items, note="many", accept=[], actor=identity.SYSTEM)


@contextmanager
def started(data: Path, port: int, address: str, headers: Mapping[str, str], *more: str) -> Iterator[Answer]:
    """The product in a process of its own, once `address` has answered with 200; stopped at the end."""
    environment = {
        **os.environ, "TRADEWIND_DATA": str(data), "TRADEWIND_LOG_LEVEL": "warning",
        "TRADEWIND_DEMO_PASSWORD": PASSWORD,
    }  # fmt: skip
    program = "from platform_host.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--port", str(port), *more]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 120:
            try:
                asked = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers=dict(headers))
                with urllib.request.urlopen(asked, timeout=5) as answer:
                    if answer.status == 200 and answer.url.endswith(address):
                        break
            except OSError:
                time.sleep(0.01)
        seconds = time.perf_counter() - began
        pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
        yield Answer(seconds, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
    finally:
        server.terminate()
        server.wait()


class Answer(NamedTuple):
    """Seconds from the command to the answer, and resident MiB then."""

    seconds: float
    mebibytes: float


def first_answer(data: Path, port: int) -> Answer:
    """From the command to a ready answer of an installation without demo data."""
    with started(data, port, "/readyz", {}, "--no-demo") as answer:
        return answer


def signed_in_list(data: Path, port: int) -> tuple[float, float]:
    """(seconds from the command to the first list of customers of somebody signed in, median ms of the next ones)."""
    with started(data, port, "/readyz", {}):
        cookie = sign_in(port)
    asked = {"Cookie": cookie}
    seconds = []
    for _ in range(ROUNDS):
        with started(data, port, "/r/account", asked) as answer:
            seconds.append(answer.seconds)
            times = [page_time(port, asked) for _ in range(PAGES)]
    return min(seconds), statistics.median(times) * 1000


def sign_in(port: int) -> str:
    """The session cookie of a salesperson of the demo company."""
    body = json.dumps({"email": "lina@demo.example", "password": PASSWORD}).encode()
    place = f"http://127.0.0.1:{port}"
    headers = {"Content-Type": "application/json", "Origin": place}
    with urllib.request.urlopen(urllib.request.Request(f"{place}/api/v1/session", body, headers)) as answer:
        cookie: str = answer.headers["set-cookie"]
        return cookie.partition(";")[0]


def page_time(port: int, headers: Mapping[str, str]) -> float:
    """Seconds of one list page as the client sees them."""
    began = time.perf_counter()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/r/account", headers=dict(headers))
    with urllib.request.urlopen(asked) as answer:
        answer.read()
    return time.perf_counter() - began


def main() -> None:
    """The table."""
    print("| installation | start to the first ready answer, s | memory then, MiB |")
    print("| --- | --- | --- |")
    for name, many in (("one app", False), (f"and {FORMS:,} forms", True)):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            if many:
                asyncio.run(publish_many(data))
            else:
                first_answer(data, 8121)  # makes the database
            found = [first_answer(data, 8121) for _ in range(ROUNDS)]
            print(f"| {name} | {min(one.seconds for one in found):.2f} | {found[-1].mebibytes:.0f} |")
    with tempfile.TemporaryDirectory() as folder:
        seconds, page = signed_in_list(Path(folder), 8121)
        print(
            f"\nDemo company, somebody signed in: first list after {seconds:.2f} s, then {page:.1f} ms a list page"
        )


if __name__ == "__main__":
    main()
