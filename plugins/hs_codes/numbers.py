"""Customs numbers as digits: reading what people type, and writing them with dots."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s.\-·/]+")


def bare(text: str) -> str:
    """ "8471.30 00" to "84713000"; full-width digits become plain ones. What is no digit stays, to be refused."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def dotted(code: object) -> str:
    """ "8471300000" to "8471.30.00.00": four digits, then pairs."""
    digits = bare(str(code))
    if len(digits) <= 4:
        return digits
    return ".".join([digits[:4], *(digits[at : at + 2] for at in range(4, len(digits), 2))])
