"""What a spreadsheet program must not take for a formula."""

from __future__ import annotations

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it. Numbers never come through here."""
    return f"'{text}" if text.startswith(_STARTERS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    """Plain signed numbers and phone numbers ("+49 40 123") are no formulas."""
    rest = text[1:].replace(" ", "").replace("-", "").replace(".", "")
    return text[0] in "+-" and rest.isascii() and rest.isdigit()
