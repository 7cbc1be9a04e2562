"""Version ranges: ">=1.0,<2", compared number by number.

A version is up to four numbers; what follows them ("1.2.0-rc1", "1.2.0+local") does not count, so that a release
candidate of the program already counts as the release it is going to be.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

_VERSION = re.compile(r"^\d+(\.\d+){0,3}([-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?$")
_NUMBERS = re.compile(r"^\d+(?:\.\d+){0,3}")
_PART = re.compile(r"^(>=|<=|==|!=|>|<|~=)\s*(.+)$")
_COMPARE: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def numbers(version: str) -> tuple[int, ...]:
    """ "1.2" to (1, 2, 0, 0). ValueError where there is no number to begin with."""
    found = _NUMBERS.match(version.strip())
    if found is None or not _VERSION.match(version.strip()):
        raise ValueError(f"{version!r} is not a version: write it as 1.2.0")
    parts = [int(part) for part in found[0].split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def read_range(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """ ">=1.0, <2" to its parts; "" means any version. ValueError with a sentence where it cannot be read."""
    parts: list[tuple[str, tuple[int, ...]]] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        found = _PART.match(part)
        if found is None:
            raise ValueError(f"{part!r} is not part of a version range: write it as >=1.0,<2")
        sign, version = found[1], found[2].strip()
        least = numbers(version)
        if sign != "~=":
            parts.append((sign, least))
            continue
        given = _NUMBERS.match(version)
        written = [int(one) for one in given[0].split(".")] if given else []
        if len(written) < 2:
            raise ValueError(f"{part!r} needs two numbers: ~=1.2 means >=1.2,<2")
        upper = [*written[:-2], written[-2] + 1]
        parts += [(">=", least), ("<", tuple(upper + [0] * (4 - len(upper))))]
    return parts


def fits(version: str, wanted: str) -> bool:
    """Whether `version` lies in the range `wanted`. ValueError where one of them cannot be read."""
    own = numbers(version)
    return all(_COMPARE[sign](own, bound) for sign, bound in read_range(wanted))
