"""A template that cannot be rendered."""

from __future__ import annotations

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class TemplateFailed(TradewindError):
    """`line` counts from 1 (0: the whole template); `sentence` says what is wrong, for its author.

    Codes: `template_syntax`, `template_value` (a name or filter that there is not, a value that does not fit),
    `template_refused` (the sandbox does not allow it), `template_limit` (time, memory or size).
    """

    code = "template_value"
    status = 422
    default_message = N_("Line {line}: {sentence}")

    def __init__(self, line: int, sentence: str, *, code: str = "template_value") -> None:
        self.line, self.sentence = line, sentence
        message = "" if line else N_("{sentence}")
        super().__init__(message, code=code, params={"line": line, "sentence": sentence})
