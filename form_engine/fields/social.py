"""`social`: an account on a social network or messenger: which one, and the name there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self
from urllib.parse import quote, urlsplit

from form_engine.definition import ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long, unknown_code, wrong_type
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

LONGEST = 200

PLATFORMS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}", ("linkedin.com",)),
    "whatsapp": ("WhatsApp", "https://wa.me/{}", ("wa.me", "whatsapp.com")),
    "wechat": ("WeChat", "", ("weixin.qq.com",)),
    "facebook": ("Facebook", "https://www.facebook.com/{}", ("facebook.com", "fb.com")),
    "instagram": ("Instagram", "https://www.instagram.com/{}", ("instagram.com",)),
    "x": ("X", "https://x.com/{}", ("x.com", "twitter.com")),
    "telegram": ("Telegram", "https://t.me/{}", ("t.me",)),
    "tiktok": ("TikTok", "https://www.tiktok.com/@{}", ("tiktok.com",)),
    "youtube": ("YouTube", "https://www.youtube.com/@{}", ("youtube.com",)),
    "skype": ("Skype", "", ()),
    "line": ("LINE", "", ("line.me",)),
    "viber": ("Viber", "", ()),
    "vk": ("VK", "https://vk.com/{}", ("vk.com",)),
    "other": ("", "", ()),
}
"""Key: what it is called, where an account is (without one there is no address), and the hosts of its addresses."""
_TYPED = re.compile(r"^\s*([A-Za-z]+)\s*[:：]\s*(\S.*)$")


class Social(str):
    """An account. As text it is "linkedin:jane", which filters and expressions see."""

    __slots__ = ("handle", "platform")

    platform: str
    handle: str

    def __new__(cls, platform: str, handle: str) -> Self:
        made = super().__new__(cls, f"{platform}:{handle}")
        made.platform, made.handle = platform, handle
        return made


class SocialField(ValueField, frozen=True, kw_only=True, tag="social"):
    """One account on a network; several belong into a table."""

    search: bool = False


@dataclass(frozen=True, slots=True)
class SocialCodec:
    def parse(self, raw: object, context: ParseContext) -> Social | None:
        if raw is None:
            return None
        if isinstance(raw, Mapping):
            handle = read_text(raw.get("handle"), context)
            platform = read_text(raw.get("platform"), context)
            return None if handle is None else _account(platform or "", handle)
        if not context.textual or not isinstance(raw, str):
            raise wrong_type(N_("This must be an object with platform and handle."))
        text = read_text(raw, context)
        if text is None:
            return None
        typed = _TYPED.match(text)
        if typed and not text.lower().startswith("http") and _key(typed[1]) in PLATFORMS:
            return _account(typed[1], typed[2].strip())
        return _account("", text)

    def to_columns(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, Social):
            return (None, None, None)
        return (str(value), value.platform, value.handle)

    def from_columns(self, raw: Sequence[object]) -> object:
        _text, platform, handle = raw
        return Social(platform, handle) if isinstance(platform, str) and isinstance(handle, str) else None

    def to_wire(self, value: object) -> object:
        return {"platform": value.platform, "handle": value.handle} if isinstance(value, Social) else None


def _key(name: str) -> str:
    return name.strip().casefold()


def _account(platform: str, handle: str) -> Social:
    """The account; of an address the network and the name are read from it."""
    if len(handle) > LONGEST:
        raise too_long(LONGEST, len(handle))
    key = _key(platform)
    parts = urlsplit(handle if "//" in handle else f"https://{handle}") if "/" in handle else None
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    by_host = next(
        (name for name, known in PLATFORMS.items() if host and host.endswith(known[2] or ("\0",))), None
    )
    if parts is not None and by_host and key in ("", by_host):
        path = parts.path.strip("/")
        bare = path.removeprefix("in/") if by_host == "linkedin" else path
        return Social(by_host, handle) if "/" in bare or not bare else Social(by_host, bare.lstrip("@"))
    if not key:
        raise FieldProblem("platform", N_("Say which network this is."), pointer="/platform")
    if key not in PLATFORMS:
        refusal = unknown_code(N_("'{text}' is not a network that is known here."), platform, "linkedin")
        refusal.pointer = "/platform"
        raise refusal
    return Social(key, handle if key == "other" else handle.lstrip("@"))


def address_of(wire: Mapping[str, object]) -> str:
    """Where the account is; "" where its network has no addresses."""
    handle = str(wire.get("handle") or "")
    if handle.startswith(("http://", "https://")):
        return handle
    pattern = PLATFORMS.get(str(wire.get("platform")), ("", "", ()))[1]
    return pattern.format(quote(handle.lstrip("+"), safe="@/._-")) if pattern and handle else ""


def platform_name(key: str) -> str:
    """What a network is called; they are called the same everywhere."""
    return PLATFORMS.get(key, (key, "", ()))[0] or key


class SocialType(FieldType[SocialField]):
    name = "social"
    definition = SocialField
    label = N_("Social account")
    encryptable = True
    operators = ("eq", "contains", "blank")
    sortable = False
    widgets = ("social",)

    def columns(self, field: SocialField, base: str) -> tuple[StoredColumn, ...]:
        return (
            stored(base, TEXT),
            stored(base, TEXT, "platform", role="part"),
            stored(base, TEXT, "handle", role="part"),
        )

    def codec(self, field: SocialField, names: Names) -> FieldCodec:
        return SocialCodec()

    def expression_type(self, field: SocialField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: SocialField) -> Schema:
        return {
            "type": "object",
            "properties": {
                "platform": {"enum": list(PLATFORMS)},
                "handle": {"type": "string", "minLength": 1, "maxLength": LONGEST},
            },
            "required": ["platform", "handle"],
            "additionalProperties": False,
        }

    def show(self, field: SocialField, names: Names, wire: object, reader: Listener) -> str:
        if not isinstance(wire, Mapping):
            return str(wire)
        return f"{platform_name(str(wire.get('platform')))}: {wire.get('handle')}"

    def cell(self, field: SocialField, names: Names, wire: object, reader: Listener) -> Cell:
        return f"{wire['platform']}: {wire['handle']}" if isinstance(wire, Mapping) else str(wire)

    def demo(self, field: SocialField, names: Names, random: Random) -> object:
        return random.choice(
            ({"platform": "linkedin", "handle": "jane-doe"}, {"platform": "wechat", "handle": "haigang_88"})
        )
