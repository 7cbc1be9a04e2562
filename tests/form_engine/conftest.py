"""The engine's kinds, an admin, and a small workbench to publish forms on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.dictionary.kind import DictionaryKind
from form_engine.fields.in_use import use_types
from form_engine.kind.conversion import CONVERT, ConvertStep
from form_engine.kind.cutting import CUT, FILL, CutStep, FillStep
from form_engine.kind.form_kind import FormKind
from form_engine.kind.repeated import UNIQUE, refuse_repeated
from form_engine.kind.sealed_values import SEAL_HISTORY, SealHistoryStep
from form_engine.kind.titles import TITLES, TitlesStep
from platform_core import database, definitions, expressions, settings
from platform_core.database import new_id
from platform_core.identity import Actor
from tests.form_engine.forms import TYPES


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    """The engine entered, and nothing of it left behind."""
    standing = {kind.name for kind in definitions.kinds()}
    use_types(TYPES)
    definitions.register_kind(DictionaryKind(TYPES))
    definitions.register_kind(FormKind(TYPES))
    definitions.register_data_step(CONVERT, ConvertStep(TYPES))
    definitions.register_data_step(CUT, CutStep(TYPES))
    definitions.register_data_step(FILL, FillStep(TYPES))
    definitions.register_data_step(UNIQUE, refuse_repeated)
    definitions.register_data_step(TITLES, TitlesStep(TYPES))
    definitions.register_data_step(SEAL_HISTORY, SealHistoryStep())
    for name, arguments, function in expressions.SQLITE_FUNCTIONS:
        database.register_sqlite_function(name, arguments, function)
    settings.use(settings.Settings(zone="UTC", language="en"))
    yield
    for kind in definitions.kinds():
        if kind.name not in standing:
            definitions.forget_kind(kind.name)


@pytest.fixture
def admin() -> Actor:
    return Actor(user_id=new_id(), name="Ada", roles=("admin",))
