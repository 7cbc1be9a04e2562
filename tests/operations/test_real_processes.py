"""The real program: it stops gracefully, writes JSON lines, needs its key, and outlives its database and its disk."""

from __future__ import annotations

import json
import resource
import tempfile
import threading
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.fixtures_crm import copy_installation
from tests.operations.program import environ, program, run, wait_for

ACCOUNT = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
}  # fmt: skip


def test_sigterm_lets_requests_end_and_closes_in_order(engine: str, tmp_path: Path) -> None:
    env = environ(tmp_path, copy_installation(engine, tmp_path), TRADEWIND_ARGON2_PROFILE="standard")
    with program(env, tmp_path) as running:
        client, answers = running.client(), []
        client.get("/healthz")

        def sign_in() -> (
            None
        ):  # hashing the password takes a while: it is in the middle when the signal comes
            answers.append(
                client.post("/api/v1/session", json={"email": "x@demo.example", "password": "not the one"})
            )

        asking = threading.Thread(target=sign_in)
        asking.start()
        wait_for(lambda: asking.is_alive(), 1)
        threading.Event().wait(0.03)
        assert running.terminate() == 0
        asking.join(30)
        assert [answer.status_code for answer in answers] == [401]


def test_lines_are_json_and_tell_nobodys_address(engine: str, tmp_path: Path) -> None:
    env = environ(tmp_path, copy_installation(engine, tmp_path), TRADEWIND_LOG_FORMAT="json")
    with program(env, tmp_path) as running:
        client = running.signed_in("admin@demo.example")
        made = client.post("/api/v1/records/account", json=ACCOUNT)
        assert made.status_code == 201
        client.get("/api/v1/records/account", params={"q": "Nordic"}, headers={"X-Request-ID": "mine-1234"})
        assert running.terminate() == 0
        lines = [json.loads(line) for line in running.log.splitlines()]
    (mine,) = [line for line in lines if line.get("request_id") == "mine-1234"]
    assert (mine["route"], mine["status"], mine["path"]) == (
        "/api/v1/records/{form}",
        200,
        "/api/v1/records/account",
    )
    assert mine["user_id"] and mine["ms"] > 0
    for secret in ("demo.example", "127.0.0.1", "Nordic"):
        assert secret not in running.log
    verified = run(env, "audit", "verify", "--json")
    assert (verified.returncode, json.loads(verified.stdout)["unsealed"]) == (0, 0), (
        "stopping seals what is left"
    )


@pytest.mark.timeout(180)
def test_a_database_that_restarts_under_load_is_told_and_comes_back(tmp_path: Path) -> None:
    try:
        with tempfile.TemporaryDirectory() as place, servers.postgresql(Path(place)) as postgres:
            _restart(postgres, tmp_path)
    except servers.CannotStart as exc:
        pytest.skip(f"left out: {exc}")


def _restart(postgres: servers.Server, folder: Path) -> None:
    env = environ(folder, postgres.url("postgres"), TRADEWIND_LOG_FORMAT="json")
    made = run(env, "user", "create", "admin@demo.example", "--name", "Admin", "--role", "admin",
               "--password", "harbour-lantern-42")  # fmt: skip
    assert made.returncode == 0, made.stderr
    with program(env, folder) as running:
        client = running.signed_in("admin@demo.example")
        seen: list[tuple[int, str]] = []
        stop = threading.Event()

        def load() -> None:
            with httpx.Client(base_url=running.address, cookies=client.cookies, timeout=60) as own:
                while not stop.is_set():
                    answer = own.get("/api/v1/records/account")
                    seen.append((answer.status_code, answer.headers["content-type"]))

        loads = [threading.Thread(target=load) for _ in range(4)]
        for one in loads:
            one.start()
        wait_for(lambda: len(seen) > 50)
        postgres.stop()
        wait_for(lambda: client.get("/readyz").status_code == 503)
        wait_for(lambda: seen[-1][0] == 503)
        away = client.get("/api/v1/records/account")
        assert away.status_code == 503
        assert away.json()["code"] == "database_unreachable"
        assert "PostgreSQL" not in away.text, "a visitor learns nothing of the machinery"
        assert client.get("/healthz").status_code == 200
        postgres.start()
        wait_for(lambda: client.get("/readyz").status_code == 200)
        wait_for(lambda: client.post("/api/v1/records/account", json=ACCOUNT).status_code == 201)
        count = len(seen)
        wait_for(lambda: len(seen) > count + 50)
        stop.set()
        for one in loads:
            one.join(30)
        assert {status for status, _ in seen} <= {200, 503}
        assert {kind for status, kind in seen if status == 503} == {"application/problem+json"}
        assert {status for status, _ in seen[-20:]} == {200}
        assert running.terminate() == 0
    verified = run(env, "audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout


def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    url = copy_installation("sqlite", tmp_path)
    env = environ(tmp_path, url)
    with program(env, tmp_path) as running:
        client = running.signed_in("admin@demo.example")
        assert client.post("/api/v1/records/account", json=ACCOUNT).status_code == 201
        before = client.get("/api/v1/records/account", params={"total": 1}).json()["total"]
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        refused = client.post("/api/v1/records/account", json={**ACCOUNT, "name": "Too much"})
        assert refused.status_code == 503, refused.text
        assert refused.json()["code"] == "database_unreachable"
        assert client.get("/api/v1/records/account", params={"total": 1}).json()["total"] == before
        resource.prlimit(
            running.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )
        wait_for(lambda: client.post("/api/v1/records/account", json=ACCOUNT).status_code == 201)
        assert client.get("/api/v1/records/account", params={"total": 1}).json()["total"] == before + 1
        assert running.terminate() == 0
    assert run(env, "audit", "verify").returncode == 0


def test_a_backup_onto_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    env = environ(tmp_path, copy_installation("sqlite", tmp_path))
    assert run(env, "migrate").returncode == 0
    place = tmp_path / "small" / "backup.tradewind"
    place.parent.mkdir()
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))  # the command inherits it
    try:
        failed = run(env, "backup", str(place))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert failed.returncode == 1
    assert "no room left" in failed.stderr
    assert list(place.parent.iterdir()) == []


def test_the_program_does_not_start_without_its_key(tmp_path: Path) -> None:
    env = environ(tmp_path, f"sqlite:///{tmp_path / 'own.db'}")
    del env["TRADEWIND_SECRET_KEY"]
    assert (
        run(
            env,
            "user",
            "create",
            "a@demo.example",
            "--name",
            "A",
            "--role",
            "admin",
            "--password",
            "harbour-lantern-42",
        ).returncode
        == 0
    )
    key = tmp_path / "data" / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_bytes()
    key.unlink()
    for command in (
        ("serve", "--port", "0", "--no-demo"),
        ("worker",),
        ("app", "list"),
        ("audit", "verify"),
        ("backup", str(tmp_path / "b")),
    ):
        stopped = run(env, *command)
        assert stopped.returncode == 1, command
        assert "The secret key of this installation is missing" in stopped.stderr
        assert "Bring" in stopped.stderr
        assert not key.exists(), "no other key may take its place"
    key.write_bytes(b"another key of at least thirty-two bytes")
    assert "not this installation's" in run(env, "app", "list").stderr
    key.write_bytes(kept)
    assert run(env, "app", "list").returncode == 0
