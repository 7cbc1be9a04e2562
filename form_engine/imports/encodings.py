"""Which encoding a text file has: its own word first, then what its bytes can be, then the likeliest code page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from form_engine.imports.errors import ImportRefused
from platform_core.i18n import N_

_BLOCK = 1024 * 1024
_SAMPLE = 256 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "big5", "shift_jis",
    "euc_kr", "cp874",
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_FEW_BAD = 0.02
"""Share of broken characters up to which a text still is what the others say: one spoilt row spoils no file."""


def encoding_of(path: Path) -> str:
    """The name of a codec. Raises ImportRefused for binary data. Reads the whole file; call it in a thread."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if b"\x00" in sample:
        return _utf_16(sample)
    good, bad = _decoded(path, "utf-8")
    if bad == 0 or good > 0 and bad <= good * _FEW_BAD:
        return "utf-8"
    if _is_chinese(path):
        return "gb18030"
    return _code_page(sample)


def _utf_16(sample: bytes) -> str:
    """UTF-16 without BOM has zeros in every second byte only, as long as most of it is Latin or digits."""
    pairs = max(len(sample) // 2, 1)
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    guess = "utf-16-le" if odd > even else "utf-16-be"
    if (
        max(even, odd) > 0.3
        and min(even, odd) < 0.05
        and not _CONTROL.search(sample.decode(guess, "replace"))
    ):
        return guess
    raise ImportRefused.one(
        "/file", "import_binary", N_("This is not a CSV file: it holds binary data."),
        remedy=N_("Choose a CSV or XLSX file."),
    )  # fmt: skip


def _texts(path: Path, encoding: str) -> Iterator[str]:
    """The file block by block; what cannot be decoded is U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _decoded(path: Path, encoding: str) -> tuple[int, int]:
    """(characters beyond ASCII, broken ones)."""
    good = bad = 0
    for text in _texts(path, encoding):
        if not text.isascii():
            broken = text.count("\ufffd")
            bad += broken
            good += sum(1 for character in text if ord(character) > 127) - broken
    return good, bad


_FREQUENT = frozenset(
    "的一是了不在有人这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当"
    "想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定"
    "女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市省区县路号街楼室"
    "司限客户称址邮箱话联系注备贸易进出单价额币种数量期款订货商品材五金塑料服装包机械设备科技集团有厂总经理部员先生女士编类型级"
)
_FREQUENT_SHARE = 0.2
"""Chinese text has half of its characters from this list; Korean or Japanese bytes read as Chinese hit one in twenty."""


def _is_chinese(path: Path) -> bool:
    """True where nearly all characters beyond ASCII belong to the everyday set (GB 2312), many to the frequent ones.

    Bytes of a Western code page also decode as GB18030, but to rare characters and, here and there, not at all.
    """
    foreign = common = frequent = bad = 0
    for text in _texts(path, "gb18030"):
        for character in text:
            if ord(character) > 127:
                foreign += 1
                common += _is_everyday(character)
                frequent += character in _FREQUENT
                bad += character == "\ufffd"
    if not foreign or bad > _FEW_BAD * foreign:
        return False
    return common >= 0.9 * foreign and frequent >= _FREQUENT_SHARE * foreign


def _is_everyday(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _code_page(sample: bytes) -> str:
    # Imported here: its tables take a while, and hardly any file needs them.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_CODE_PAGES)).best()
    return best.encoding if best is not None else "cp1252"
