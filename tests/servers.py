"""Real servers for tests: PostgreSQL and Redis, private, in temporary folders, on free ports of loopback.

One PostgreSQL per test run, and servers that a test has for itself to stop and start. The first process that needs it starts it under a file lock (xdist workers share it through the
folder named in TRADEWIND_TEST_RUN); the process that began the run stops it by its pid.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

RUN = "TRADEWIND_TEST_RUN"
_START_SECONDS = 30
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "lc_messages": "C",
}


DURABLE = _SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
}
"""Settings of a server whose figures count: what it has committed survives a power cut."""


class CannotStart(Exception):
    """There is no such server on this machine, or it does not start; the message says why."""


def begin_run() -> None:
    """Makes the folder of this test run, unless a parent process has."""
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="tradewind-tests-")
        os.environ[f"{RUN}_OWNER"] = str(os.getpid())


def end_run() -> None:
    """Stops what this run has started; only the process that began it does."""
    folder = os.environ.get(RUN)
    if folder is None or os.environ.get(f"{RUN}_OWNER") != str(os.getpid()):
        return
    state = Path(folder) / "postgresql.json"
    if state.exists():
        _stop(json.loads(state.read_text()).get("pid"))
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[RUN], os.environ[f"{RUN}_OWNER"]


@contextmanager
def locked(name: str) -> Iterator[Path]:
    """The run's folder, held by this process alone for the moment."""
    begin_run()
    folder = Path(os.environ[RUN])
    with (folder / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def postgresql_url(database: str = "postgres") -> str:
    """URL of a database on the run's PostgreSQL server, which is started where it does not run yet.

    Raises CannotStart, and remembers it: the next caller does not try again.
    """
    with locked("postgresql") as folder:
        state_file = folder / "postgresql.json"
        if not state_file.exists():
            state_file.write_text(json.dumps(_start(folder)))
        state = json.loads(state_file.read_text())
    if "error" in state:
        raise CannotStart(state["error"])
    return f"postgresql://tradewind@127.0.0.1:{state['port']}/{database}"


@dataclass
class Server:
    """A server that a test has for itself: it may be stopped, killed and started again, on the same port."""

    command: list[str]
    port: int
    home: Path
    is_ready: Callable[[subprocess.Popen[bytes]], bool]
    scheme: str
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "") -> str:
        """Where clients find it."""
        return f"{self.scheme}127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it answers. Raises CannotStart."""
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.home, start_new_session=True
            )  # fmt: skip
        self.process = process
        if not (_answers(process, self.port) and self.is_ready(process)):
            self.stop()
            said = (self.home / "log").read_text(errors="replace")[-300:]
            raise CannotStart(f"{Path(self.command[-1]).name} does not start: {said}")

    def stop(self) -> None:
        """An orderly shutdown that does not wait for clients."""
        if self.process is not None:
            _stop(self.process.pid)
            self.process.wait(timeout=20)
            self.process = None


@contextmanager
def postgresql(folder: Path, settings: Mapping[str, str] = _SETTINGS) -> Iterator[Server]:
    """A PostgreSQL server of one's own, stopped at the end. Raises CannotStart."""
    home = _cluster(folder)
    server = _server(_binary("postgres"), home, settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def redis(folder: Path) -> Iterator[Server]:
    """A Redis server of one's own that keeps nothing on disk. Raises CannotStart."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise CannotStart("redis-server is not installed (Debian: apt-get install redis-server)")
    home = folder / "redis"
    home.mkdir()
    port = free_port()
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(home),
    ]
    server = Server([binary, *options], port, home, lambda _process: True, "redis://")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _start(folder: Path) -> dict[str, object]:
    try:
        home = _cluster(folder)
        for attempt in range(3):  # somebody may take the free port between our look and the start
            server = _server(_binary("postgres"), home, _SETTINGS)
            try:
                server.start()
            except CannotStart:
                if attempt == 2:
                    raise
                continue
            assert server.process is not None
            return {"port": server.port, "pid": server.process.pid}
    except CannotStart as exc:
        return {"error": str(exc)}
    raise AssertionError("unreachable: it started, or said why not")


def _cluster(folder: Path) -> Path:
    """A new cluster in the folder; its home."""
    initdb = _binary("initdb")
    home = folder / "postgresql"
    home.mkdir()
    if os.geteuid() == 0:
        account = _account()
        folder.chmod(0o711)
        os.chown(home, account.pw_uid, account.pw_gid)
    command = [
        initdb,
        "-D",
        str(home / "data"),
        "--no-sync",
        "-U",
        "tradewind",
        "--auth=trust",
        "--encoding=UTF8",
    ]
    made = subprocess.run(
        [*_as_unprivileged(), *command, "--locale=C.UTF-8"], capture_output=True, text=True, cwd=home, check=False
    )  # fmt: skip
    if made.returncode:
        raise CannotStart(f"initdb failed: {made.stderr.strip()[-300:]}")
    return home


def _server(binary: str, home: Path, settings: Mapping[str, str]) -> Server:
    port = free_port()
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*_as_unprivileged(), binary, *options, "-p", str(port), "-D", str(home / "data")]
    status = home / "data" / "postmaster.pid"
    return Server(command, port, home, lambda process: _is_ready(process, status), "postgresql://tradewind@")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    last = time.monotonic() + _START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    return False


def _is_ready(process: subprocess.Popen[bytes], status: Path) -> bool:
    """Waits until the server says that it takes connections: on a busy machine it listens a while before."""
    last = time.monotonic() + _START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        with suppress(OSError, IndexError):
            if status.read_text().splitlines()[7].strip() == "ready":
                return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    return False


def _stop(pid: int | None) -> None:
    """A fast shutdown, and the hard way where that takes too long."""
    try:
        ended = os.pidfd_open(pid or -1)
    except (ProcessLookupError, ValueError, OSError):
        return
    try:
        for sign, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5)):
            signal.pidfd_send_signal(ended, sign)
            if select.select([ended], [], [], seconds)[0]:
                break
    finally:
        os.close(ended)


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binary(name: str) -> str:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version, reverse=True)
    found = shutil.which(name) or (str(places[0]) if places else None)
    if found is None:
        raise CannotStart(f"{name} is not installed (Debian: apt-get install postgresql)")
    return found


def _version(path: Path) -> int:
    return int("".join(filter(str.isdigit, path.parts[-3])) or 0)


def _as_unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return []
    name = _account().pw_name
    if setpriv := shutil.which("setpriv"):
        return [setpriv, f"--reuid={name}", f"--regid={_account().pw_gid}", "--clear-groups", "--"]
    if runuser := shutil.which("runuser"):
        return [runuser, "-u", name, "--"]
    raise CannotStart(f"{getpass.getuser()} may not run PostgreSQL, and neither setpriv nor runuser is there")


def _account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("there is neither a user postgres nor nobody to run PostgreSQL as")
