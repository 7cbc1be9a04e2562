"""A small company with customers and contacts, people with and without the right to import, and their desks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from form_engine.imports import work
from platform_core import audit, definitions, events, jobs, permissions, settings
from platform_core.jobs import JobKind
from platform_core.permissions import RoleKind
from tests.form_engine.imports.desk import Desk, company_forms
from tests.records.world import Company, publish


@pytest.fixture(autouse=True)
def _entered(_kinds: None, tmp_path: Path) -> Iterator[None]:
    """Roles, import jobs and a data folder, beside what the engine's own tests have."""
    standing = {kind.name for kind in definitions.kinds()}
    if "role" not in standing:
        definitions.register_kind(RoleKind())
    for name, handler in (
        (work.CHECK, work.check),
        (work.RUN, work.run),
        (work.UNDO, work.undo),
        (work.REVERT, work.revert),
    ):
        jobs.register(JobKind(name, handler, max_attempts=3, on_dead=work.give_up))
    permissions.enter()
    permissions.forget()
    audit.forget_refusals()
    settings.use(settings.Settings(data=tmp_path / "data", secret_key=b"k" * 32, argon2_profile="test"))
    yield
    jobs.reset()
    events.reset()
    if "role" not in standing:
        definitions.forget_kind("role")


@pytest.fixture
async def company(db: str) -> Company:
    """The forms and roles, published."""
    await publish(*company_forms())
    return Company()


@pytest.fixture
async def lina(company: Company, tmp_path: Path) -> AsyncIterator[Desk]:
    """A salesperson: own customers, may import."""
    yield Desk(await company.hire("Lina", "sales", team="Ningbo", zone="Asia/Shanghai"), tmp_path)
