"""The nearest known word for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from platform_core.i18n import N_

_SHOWN = 12


def did_you_mean(word: object, known_words: Iterable[object]) -> tuple[str, dict[str, object]]:
    """A remedy as message id and parameters: the near word, or else what there is to choose from; ("", {}) for none."""
    words = sorted({str(known) for known in known_words})
    near = get_close_matches(str(word), words, n=1, cutoff=0.6)
    if near:
        return N_("Did you mean '{near}'?"), {"near": near[0]}
    if not words:
        return "", {}
    listed = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
    return N_("Known: {known}."), {"known": listed}
