"""How long a start takes: to the first answer of the embedded installation, and with a thousand forms.

make bench BENCH=start
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from platform_core import definitions, identity, settings
from platform_core.definitions import ChangeItem
from platform_host.assembly import assemble
from platform_host.lifecycle import running

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


def first_answer(data: Path, port: int) -> tuple[float, float]:
    """(seconds from the command to a ready answer, resident MiB then)."""
    environment = {**os.environ, "TRADEWIND_DATA": str(data), "TRADEWIND_LOG_LEVEL": "warning"}
    program = "from platform_host.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--no-demo", "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.01)
        seconds = time.perf_counter() - began
        pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
        return seconds, pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    finally:
        server.terminate()
        server.wait()


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
            print(f"| {name} | {min(one[0] for one in found):.2f} | {found[-1][1]:.0f} |")


if __name__ == "__main__":
    main()
