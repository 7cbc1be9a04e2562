"""`rich_text`: text with headings, lists, links and emphasis, kept as a small, clean part of HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Self

import nh3
from msgspec import Meta

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

TAGS = frozenset(
    ("p", "br", "strong", "em", "u", "s", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a", "code", "pre", "hr")
)  # fmt: skip
"""What may stand in stored text; everything else falls away, its words stay."""
_RENAMED = (("b", "strong"), ("i", "em"), ("strike", "s"), ("del", "s"), ("div", "p"), ("h1", "h2"))
_LOOKS_LIKE = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLOCK_END = re.compile(r"</(?:p|h2|h3|h4|li|blockquote|pre)>|<br ?/?>|<hr ?/?>")
_ITEM = re.compile(r"<li>")
_TAG = re.compile(r"<[^<>]*>")
_SIMPLE = re.compile(r"^(?:<p>[^<>]*(?:<br>[^<>]*)*</p>)*$")


class RichText(str):
    """Rich text. As text it is its words, which filters, searches and expressions see; `html` is how it is kept."""

    __slots__ = ("html",)

    html: str

    def __new__(cls, plain: str, markup: str) -> Self:
        made = super().__new__(cls, plain)
        made.html = markup
        return made

    def __eq__(self, other: object) -> bool:
        return self.html == other.html if isinstance(other, RichText) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class RichTextField(ValueField, frozen=True, kw_only=True, tag="rich_text"):
    """Text with simple formatting; `max_length` counts the characters of its words."""

    max_length: Annotated[int, Meta(ge=1, le=100_000)] = 20_000
    search: bool = False


def washed(markup: str) -> str:
    """HTML with nothing in it but what `TAGS` allows; links lead to the web, to a mail or a phone, and open apart."""
    for old, new in _RENAMED:
        markup = re.sub(rf"<(/?){old}(?=[\s>/])", rf"<\1{new}", markup, flags=re.IGNORECASE)
    return nh3.clean(
        markup,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style"},
        strip_comments=True,
    ).strip()


def words_of(markup: str) -> str:
    """The words of clean HTML, a line for each paragraph and each entry of a list."""
    lines = _BLOCK_END.sub("\n", _ITEM.sub("• ", markup.replace("\n", " ")))
    text = html.unescape(_TAG.sub("", lines)).replace("\xa0", " ")
    return "\n".join(line.strip() for line in text.split("\n")).strip("\n")


def paragraphs(text: str) -> str:
    """Plain text as HTML: a blank line ends a paragraph."""
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(
        f"<p>{html.escape(block.strip(), quote=False).replace(chr(10), '<br>')}</p>" for block in blocks
    )


def plain_paragraphs(markup: str) -> str | None:
    """The inverse of `paragraphs`; None for HTML that says more than plain text can."""
    if not _SIMPLE.match(markup):
        return None
    blocks = [block for block in markup.replace("<br>", "\n").split("</p>") if block]
    text = "\n\n".join(html.unescape(block.removeprefix("<p>")) for block in blocks)
    return text if washed(paragraphs(text)) == markup and not _LOOKS_LIKE.search(text) else None


@dataclass(frozen=True, slots=True)
class RichTextCodec:
    max_length: int

    def parse(self, raw: object, context: ParseContext) -> RichText | None:
        text = read_text(raw, context, lines=True)
        if text is None:
            return None
        markup = washed(text if _LOOKS_LIKE.search(text) else paragraphs(text))
        plain = words_of(markup)
        if not plain.strip():
            return None
        if len(plain) > self.max_length:
            raise too_long(self.max_length, len(plain))
        return RichText(plain, markup)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (str(value), value.html) if isinstance(value, RichText) else (None, None)

    def from_columns(self, raw: Sequence[object]) -> object:
        plain, markup = raw
        return RichText(plain, markup) if isinstance(plain, str) and isinstance(markup, str) else None

    def to_wire(self, value: object) -> object:
        return value.html if isinstance(value, RichText) else None


class RichTextType(FieldType[RichTextField]):
    name = "rich_text"
    definition = RichTextField
    label = N_("Formatted text")
    encryptable = True
    operators = ("contains", "blank")
    sortable = False
    widgets = ("rich_text",)

    def columns(self, field: RichTextField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT), stored(base, TEXT, "html", role="html"))

    def codec(self, field: RichTextField, names: Names) -> FieldCodec:
        return RichTextCodec(field.max_length)

    def expression_type(self, field: RichTextField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: RichTextField) -> Schema:
        return {"type": "string", "contentMediaType": "text/html", "minLength": 1}

    def show(self, field: RichTextField, names: Names, wire: object, reader: Listener) -> str:
        return words_of(washed(str(wire)))

    def cell(self, field: RichTextField, names: Names, wire: object, reader: Listener) -> Cell:
        # Plain where that says everything; formatting goes out as HTML, or it would be lost on the way back.
        plain = plain_paragraphs(str(wire))
        return str(wire) if plain is None else plain

    def neutral_text(self, field: RichTextField, names: Names, value: object) -> str:
        return str(value)

    def convert(
        self, field: RichTextField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, RichText):
            return self.codec(field, names).parse(value.html, ParseContext())
        return super().convert(field, names, source, old, value)

    def demo(self, field: RichTextField, names: Names, random: Random) -> object:
        lines = ("Asks for a quote on 40HQ.", "Prefers DHL.", "样品已寄出。", "Call again next week.")
        first, second = random.sample(lines, 2)
        return f"<p>{first}</p><ul><li><strong>{second}</strong></li></ul>"
