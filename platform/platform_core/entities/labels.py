"""Labels of what the platform itself brings: a label map read from the catalogues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platform_core import i18n


class MessageLabel(Mapping[str, str]):
    """A message id that looks like a definition's label map: one text per language of the product."""

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        self._message = message

    def __getitem__(self, language: str) -> str:
        return i18n.translator(language).gettext(self._message)

    def __iter__(self) -> Iterator[str]:
        return (language.code for language in i18n.languages())

    def __len__(self) -> int:
        return len(i18n.languages())
