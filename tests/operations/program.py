"""The real program in processes of its own, which a test may signal, starve and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.fixtures_crm import PASSWORD, SECRET_KEY

COMMAND = str(Path(sys.executable).parent / "tradewind")
_READY = "Tradewind is ready: "
_PAUSE = threading.Event()


def environ(folder: Path, url: str, **more: str) -> dict[str, str]:
    """Settings of an installation below `folder`."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")},
        "TRADEWIND_DATA": str(folder / "data"),
        "TRADEWIND_DATABASE_URL": url,
        "TRADEWIND_ARGON2_PROFILE": "test",
        "TRADEWIND_SECRET_KEY": SECRET_KEY,
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def run(environ: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [COMMAND, *arguments], env=dict(environ), capture_output=True, text=True, timeout=300, check=False
    )


class Program:
    """A running `tradewind serve`."""

    def __init__(self, process: subprocess.Popen[str], address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self._log = log

    @property
    def log(self) -> str:
        """What it has written to the error stream."""
        return self._log.read_text()

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def client(self) -> httpx.Client:
        """Nobody yet."""
        return httpx.Client(base_url=self.address, headers={"Origin": self.address}, timeout=30)

    def signed_in(self, email: str) -> httpx.Client:
        """Somebody, with the token for changes."""
        client = self.client()
        answer = client.post("/api/v1/session", json={"email": email, "password": PASSWORD})
        assert answer.status_code in (200, 201), answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client


@contextmanager
def program(environ: Mapping[str, str], folder: Path, *arguments: str) -> Iterator[Program]:
    """The program, ready; ended at the end if the test has not."""
    log = folder / "program.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", "--no-demo", *arguments],
            env=dict(environ), stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
        try:
            yield Program(process, _address(process, log), log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_READY):
            return line.removeprefix(_READY).strip()
    raise AssertionError(f"the program ended before it was ready: {log.read_text()}")


def wait_for(condition: object, seconds: float = 30) -> None:
    """Ask until it holds; fails the test after `seconds`."""
    assert callable(condition)
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if condition():
            return
        _PAUSE.wait(0.05)  # another process is asked, which has no event that this one could wait for
    raise AssertionError("it did not come to that in time")
