"""Mail addresses: the quick way for ordinary ones says what the standards say."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from form_engine.fields.email import EmailCodec
from platform_core.entities import FieldProblem, ParseContext

HERE = ParseContext(language="en", zone="UTC")
PARTS = st.text(alphabet="aB9.-_+'%@ xn--ü", min_size=1, max_size=12)


def by_the_standards(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def read(text: str) -> str | None:
    try:
        return EmailCodec().parse(text, HERE)
    except FieldProblem:
        return None


@settings(max_examples=400, deadline=None)
@given(PARTS, PARTS, st.sampled_from(["com", "DE", "c", "c0m", "local", "test", "invalid", "-x", "museum"]))
def test_an_address_is_read_as_the_standards_have_it(local: str, host: str, top: str) -> None:
    text = f"{local}@{host}.{top}".strip()
    assert read(text) == by_the_standards(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Lina.Zhou@Nordic.Example", "Lina.Zhou@nordic.example"),
        ("INFO@nordic.example", "info@nordic.example"),
        ("a@b.local", None),
        ("a@" + "b" * 64 + ".example", None),
        ("a..b@nordic.example", None),
        ("a@-b.example", None),
        ("info@bücher.example", "info@bücher.example"),
    ],
)
def test_the_domain_is_kept_in_small_letters_and_what_no_server_takes_is_refused(
    text: str, address: str | None
) -> None:
    assert read(text) == address
