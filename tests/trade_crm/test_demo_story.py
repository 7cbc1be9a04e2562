"""The demo company's year: the same for everybody, complete, and in the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from trade_crm.demo.companies import COMPANIES
from trade_crm.demo.people import PEOPLE
from trade_crm.demo.story import OUTSIDE, Local, Write, story

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def test_the_story_is_the_same_for_the_same_day() -> None:
    assert story(NOW) == story(NOW)


def test_there_are_sixty_customers_in_eighteen_countries() -> None:
    created = [write for write in story(NOW) if write.form == "account" and not write.update]
    assert len(created) == 60
    assert len({str(write.values["country"]) for write in created}) == 18


def test_the_first_customer_is_global_tech_with_john_schmidt() -> None:
    accounts = [write for write in story(NOW) if write.form == "account" and not write.update]
    people = [write for write in story(NOW) if write.form == "contact"]
    assert accounts[0].values["name"] == "Global Tech Inc."
    assert any(
        write.values["name"] == "John Schmidt" and write.values["account"] == Local("account-0")
        for write in people
    )


def test_nothing_happens_in_the_future_and_the_year_is_full() -> None:
    moments = [write.at for write in story(NOW)]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert (NOW - moments[0]).days >= 360


def test_every_reference_was_created_before_it_is_used() -> None:
    known: set[str] = set()
    for write in story(NOW):
        assert set(_references(write.values.values())) <= known, write
        assert (write.name in known) == write.update
        known.add(write.name)


def test_everybody_who_acts_is_one_of_the_demo_people() -> None:
    assert {write.actor for write in story(NOW)} <= {person.key for person in PEOPLE} | {OUTSIDE}


def test_every_address_is_below_the_reserved_name() -> None:
    assert all(company.domain.endswith(".example") for company in COMPANIES)
    assert all(person.email.endswith("@demo.example") for person in PEOPLE)


def _references(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Local):
            yield value.name
        elif isinstance(value, dict):
            yield from _references(value.values())
        elif isinstance(value, list):
            yield from _references(value)


def test_a_write_names_its_moment() -> None:
    first = story(NOW)[0]
    assert isinstance(first, Write)
    assert first.at.tzinfo is UTC
