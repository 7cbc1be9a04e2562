"""Names for fields, values and forms, made from what people call them."""

from __future__ import annotations

import re
import unicodedata

from platform_core.entities import SYSTEM_FIELDS

_HAN = re.compile(r"[\u4e00-\u9fff]")


def named(text: str) -> str:
    """ "Trade fair" → trade_fair; Han by pinyin; empty where nothing is left of it."""
    if _HAN.search(text):
        from pypinyin import lazy_pinyin  # heavy, and needed by few

        text = " ".join(lazy_pinyin(text))
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_").lstrip("0123456789_")
    return name[:36].strip("_")


def free(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it where it is taken or our own; it is taken from now on."""
    found, number = name, 2
    while found in taken or found in SYSTEM_FIELDS:
        found, number = f"{name[:34]}_{number}", number + 1
    taken.add(found)
    return found
