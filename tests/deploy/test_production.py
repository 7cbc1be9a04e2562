"""A production set-up as `docs/how-to/run-in-production.md` describes it, on this machine: PostgreSQL, Redis, two web
processes and two workers with beat, nginx in front where it is installed. Whoever dies is not missed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.operations.program import COMMAND, environ, run, wait_for
from tools.steps import ROOT

pytestmark = pytest.mark.long
PASSWORD = "harbour-lantern-42"
NAME = "crm.example.com"


@contextmanager
def process(log: Path, env: dict[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the installation, ended at the end if nobody has."""
    with log.open("wb") as out:
        running = subprocess.Popen(command, env=env, stdout=out, stderr=out)
        try:
            yield running
        finally:
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
                running.wait(60)


def client(address: str) -> httpx.Client:
    """An admin who comes through the address (the proxy's, or a process's as if through one)."""
    headers = {"Host": NAME, "Origin": f"https://{NAME}"}
    if not address.startswith("https"):
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    made = httpx.Client(base_url=address, headers=headers, timeout=30, verify=False)
    answer = made.post("/api/v1/session", json={"email": "admin@example.com", "password": PASSWORD})
    assert answer.status_code in (200, 201), answer.text
    made.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    # The name resolves nowhere here, so the cookie is carried by hand.
    made.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return made


def nginx(folder: Path, ports: list[int], binary: str) -> tuple[list[str], str]:
    """The command of a proxy with our configuration, cut to this machine, and its address."""
    port = servers.free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (ROOT / "deploy/nginx/tradewind.conf").read_text()
    text = re.sub(r"server \{\s*listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port} ssl http2")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{ports[0]}").replace(
        "127.0.0.1:8002", f"127.0.0.1:{ports[1]}"
    )
    text = re.sub(r"ssl_certificate .*;", f"ssl_certificate {folder}/cert.pem;", text)
    text = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/key.pem;", text)
    text = text.replace("/etc/nginx/tradewind_proxy.conf", str(ROOT / "deploy/nginx/tradewind_proxy.conf"))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; "
        f"events {{}} http {{ access_log off; {temporary} {text} }}"
    )
    return [
        binary,
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "nginx.log"),
    ], f"https://127.0.0.1:{port}"


@pytest.mark.timeout(900)
def test_a_production_set_up_from_the_documentation_lives_on_when_processes_die(tmp_path: Path) -> None:
    try:
        with ExitStack() as stack:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            postgres = stack.enter_context(servers.postgresql(place))
            redis = stack.enter_context(servers.redis(place))
            _follow(stack, tmp_path, postgres.url("postgres"), redis.url("0"))
    except servers.CannotStart as exc:
        pytest.skip(f"left out: {exc}")


def _follow(stack: ExitStack, folder: Path, database: str, redis: str) -> None:
    env = environ(
        folder, database, TRADEWIND_REDIS_URL=redis, TRADEWIND_PUBLIC_URL=f"https://{NAME}",
        TRADEWIND_TRUSTED_PROXIES="127.0.0.1", TRADEWIND_DEMO="false", TRADEWIND_WORKER="false",
        TRADEWIND_LOG_FORMAT="json",
    )  # fmt: skip
    migrated = run(env, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    made = run(
        env,
        "user",
        "create",
        "admin@example.com",
        "--name",
        "Admin",
        "--role",
        "admin",
        "--password",
        PASSWORD,
    )
    assert made.returncode == 0, made.stderr
    ports = [servers.free_port(), servers.free_port()]
    web = [
        stack.enter_context(process(folder / f"web{n}.log", env, COMMAND, "serve", "--port", str(port), "--no-demo", "--no-worker"))
        for n, port in enumerate(ports)
    ]  # fmt: skip
    workers = [
        stack.enter_context(process(folder / f"worker{n}.log", env, COMMAND, "worker")) for n in range(2)
    ]
    stack.enter_context(process(folder / "beat.log", env, COMMAND, "beat"))
    direct = [f"http://127.0.0.1:{port}" for port in ports]
    for address in direct:
        wait_for(lambda address=address: _ready(address), 300)
    front = direct[0]
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if binary is not None:
        command, front = nginx(folder, ports, binary)
        stack.enter_context(process(folder / "proxy.log", env, *command))
        wait_for(lambda: _ready(front), 60)
    admin, other = client(front), client(direct[1])
    _a_publish_is_noticed(admin, other)
    _jobs_are_done(admin, workers)
    _a_dead_web_process_is_not_missed(web, direct, front, binary is not None)
    assert run(env, "audit", "verify").returncode == 0
    doctor = json.loads(run(env, "doctor", "--json").stdout)
    assert [one for one in doctor if one["state"] == "fail"] == []
    backup = run(env, "backup", str(folder / "night.tradewind"))
    assert backup.returncode == 0, backup.stderr


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", verify=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _a_publish_is_noticed(admin: httpx.Client, other: httpx.Client) -> None:
    """A form published through one process is soon there in the other."""
    form = {
        "kind": "form", "schema": 1, "name": "sample", "label": {"en": "Sample"},
        "fields": [{"name": "goods", "type": "text", "label": {"en": "Goods"}}],
    }  # fmt: skip
    put = admin.put("/api/v1/definitions/form/sample/draft", json=form)
    assert put.status_code == 200, put.text
    published = admin.post("/api/v1/definitions/form/sample/publish", json={"note": "first", "accept": []})
    assert published.status_code == 200, published.text
    wait_for(lambda: other.get("/api/v1/records/sample").status_code == 200, 30)
    made = admin.post("/api/v1/records/sample", json={"goods": "Drill bits"})
    assert made.status_code == 201, made.text
    assert other.get(f"/api/v1/records/sample/{made.json()['id']}").json()["goods"] == "Drill bits"


def _export(admin: httpx.Client) -> str:
    ordered = admin.post("/api/v1/records/sample/export", json={"format": "csv", "reason": "a test"})
    assert ordered.status_code == 202, ordered.text
    return str(ordered.json()["job"])


def _jobs_are_done(admin: httpx.Client, workers: list[subprocess.Popen[bytes]]) -> None:
    """Workers do what the web processes leave to them, also when one is killed."""

    def done(job: str) -> bool:
        return bool(admin.get(f"/api/v1/jobs/{job}").json()["state"] == "done")

    first = _export(admin)
    wait_for(lambda: done(first), 120)
    workers[0].kill()
    workers[0].wait(10)
    second = _export(admin)
    wait_for(lambda: done(second), 180)


def _a_dead_web_process_is_not_missed(
    web: list[subprocess.Popen[bytes]], direct: list[str], front: str, proxied: bool
) -> None:
    survivor = client(direct[1])
    web[0].kill()
    web[0].wait(10)
    assert survivor.get("/api/v1/records/sample").status_code == 200
    if proxied:
        again = client(front)
        assert {again.get("/api/v1/records/sample").status_code for _ in range(20)} == {200}
        assert again.get("/metrics").status_code == 404
