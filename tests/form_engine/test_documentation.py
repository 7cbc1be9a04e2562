"""The reference names every field type with its keys, and its examples can be published."""

from __future__ import annotations

import re

import msgspec

from platform_core.identity import Actor
from tests.form_engine.forms import TYPES
from tests.form_engine.publishing import Raw, problems_of
from tools.steps import ROOT

FORMS = (ROOT / "docs/reference/forms.md").read_text(encoding="utf-8")
FIELD_TYPES = (ROOT / "docs/reference/field-types.md").read_text(encoding="utf-8")


def test_every_field_type_has_a_section_that_names_its_own_keys() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", FIELD_TYPES, re.DOTALL | re.MULTILINE))
    general = FIELD_TYPES[: FIELD_TYPES.index("## text")]

    for kind in TYPES.all():
        assert kind.name in sections
        keys = kind.definition.__struct_fields__
        unsaid = [key for key in keys if f"`{key}`" not in general and f"`{key}`" not in sections[kind.name]]
        assert unsaid == [], kind.name


async def test_the_examples_of_the_page_on_forms_are_sound(db: str, admin: Actor) -> None:
    examples = [
        msgspec.json.decode(text, type=Raw) for text in re.findall(r"```json\n(.*?)```", FORMS, re.DOTALL)
    ]

    assert [example["name"] for example in examples] == ["account", "grade"]
    assert await problems_of(admin, *examples) == {}
