"""What comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from platform_core.i18n import N_
from platform_core.outbound.errors import UnreadableAnswer

MAX_DEPTH = 64
"""How deeply the JSON of an answer may be nested."""
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_BRACKET = re.compile(rb"[\[\]{}]")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The last answer of a request. `headers` have lower-case names; `url` is where it came from, without query."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    @property
    def ok(self) -> bool:
        """A status from 200 to 299."""
        return 200 <= self.status < 300

    def json(self) -> object:
        """The body as JSON. Raises UnreadableAnswer where it is none, or nested more than 64 deep."""
        if depth(self.body) > MAX_DEPTH:
            raise UnreadableAnswer(
                N_("The answer is nested more than {depth} levels deep."), params={"depth": MAX_DEPTH}
            )
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise UnreadableAnswer(N_("The answer is not JSON.")) from exc

    def text(self) -> str:
        """The body as UTF-8; what is none is replaced."""
        return self.body.decode("utf-8", "replace")


def depth(body: bytes) -> int:
    """How deeply brackets are nested outside of texts; counted before anything recurses into them."""
    deepest = level = 0
    for found in _BRACKET.finditer(_TEXT.sub(b"", body)):
        if found.group() in b"[{":
            level += 1
            deepest = max(deepest, level)
        else:
            level -= 1
    return deepest
