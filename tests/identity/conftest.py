"""An installation with the quick password profile, and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from platform_core import audit, clock, identity, settings
from platform_core.identity import SYSTEM, User

PASSWORD = "harbour lights at dawn"


class Time:
    """The test's own time; `pass_` moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        clock.set_source(lambda: self.now)

    def pass_(self, **how_long: float) -> None:
        """As in timedelta: `pass_(seconds=3)`."""
        self.now += timedelta(**how_long)


@pytest.fixture(autouse=True)
def installation(tmp_path: Path) -> Iterator[settings.Settings]:
    """Settings of a fresh installation; what processes remember is forgotten."""
    made = settings.Settings(
        data=tmp_path, secret_key=b"k" * 32, argon2_profile="test", company="Nordic Trade"
    )
    settings.use(made)
    identity.forget()
    identity.forget_names()
    audit.forget_refusals()
    yield made
    identity.forget()
    identity.keep_on_loopback(None)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def admin(db: str) -> User:
    return await identity.create_user(
        email="ada@demo.example", name="Ada", password=PASSWORD, roles=["admin"], actor=SYSTEM
    )


@pytest.fixture
async def lina(db: str) -> User:
    return await identity.create_user(
        email="lina@demo.example", name="Lina", password=PASSWORD, roles=["sales"], actor=SYSTEM
    )
