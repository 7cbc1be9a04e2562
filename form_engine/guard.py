"""Text that a spreadsheet program would take for a formula, made harmless; the import takes the guard off again."""

from __future__ import annotations

import re

_DANGEROUS = re.compile("'*[=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""The signs that begin a formula, their full-width forms, and the blanks behind which programs look for them."""
_NUMBER = re.compile(r"[+\-]?\d+(?:[.,]\d+)?")


def guarded(text: str) -> str:
    """The text with a ' before it where it could be a formula. A plain number is none.

    A text that begins with such a ' already gets another one, so that taking one off always gives the text back.
    """
    if text[:1].isalnum() or not _DANGEROUS.match(text) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text[:1] == "'" and _DANGEROUS.match(text, 1) else text


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet program could take the text for a formula."""
    return guarded(text) != text
