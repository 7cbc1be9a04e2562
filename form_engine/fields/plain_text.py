"""How text is read: the same cleaning for every type that keeps text."""

from __future__ import annotations

import re
import unicodedata

from form_engine.fields.refusals import wrong_type
from platform_core.database import sort_key
from platform_core.entities import FieldProblem, ParseContext
from platform_core.i18n import N_

SORT_KEY_LENGTH = 200
"""Characters of a sort key that are stored and indexed; texts that differ only later sort by id."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile(r"\s*[\r\n\v\f\u2028\u2029]+\s*")


def read_text(raw: object, context: ParseContext, *, lines: bool = False) -> str | None:
    """Text in NFC without outer spaces; None where nothing is left.

    One line only unless `lines`: a line break is refused from a program and becomes a space in what people paste.
    Control characters are refused. A number is text to an import, not to the API.
    """
    if raw is None:
        return None
    if context.textual and isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = f"{raw:.15g}"
    if not isinstance(raw, str):
        raise wrong_type(N_("This must be text."))
    text = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
    if _CONTROL.search(text):
        raise FieldProblem("control_character", N_("This contains characters that cannot be shown."))
    if lines:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip() or None
    text = text.strip()
    if _BREAKS.search(text):
        if not context.textual:
            raise FieldProblem("line_break", N_("This must be a single line."))
        text = _BREAKS.sub(" ", text)
    return text or None


def stored_sort_key(text: str | None) -> str | None:
    """The sort key as it is kept beside the text."""
    return None if text is None else sort_key(text)[:SORT_KEY_LENGTH]
