"""The real program in a process of its own, as `tradewind serve` starts it, on a copy of the installation."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fixtures_crm import SECRET_KEY

_READY = "Tradewind is ready: "


@contextmanager
def serving(url: str, folder: Path) -> Iterator[str]:
    """The address of the running product on the database `url`; stopped with SIGTERM at the end."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")},
        "TRADEWIND_DATA": str(folder / "data"), "TRADEWIND_DATABASE_URL": url, "TRADEWIND_ARGON2_PROFILE": "test",
        "TRADEWIND_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [str(Path(sys.executable).parent / "tradewind"), "serve", "--port", "0", "--no-demo"]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield _address(process, folder / "serve.log")
        finally:
            process.terminate()
            process.wait(30)
    assert process.returncode == 0, (folder / "serve.log").read_text()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_READY):
            return line.removeprefix(_READY).strip()
    raise AssertionError(f"the server ended before it was ready: {log.read_text()}")
