"""What may be stored: judged by the bytes, not by what the sender says."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from platform_core.errors import Invalid

_MACHINE_CODE = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
_REFUSED_ENDINGS = frozenset(
    [
        "exe",
        "dll",
        "com",
        "bat",
        "cmd",
        "msi",
        "scr",
        "ps1",
        "vbs",
        "js",
        "jse",
        "wsf",
        "hta",
        "jar",
        "sh",
        "app",
        "apk",
        "deb",
        "rpm",
        "lnk",
        "reg",
        "svg",
        "html",
        "htm",
        "xhtml",
        "shtml",
    ]
)
_NAME_LENGTH = 180


class FileRefused(Invalid):
    """The bytes or the name are not acceptable; the problem points at the upload."""


def clean_name(name: str) -> str:
    """A file name without path, control characters or surprises; at most 180 characters, ending kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).strip(" .")
    if len(name) > _NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}" if dot else name[:_NAME_LENGTH]
    return name or "file"


def checked_type(name: str, head: bytes) -> str:
    """The media type of a file whose first bytes are `head`. Raises FileRefused for programs and mismatches."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in _REFUSED_ENDINGS or head.startswith(_MACHINE_CODE):
        raise FileRefused.one(
            "/file", "file_type", "Programs and web pages cannot be attached: {name}.", name=name,
            remedy="Pack it into a ZIP archive, or send a PDF.",
        )  # fmt: skip
    claimed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    seen = _sniffed(head)
    if claimed.startswith("image/") and (seen is None or not seen.startswith("image/")):
        raise FileRefused.one(
            "/file", "file_content", "{name} is not the picture its name says.", name=name,
            remedy="Save the picture again as PNG or JPEG and upload that.",
        )  # fmt: skip
    if claimed == "application/pdf" and seen != "application/pdf":
        raise FileRefused.one(
            "/file",
            "file_content",
            "{name} is not a PDF document.",
            name=name,
            remedy="Export it again as PDF.",
        )
    return claimed if claimed != "application/octet-stream" else (seen or claimed)


def _sniffed(head: bytes) -> str | None:
    """The type that the first bytes tell, where the library knows them."""
    import filetype

    kind = filetype.guess(head)
    return str(kind.mime) if kind is not None else None
