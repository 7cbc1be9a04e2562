"""What stops the start says so at once, in plain lines: what is wrong, where, and what to do. Never a traceback."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from tests import servers
from tests.fixtures_crm import SECRET_KEY, copy_installation

_SECONDS = 90
_COMMAND = (str(Path(sys.executable).parent / "tradewind"), "serve", "--no-worker")

Case = tuple[Mapping[str, str], tuple[str, ...], str, tuple[str, ...]]
"""Variables, arguments, the text of tradewind.toml, and words that must be said."""

WRONG: dict[str, Case] = {
    "a port that is no number": ({"TRADEWIND_PORT": "harbour"}, (), "", ("TRADEWIND_PORT", "'harbour'", "digits")),
    "a port beyond the last one": ({}, ("--port", "99999"), "", ("--port", "99999", "65535")),
    "a name that there is not": ({"TRADEWIND_PROT": "1"}, (), "", ("TRADEWIND_PROT", "Did you mean TRADEWIND_PORT?")),
    "a language that is none": ({"TRADEWIND_LANGUAGE": "the usual one"}, (), "", ("TRADEWIND_LANGUAGE", "the usual one")),
    "a zone on no map": ({"TRADEWIND_ZONE": "Mars/Olympus"}, (), "", ("TRADEWIND_ZONE", "Mars/Olympus")),
    "a currency without a code": ({"TRADEWIND_BASE_CURRENCY": "shells"}, (), "", ("TRADEWIND_BASE_CURRENCY", "shells")),
    "a choice that is none": ({"TRADEWIND_LOG_LEVEL": "loud"}, (), "", ("TRADEWIND_LOG_LEVEL", "loud", "debug")),
    "neither yes nor no": ({"TRADEWIND_DEMO": "perhaps"}, (), "", ("TRADEWIND_DEMO", "perhaps", "true or false")),
    "a secret that is too short": ({"TRADEWIND_SECRET_KEY": "short"}, (), "", ("TRADEWIND_SECRET_KEY", "32")),
    "a size below nothing": ({"TRADEWIND_UPLOAD_MAX_BYTES": "-1"}, (), "", ("TRADEWIND_UPLOAD_MAX_BYTES",)),
    "another make": ({"TRADEWIND_DATABASE_URL": "mysql://x/y"}, (), "", ("TRADEWIND_DATABASE_URL", "postgresql://")),
    "a file that is no TOML": ({}, (), "port = = 3", ("tradewind.toml", "TOML")),
    "a misspelt setting in the file": ({}, (), "prot = 9000", ("prot", "Did you mean port?")),
    "a wrong value in the file": ({}, (), "pool_size = 'many'", ("tradewind.toml", "pool_size", "many")),
}  # fmt: skip

_EVERY_CASE = """
import contextlib, io, json, os, sys
from pathlib import Path
from platform_host.cli import main

clean = dict(os.environ)
for environ, arguments, text in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(clean, **environ)
    Path("tradewind.toml").write_text(text)
    sys.argv = ["tradewind", "serve", *arguments]
    said, code = io.StringIO(), 0
    with contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, said.getvalue()]), flush=True)
"""
"""`tradewind serve` once for each case, in one process: a wrong setting stops it before it has opened anything."""


def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path) -> None:
    cases = json.dumps([case[:3] for case in WRONG.values()])
    command = [sys.executable, "-c", _EVERY_CASE]
    done = subprocess.run(
        command, env=_environ(tmp_path), cwd=tmp_path, input=cases, capture_output=True, text=True, timeout=_SECONDS,
        check=True,
    )  # fmt: skip
    wrong = []
    for (name, case), line in zip(WRONG.items(), done.stdout.splitlines(), strict=True):
        code, said = json.loads(line)
        if code != 1 or "Traceback" in said or not all(word in said for word in case[3]):
            wrong.append(f"{name}: {code} {said}")
    assert not wrong, "\n".join(wrong)


def test_a_taken_port_stops_the_start_before_anything_is_opened(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = _refused(tmp_path, {}, "--port", port)
    assert f"127.0.0.1:{port}" in said and "--port" in said
    assert not (tmp_path / "tradewind.db").exists()


def test_a_data_folder_that_is_a_file_stops_the_start(tmp_path: Path) -> None:
    place = tmp_path / "occupied"
    place.write_text("x")
    said = _refused(tmp_path, {"TRADEWIND_DATA": str(place)})
    assert "TRADEWIND_DATA" in said and str(place) in said


def test_a_file_that_is_no_database_stops_the_start_and_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "tradewind.db"
    place.write_bytes(b"This is a letter, not a database. " * 100)
    said = _refused(tmp_path)
    assert str(place) in said and "database" in said
    assert place.read_bytes().startswith(b"This is a letter")


def test_a_folder_in_the_place_of_the_database_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "tradewind.db").mkdir()
    assert str(tmp_path / "tradewind.db") in _refused(tmp_path)


def test_a_server_where_nobody_answers_stops_the_start_and_tells_no_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = _refused(tmp_path, {"TRADEWIND_DATABASE_URL": f"postgresql://ada:hush-hush@127.0.0.1:{port}/crm"})
    assert f"127.0.0.1:{port}" in said and "hush-hush" not in said


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_without_that_database_stops_the_start_and_names_it(engine: str, tmp_path: Path) -> None:
    said = _refused(tmp_path, {"TRADEWIND_DATABASE_URL": servers.postgresql_url("no_such_database")})
    assert "no_such_database" in said


def test_a_database_that_a_newer_program_has_written_stops_the_start_and_stays_as_it_is(
    engine: str, tmp_path: Path
) -> None:
    url = copy_installation(engine, tmp_path)
    _write(
        url,
        "INSERT INTO tw_migration (id, applied_at) VALUES ('identity.9999', '2040-01-01T00:00:00.000000Z')",
    )
    said = _refused(tmp_path, {"TRADEWIND_DATABASE_URL": url, "TRADEWIND_SECRET_KEY": SECRET_KEY})
    assert "identity.9999" in said and "newer" in said


def _refused(folder: Path, environ: Mapping[str, str] | None = None, *arguments: str) -> str:
    """What `tradewind serve` says before it gives up; fails where it starts, or breaks instead."""
    port = () if "--port" in arguments else ("--port", "0")
    done = subprocess.run(
        [*_COMMAND, *port, *arguments], env={**_environ(folder), **(environ or {})}, cwd=folder, capture_output=True,
        text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 1, f"{done.returncode}: {done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr and "Tradewind is ready" not in done.stdout, done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 6, done.stderr
    return done.stderr


def _environ(folder: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    return {**clean, "TRADEWIND_DATA": str(folder), "TRADEWIND_ARGON2_PROFILE": "test"}


def _write(url: str, sql: str) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(sql)
        connection.close()
        return

    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    asyncio.run(run())
