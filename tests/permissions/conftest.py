"""Published forms and roles, and people who have them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_core import audit, definitions, entities, permissions, settings
from platform_core.database import new_id
from platform_core.definitions import ChangeItem
from platform_core.entities import Entity
from platform_core.identity import SYSTEM, Actor
from platform_core.permissions import RoleKind
from tests.permissions.example_forms import FormKind


@pytest.fixture(autouse=True)
def kinds(tmp_path: Path) -> Iterator[None]:
    settings.use(settings.Settings(data=tmp_path, secret_key=b"k" * 32, argon2_profile="test"))
    audit.forget_refusals()
    permissions.forget()
    standing = {kind.name: kind for kind in definitions.kinds()}
    for kind in (FormKind(), RoleKind()):
        if kind.name in standing:
            definitions.forget_kind(kind.name)
        definitions.register_kind(kind)
    permissions.enter()
    yield
    for name in ("form", "role"):
        definitions.forget_kind(name)
        if name in standing:
            definitions.register_kind(standing[name])


class Office:
    """Publishes what a test needs, and hires people."""

    async def publish(self, *raws: dict[str, object], app: str = "local") -> None:
        items = [ChangeItem(kind=str(r["kind"]), name=str(r["name"]), definition=r, app=app) for r in raws]
        await definitions.publish(items, actor=SYSTEM)

    def form(self, name: str) -> Entity:
        return entities.get(name)


@pytest.fixture
def office(db: str) -> Office:
    return Office()


def person(
    *roles: str, team: str | None = None, teams: tuple[str, ...] = (), territories: tuple[str, ...] = ()
) -> Actor:
    """Somebody with these roles."""
    below = teams or ((team,) if team else ())
    return Actor(user_id=new_id(), name="Lina", roles=roles, team=team, teams=below, territories=territories)
