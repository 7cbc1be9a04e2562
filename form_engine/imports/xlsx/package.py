"""The ZIP archive around a workbook: which part is which, checked before anything is unpacked."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from .markup import Attributes, parse, read_whole
from .refusal import Refused

LARGEST_UNPACKED = 400 * 1024 * 1024
"""Bytes of all parts together. The largest honest upload (25 MB) seldom has a tenth of that."""
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 64 * 1024 * 1024, 400
"""Beyond this size no honest workbook packs better than this: even the same row 100,000 times stays below."""
MOST_PARTS = 2_000
BLOCK = 1024 * 1024

_SMALL = 16 * 1024 * 1024
_SHEETS = ("worksheet",)


class SheetPart(NamedTuple):
    """One visible sheet: the name on its tab, and the part that holds it."""

    name: str
    part: str


class Package:
    """An open workbook. Raises Refused for what is no workbook, or unpacks to far more than it weighs."""

    def __init__(self, path: str, packed: int) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise Refused("broken") from error
        self._parts = {part.filename.lstrip("/"): part for part in self._archive.infolist()}
        self._refuse_bombs(max(packed, 1))
        if "xl/workbook.bin" in self._parts:
            raise Refused("binary")
        self._book = (
            self._target(_relations(self.small("_rels/.rels"), ""), "officeDocument") or "xl/workbook.xml"
        )
        related = posixpath.join(
            posixpath.dirname(self._book), "_rels", posixpath.basename(self._book) + ".rels"
        )
        self._relations = _relations(self.small(related), posixpath.dirname(self._book))
        self.dates_from_1904 = False
        self.sheets = tuple(self._sheets())

    def _refuse_bombs(self, packed: int) -> None:
        unpacked = sum(part.file_size for part in self._parts.values())
        suspicious = unpacked > SUSPICIOUS_SIZE and unpacked > packed * SUSPICIOUS_RATIO
        if unpacked > LARGEST_UNPACKED or len(self._parts) > MOST_PARTS or suspicious:
            raise Refused("bomb", size=unpacked // (1024 * 1024))

    @property
    def styles(self) -> str | None:
        """The part with the number formats."""
        return self._target(self._relations, "styles")

    @property
    def strings(self) -> str | None:
        """The part with the texts of all sheets."""
        return self._target(self._relations, "sharedStrings")

    def blocks(self, part: str) -> Iterator[bytes]:
        """A part as it unpacks. Raises Refused where it is not there or damaged."""
        info = self._parts.get(part)
        if info is None:
            raise Refused("broken")
        try:
            with self._archive.open(info) as unpacked:
                while block := unpacked.read(BLOCK):
                    yield block
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
        ) as error:
            raise Refused("broken") from error

    def small(self, part: str) -> bytes:
        """A whole part of modest size; empty where it is not there."""
        info = self._parts.get(part)
        if info is None:
            return b""
        if info.file_size > _SMALL:
            raise Refused("bomb", size=info.file_size // (1024 * 1024))
        return b"".join(self.blocks(part))

    def _sheets(self) -> Iterator[SheetPart]:
        found: list[tuple[str, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet" and attributes.get("state", "visible") == "visible":
                found.append((attributes.get("name", ""), attributes.get("id", "")))
            elif name == "workbookPr":
                self.dates_from_1904 = attributes.get("date1904", "0") in ("1", "true")

        book = self.small(self._book)
        if not book:
            raise Refused("broken")
        read_whole(book, start)
        for name, relation in found:
            kind, target = self._relations.get(relation, ("", ""))
            if kind in _SHEETS and target in self._parts:
                yield SheetPart(name, target)

    @staticmethod
    def _target(relations: Relations, kind: str) -> str | None:
        return next((target for known, target in relations.values() if known == kind), None)


Relations = dict[str, tuple[str, str]]
"""Relation id → (kind, part)."""


def _relations(document: bytes, folder: str) -> Relations:
    found: Relations = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            part = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], part)

    if document:
        read_whole(document, start)
    return found


__all__ = ["Package", "SheetPart", "parse"]
