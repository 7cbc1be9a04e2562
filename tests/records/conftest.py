"""The kinds of forms and roles entered, settings in place, and a company to work in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from form_engine.dictionary.kind import DictionaryKind
from form_engine.fields.in_use import use_types
from form_engine.fields.registry import built_in_types
from form_engine.kind.form_kind import FormKind
from platform_core import audit, definitions, events, permissions, settings
from platform_core.permissions import RoleKind
from tests.records.world import Company

TYPES = built_in_types()


@pytest.fixture(autouse=True)
def _kinds(tmp_path: Path) -> Iterator[None]:
    standing = {kind.name for kind in definitions.kinds()}
    use_types(TYPES)
    for kind in (DictionaryKind(TYPES), FormKind(TYPES), RoleKind()):
        if kind.name not in standing:
            definitions.register_kind(kind)
    permissions.enter()
    permissions.forget()
    audit.forget_refusals()
    settings.use(settings.Settings(data=tmp_path, secret_key=b"k" * 32, argon2_profile="test"))
    yield
    events.reset()
    for entered in definitions.kinds():
        if entered.name not in standing:
            definitions.forget_kind(entered.name)


@pytest.fixture
def company(db: str) -> Company:
    return Company()
