"""XML as a stream. A document type is refused: with it come entities, and with them files and bombs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from .refusal import Refused

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def parse(blocks: Iterable[bytes], start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Calls the handlers with names as they stand in the file; `local` takes a prefix off. Raises Refused."""
    reader = _reader()
    reader.StartElementHandler = start
    if end is not None:
        reader.EndElementHandler = end
    if text is not None:
        reader.buffer_text = True
        reader.CharacterDataHandler = text
    try:
        for block in blocks:
            reader.Parse(block, False)
        reader.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("broken") from error


def read_whole(document: bytes, start: Start) -> None:
    """For small parts: elements and attributes without their prefixes."""

    def bare(name: str, attributes: Attributes) -> None:
        start(local(name), {local(key): value for key, value in attributes.items()})

    parse((document,), bare)


def local(name: str) -> str:
    """ "x:row" → "row"."""
    return name.rpartition(":")[2]


def _reader() -> expat.XMLParserType:
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _refuse
    reader.EntityDeclHandler = _refuse
    return reader


def _refuse(*_facts: object) -> None:
    raise Refused("broken")
