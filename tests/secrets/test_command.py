"""`tradewind secrets`: state, a new data key, and following a change of the installation's key."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from platform_core import audit, database, secrets, settings
from platform_core.identity import SYSTEM
from platform_host.cli.secrets import secrets_

T = TypeVar("T")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of its own, with a key file."""
    monkeypatch.delenv("TRADEWIND_SECRET_KEY", raising=False)
    folder = tmp_path / "house"
    run("state", folder)
    yield folder
    settings.use(None)


def run(command: str, folder: Path, *more: str) -> Result:
    return CliRunner().invoke(secrets_, [command, "--data", str(folder), *more])


def inside(folder: Path, work: Coroutine[object, object, T]) -> T:
    """Runs with the database of the installation open."""

    async def opened() -> T:
        current = settings.load({"data": str(folder)}, {})
        settings.use(current)
        secrets.record_with(audit.write)
        await database.open(current.database_url)
        try:
            return await work
        finally:
            await database.close()

    return asyncio.run(opened())


def test_a_rotation_and_a_new_installation_key_lose_nothing(data: Path) -> None:
    assert "empty" in run("state", data).output
    inside(data, secrets.put("erp_token", "hush", actor=SYSTEM))
    assert "1 secrets sealed anew" in run("rotate", data).output
    key, old = data / "secret.key", data / "old.key"
    old.write_bytes(key.read_bytes())
    key.write_text("n" * 64)
    locked = run("state", data)
    assert locked.exit_code == 1 and "locked" in locked.output
    (data / "wrong.key").write_text("w" * 64)
    assert run("rewrap", data, "--old-key", str(data / "wrong.key")).exception is not None
    assert "1 data keys" in run("rewrap", data, "--old-key", str(old)).output
    assert "0 data keys" in run("rewrap", data, "--old-key", str(old)).output
    assert run("state", data).exit_code == 0
    assert inside(data, secrets.get("erp_token")) == "hush"


def test_a_key_that_is_none_is_refused(data: Path) -> None:
    (data / "short.key").write_text("short")
    refused = run("rewrap", data, "--old-key", str(data / "short.key"))
    assert refused.exception is not None and "no key" in str(refused.exception)
