"""E-mail addresses as account names."""

from __future__ import annotations

import unicodedata

from platform_core.errors import Problem
from platform_core.i18n import N_

_LONGEST = 254


def normalised(email: str) -> str:
    """How an address is stored and looked up: NFKC, without case and outer spaces. Never fails."""
    return unicodedata.normalize("NFKC", email.strip()[: _LONGEST + 1]).casefold()


def problem(email: str, pointer: str = "/email") -> Problem | None:
    """What is wrong with the form of an address; whether it receives mail is not asked."""
    # Imported here: it costs 40 ms, and only who opens an account needs it.
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Problem(
            pointer=pointer,
            code="email",
            message=N_("This is not an e-mail address."),
            remedy=N_("Write it like name@company.com."),
        )
    return None
