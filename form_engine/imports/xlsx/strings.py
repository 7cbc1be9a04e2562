"""The texts that all sheets share: millions of them in little memory, because they lie in one row of bytes."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable

from .markup import Attributes, local, parse
from .refusal import Refused

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Strings:
    """Texts by their number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "replace")
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        """Raises Refused for a number that is not there."""
        if not 0 <= number < len(self._ends) - 1:
            raise Refused("broken")
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8")


def read_strings(blocks: Iterable[bytes]) -> Strings:
    """Every text of the part, without its fonts and without the reading aids of East Asian names."""
    found = Strings()
    pieces: list[str] = []
    taking = [False, 0]  # inside <t>; depth of reading aids

    def start(name: str, _attributes: Attributes) -> None:
        inner = local(name) if ":" in name else name
        if inner == "t":
            taking[0] = not taking[1]
        elif inner == "rPh":
            taking[1] += 1

    def end(name: str) -> None:
        inner = local(name) if ":" in name else name
        if inner == "t":
            taking[0] = False
        elif inner == "rPh":
            taking[1] -= 1
        elif inner == "si":
            found.add(unescaped("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if taking[0]:
            pieces.append(piece)

    parse(blocks, start, end, text)
    return found


def unescaped(text: str) -> str:
    """ "_x000D_" is how a workbook writes what XML cannot hold; half a pair of surrogates becomes a question mark."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
