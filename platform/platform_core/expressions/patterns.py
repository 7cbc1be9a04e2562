"""Facts about text that Python and SQL share."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.errors import EvaluationError
from platform_core.expressions.limits import LIKE_PATTERN
from platform_core.i18n import N_

SPACES: Final = "".join(
    map(
        chr,
        (
            *range(9, 14),
            *range(28, 33),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
        ),
    )
) + chr(0x3000)
"""What TRIM removes: the Unicode white space, the same list for every back end."""


def require_pattern_length(pattern: str) -> None:
    """EvaluationError for a pattern longer than LIKE takes."""
    if len(pattern) > LIKE_PATTERN:
        raise EvaluationError(
            "pattern_too_long", N_("A pattern may have {limit} characters."), params={"limit": LIKE_PATTERN}
        )
