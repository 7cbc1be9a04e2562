"""The example kinds, an admin, and somebody who is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platform_core import definitions
from platform_core.database import new_id
from platform_core.identity import Actor
from tests.definitions.example_kinds import ChartKind, SheetKind


@pytest.fixture(autouse=True)
def _example_kinds() -> Iterator[None]:
    standing = {kind.name for kind in definitions.kinds()}
    for kind in (SheetKind(), ChartKind()):
        definitions.register_kind(kind)
    yield
    for entered in definitions.kinds():
        if entered.name not in standing:
            definitions.forget_kind(entered.name)


@pytest.fixture
def admin() -> Actor:
    return Actor(user_id=new_id(), name="Ada", roles=("admin",))


@pytest.fixture
def other_admin() -> Actor:
    return Actor(user_id=new_id(), name="Bo", roles=("admin",))


@pytest.fixture
def seller() -> Actor:
    return Actor(user_id=new_id(), name="Lina", roles=("sales",))
