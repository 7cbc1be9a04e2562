"""Which parts of a text a query has found: pieces for a screen to mark, never markup."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.search.words import Term, fold, is_unspaced

Piece = tuple[str, bool]
"""A piece of the text, and whether it was looked for."""

_AROUND = 60


def needles(looked_for: Sequence[Term]) -> list[str]:
    """The terms as they stand in folded text: pairs of characters put together again."""
    return [term.words[0] + "".join(word[1:] for word in term.words[1:]) for term in looked_for]


def pieces(text: str, looked_for: Sequence[Term]) -> list[Piece]:
    """The text cut at what was found. Accents and capitals in the text stay as they are."""
    folded, places = _folded(text)
    marked = [False] * len(text)
    for needle in needles(looked_for):
        at = folded.find(needle)
        while at >= 0:
            for place in places[at : at + len(needle)]:
                marked[place] = True
            at = folded.find(needle, at + len(needle))
    found: list[Piece] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            found.append((text[start:end], marked[start]))
            start = end
    return found


def holds(text: str, looked_for: Sequence[Term]) -> bool:
    """Whether one of the terms stands in the text."""
    folded = fold(text)
    return any(needle in folded for needle in needles(looked_for))


def excerpt(text: str, looked_for: Sequence[Term]) -> str:
    """The neighbourhood of the first thing found, on one line."""
    line = " ".join(text.split())
    folded, places = _folded(line)
    at = min((place for needle in needles(looked_for) if (place := folded.find(needle)) >= 0), default=0)
    start = max(0, places[at] - _AROUND) if places else 0
    if start and not is_unspaced(line[start]):
        start = line.find(" ", start) + 1 or start
    end = min(len(line), start + 3 * _AROUND)
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def score(title: str, code: str | None, looked_for: Sequence[Term], query: str) -> int:
    """How well a record answers: its number or whole title first, then the beginning, words, middles of words."""
    asked, shown = " ".join(fold(query).split()), fold(title)
    number = fold(code or "")
    if number and asked == number:
        return 100
    if asked == shown:
        return 90
    if shown.startswith(asked):
        return 80
    if number.startswith(asked):
        return 75
    sought = needles(looked_for)
    padded = f" {shown}"
    begun = sum(f" {needle}" in padded or (is_unspaced(needle[0]) and needle in shown) for needle in sought)
    inside = sum(needle in shown for needle in sought)
    return (40 * begun + 20 * inside) // max(len(sought), 1)


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place it comes from."""
    made: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        even = fold(sign)
        made.append(even)
        places.extend([place] * len(even))
    return "".join(made), places
