"""Templates of titles and patterns of numbers: text with {names} in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from platform_core.entities import TitlePart

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_TOKEN = re.compile(r"\{(\w+)(?::(\d+))?\}")

DATE_TOKENS = ("YYYY", "YY", "MM", "DD")


def title_parts(template: str) -> tuple[TitlePart, ...]:
    """ "{name} ({code})" in pieces: literal text and fields, in order."""
    parts: list[TitlePart] = []
    end = 0
    for found in _NAME.finditer(template):
        if found.start() > end:
            parts.append(TitlePart(text=template[end : found.start()]))
        parts.append(TitlePart(field=found[1]))
        end = found.end()
    if end < len(template):
        parts.append(TitlePart(text=template[end:]))
    return tuple(parts)


def stray_braces(text: str, *, numbers: bool = False) -> bool:
    """Whether a brace is left over once all places are taken out."""
    rest = (_TOKEN if numbers else _NAME).sub("", text)
    return "{" in rest or "}" in rest


def tokens(pattern: str) -> Iterator[tuple[str, int]]:
    """(name, width) of each place of a number pattern: ("YYYY", 0), ("seq", 4), ("country", 0)."""
    for found in _TOKEN.finditer(pattern):
        yield found[1], int(found[2] or 0)
