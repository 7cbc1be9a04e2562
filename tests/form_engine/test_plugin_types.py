"""A plugin's field type enters by the door of the built-in ones, and is then a type like any other."""

from __future__ import annotations

import pytest

from form_engine.dictionary.kind import DictionaryKind
from form_engine.fields.in_use import use_types
from form_engine.fields.registry import FieldTypeError, FieldTypes, add_built_in
from form_engine.kind.conversion import CONVERT, ConvertStep
from form_engine.kind.form_kind import FormKind
from platform_core import definitions
from platform_core.identity import Actor
from platform_core.plugins import ExtensionPointError, Registry
from tests.form_engine.publishing import compiled, form, insert, problems_of, publish, stored, text
from tests.house.test_documentation_examples import run_examples

GUIDE = run_examples("docs/how-to/add-a-field-type.md")


@pytest.fixture
def types() -> FieldTypes:
    """A program in which the guide's plugin is installed."""
    types, registry = FieldTypes(), Registry()
    registry.declare("field_type", types.add)
    add_built_in(registry.add_field_type, types)
    GUIDE["register"](registry)
    use_types(types)
    definitions.register_kind(DictionaryKind(types))
    definitions.register_kind(FormKind(types))
    definitions.register_data_step(CONVERT, ConvertStep(types))
    return types


async def test_a_form_with_a_field_of_a_plugin_is_published_and_keeps_its_values(
    db: str, admin: Actor, types: FieldTypes
) -> None:
    await publish(admin, form("product", text("name"), {"type": "hs_code", "name": "code8", "digits": 8}))
    await insert("product", name="Bearing", code8="84821000")

    assert compiled("product").entity.fields["code8"].type == "hs_code"
    assert await stored("product", "code8") == ["84821000"]


async def test_its_keys_are_checked_like_those_of_a_built_in_type(
    db: str, admin: Actor, types: FieldTypes
) -> None:
    wrong = form("product", {"type": "hs_code", "name": "code8", "digits": 7})

    assert list(await problems_of(admin, wrong)) == ["/fields/0/digits"]


async def test_it_may_stand_in_the_rows_of_a_table(db: str, admin: Actor, types: FieldTypes) -> None:
    rows = {"type": "table", "name": "lines", "fields": [{"type": "hs_code", "name": "customs"}]}
    await publish(admin, form("quote", text("name"), rows))

    lines = compiled("quote").entity.fields["lines"].rows
    assert lines is not None
    assert lines.fields["customs"].codec.parse("8482.10", GUIDE["ParseContext"]()) == "848210"


async def test_text_becomes_a_value_of_the_new_type_where_it_can(
    db: str, admin: Actor, types: FieldTypes
) -> None:
    await publish(admin, form("product", text("name"), text("customs")))
    for value in ("8482.10", "unknown"):
        await insert("product", name="x", customs=value)

    typed = form("product", text("name"), {"type": "hs_code", "name": "customs"})
    await publish(admin, typed, accept=["field.customs.retyped"])

    assert await stored("product", "customs") == ["848210", None]


async def test_when_its_plugin_is_gone_the_other_fields_keep_their_values(
    db: str, admin: Actor, types: FieldTypes
) -> None:
    customs = {"type": "hs_code", "name": "customs"}
    both = form("product", text("name"), customs)
    await publish(admin, both)
    await insert("product", name="Bearing", customs="848210")
    types.remove("hs_code")

    without = form("product", text("name"), text("brand"))
    await publish(admin, without, accept=["old.unreadable"])
    kept = await stored("product", "name")
    types.add(GUIDE["HsCodeType"]())
    await publish(admin, both)

    assert kept == ["Bearing"]
    assert await stored("product", "customs") == ["848210"]


def test_a_second_type_of_one_name_and_what_is_no_type_are_refused(types: FieldTypes) -> None:
    other = type("Other", (GUIDE["HsCodeType"],), {})
    with pytest.raises(FieldTypeError):
        types.add(other())
    with pytest.raises(FieldTypeError):
        types.add("hs_code")


def test_without_the_engine_there_is_no_such_door() -> None:
    with pytest.raises(ExtensionPointError):
        Registry().add_field_type(GUIDE["HsCodeType"]())
