"""Finding forms, and who points to whom."""

from __future__ import annotations

import pytest

from platform_core import entities
from platform_core.entities import AmbiguousEntity, UnknownEntity
from tests.entities.sample import ACCOUNT, CONTACT, FORMS, QUOTE, entity, text


def test_a_form_is_found_by_its_full_name_and_by_its_bare_one() -> None:
    with entities.overlay(FORMS):
        assert entities.find("shop.account") is ACCOUNT
        assert entities.get("account") is ACCOUNT
        assert entities.find("nothing") is None
        assert entities.all() == (ACCOUNT, CONTACT, QUOTE)
    assert entities.find("shop.account") is None


def test_a_name_that_several_apps_have_needs_the_app() -> None:
    other = entity("account", text("name"), app="other")
    with entities.overlay((*FORMS, other)):
        with pytest.raises(AmbiguousEntity, match=r"other\.account, shop\.account"):
            entities.find("account")
        assert entities.find("account", "other") is other
        assert entities.find("other.account") is other


def test_what_is_not_there_is_said_so() -> None:
    with pytest.raises(UnknownEntity, match="There is no form 'nothing'"):
        entities.get("nothing")


def test_incoming_lists_every_link_that_may_lead_here() -> None:
    with entities.overlay(FORMS):
        found = {(link.entity.name, link.field.name) for link in entities.incoming(ACCOUNT)}
        assert found == {
            ("account", "parent"),
            ("contact", "account"),
            ("quote", "account"),
            ("quote", "subject"),
        }
        assert {(link.entity.name, link.field.name) for link in entities.incoming(CONTACT)} == {
            ("quote", "subject")
        }
        assert entities.incoming(QUOTE) == ()


def test_system_fields_stand_behind_the_own_ones_and_have_labels_in_every_language() -> None:
    assert [field.name for field in ACCOUNT.own_fields][:2] == ["name", "country"]
    assert [name for name in ACCOUNT.fields][-12:] == list(entities.SYSTEM_FIELDS)
    owner = entities.SYSTEM_FIELDS["owner"]
    assert dict(owner.label)["en"] == "Owner"
    assert (owner.writable, entities.SYSTEM_FIELDS["created_by"].writable) == (True, False)
