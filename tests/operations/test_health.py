"""Whether the installation is well, as programs and people may ask: /readyz, /metrics, the doctor, the health page."""

from __future__ import annotations

import msgspec
import pytest

from platform_core import database, jobs, operations, settings, telemetry
from platform_core.operations import KeyLost, Presence, WrongKey
from tests.fixtures_crm import Crm


async def test_readiness_follows_the_database_and_its_migrations(crm: Crm) -> None:
    visitor = crm.visitor()
    assert (await visitor.http.get("/readyz")).status_code == 200
    await database.execute("DELETE FROM tw_migration WHERE id = 'operations.0001'")
    answer = await visitor.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
    await database.execute(
        "INSERT INTO tw_migration (id, applied_at) SELECT 'operations.0001', MAX(applied_at) FROM tw_migration"
    )
    assert (await visitor.http.get("/readyz")).status_code == 200
    await database.close()
    assert (await visitor.http.get("/readyz")).status_code == 503
    assert (await visitor.http.get("/healthz")).status_code == 200
    await database.open(settings.current().database_url)
    assert (await visitor.http.get("/readyz")).status_code == 200


async def test_metrics_are_for_this_machine_or_the_token(crm: Crm) -> None:
    visitor = crm.visitor()
    await (await crm.login("lina")).api("GET", "/records/account")
    answer = await visitor.http.get("/metrics")
    assert answer.status_code == 200
    for name in (
        'route="/api/v1/records/{form}"',
        "tradewind_sessions 1.0",
        'tradewind_jobs{state="late"}',
        'tradewind_database_connections{state="busy"}',
        "tradewind_catalog_version",
        "tradewind_audit_unsealed",
    ):
        assert name in answer.text, name
    assert 'tradewind_source_up{source="jobs"} 1.0' in answer.text
    assert "demo.example" not in answer.text
    forwarded = {"X-Forwarded-For": "198.51.100.7"}
    assert (await visitor.http.get("/metrics", headers=forwarded)).status_code == 404
    settings.use(msgspec.structs.replace(settings.current(), metrics_token="a long secret word"))
    right, wrong = (
        {**forwarded, "Authorization": f"Bearer {word}"} for word in ("a long secret word", "guess")
    )
    assert (await visitor.http.get("/metrics", headers=right)).status_code == 200
    assert (await visitor.http.get("/metrics", headers=wrong)).status_code == 404


async def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(crm: Crm) -> None:
    operations.expect(crm.registry.migrations)
    found = {one.check: one for one in await operations.examine(operations.DATABASE_CHECKS)}
    assert {name: one.state for name, one in found.items() if one.state == "fail"} == {}
    assert found["processes"].remedy == "Start it: tradewind serve"
    await database.execute("DELETE FROM tw_migration WHERE id = 'operations.0001'")
    await database.execute(
        "INSERT INTO tw_file (id, name, size, type, sha256, created_by, created_at) "
        "SELECT ?, 'gone.txt', 4, 'text/plain', ?, id, created_at FROM tw_identity_user LIMIT 1",
        (database.new_id(), "ab" * 32),
    )
    job = await jobs.add("records.purge")
    await database.execute("UPDATE tw_job SET state = 'dead' WHERE id = ?", (job,))
    found = {one.check: one for one in await operations.examine(operations.DATABASE_CHECKS)}
    assert (found["migrations"].state, found["migrations"].remedy) == ("fail", "Run: tradewind migrate")
    assert found["files"].state == "fail"
    assert found["jobs"].state == "warn"
    assert all(one.remedy for one in found.values() if one.state != "ok")


async def test_the_doctor_looks_at_the_machine(crm: Crm) -> None:
    current = settings.current()
    current.data.mkdir(exist_ok=True)
    (current.data / "secret.key").write_text("k" * 48)
    (current.data / "secret.key").chmod(0o644)
    settings.use(
        msgspec.structs.replace(
            current,
            redis_url="redis://127.0.0.1:1/0",
            smtp_url="smtp://127.0.0.1:1",
            allow_plain_http=True,
            host="0.0.0.0",
        )
    )
    found = await operations.examine(operations.MACHINE_CHECKS)
    states = {one.check: one.state for one in found if one.state != "ok"}
    assert states["redis"] == states["mail"] == "fail"
    assert states["secret key"] == states["settings"] == "warn"
    assert all(one.remedy for one in found if one.state != "ok")


async def test_a_check_that_breaks_is_a_finding(crm: Crm) -> None:
    async def broken() -> list[operations.Finding]:
        raise RuntimeError("on fire")

    (one,) = await operations.examine([("house", broken)])
    assert (one.state, one.found) == ("fail", "RuntimeError: on fire")


async def test_processes_tell_of_themselves_and_sign_off(crm: Crm) -> None:
    web, worker = Presence("web"), Presence("worker")
    await web.tell()
    await worker.tell()
    assert {one.role for one in await operations.processes() if one.is_alive} == {"web", "worker"}
    await worker.stop()
    (left,) = await operations.processes()
    assert left.role == "web"
    await database.execute("UPDATE tw_process SET seen_at = started_at WHERE role = 'web'")
    from datetime import timedelta

    from platform_core import clock

    late = clock.now() + timedelta(minutes=2)
    before = clock.set_source(lambda: late)
    try:
        assert not (await operations.processes())[0].is_alive
    finally:
        clock.set_source(before)


async def test_the_health_page_shows_it_and_lets_dead_jobs_run_again(crm: Crm) -> None:
    admin = await crm.login("admin")
    job = await jobs.add("records.purge")
    await database.execute("UPDATE tw_job SET state = 'dead', last_error = 'on fire' WHERE id = ?", (job,))
    telemetry.use_threshold(0.1)
    telemetry.note_statement("SELECT 'Mei Lin' FROM t", 0.4)
    telemetry.use_threshold(0.5)
    await Presence("web").tell()
    await operations.keep_slow_statements()
    page = await admin.page("/admin/health")
    for text in ("on fire", "SELECT", "Health", "Retry"):
        assert text in page
    assert "Mei Lin" not in page
    await admin.post_form("/admin/health/jobs/retry", {"job": job})
    found = await jobs.get(job)
    assert found is not None
    assert found.state == "ready"
    await admin.post_form("/admin/health/slow/forget", {})
    assert await operations.slow_shapes() == []


async def test_another_key_and_a_lost_key_stop_the_program(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    await operations.adopt_key()
    await operations.recognise_key()
    current = settings.current()
    settings.use(msgspec.structs.replace(current, secret_key=b"another key of at least thirty-two bytes"))
    with pytest.raises(WrongKey, match="not this installation's"):
        await operations.recognise_key()
    made = current.data / settings.KEY_FILE
    current.data.mkdir(exist_ok=True)
    made.write_text("another key of at least thirty-two bytes")
    monkeypatch.setattr(settings.secret, "_made", made)
    with pytest.raises(KeyLost, match="is missing"):
        await operations.recognise_key()
    assert not made.exists(), "a new key must not be mistaken for the lost one"
