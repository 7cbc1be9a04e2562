"""The order of an address's lines, country by country."""

from __future__ import annotations

from collections.abc import Mapping

_DEFAULT = ("street", "postcode city", "region", "country")
_CITY_FIRST = ("street", "city, region postcode", "country")
_LARGE_FIRST = ("country", "postcode region city street")
_POSTCODE_LAST = ("street", "city", "region", "postcode", "country")
_REGION_BEHIND = ("street", "postcode city (region)", "country")

_ORDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("US", "CA", "AU", "PR", "TW"), _CITY_FIRST),
    **dict.fromkeys(("CN", "JP", "KR", "MO"), _LARGE_FIRST),
    **dict.fromkeys(
        ("GB", "IE", "IN", "PK", "BD", "LK", "NZ", "ZA", "NG", "KE", "GH", "AE", "SA", "QA", "OM", "BH", "KW", "JO",
         "EG", "RU", "UA", "KZ", "HK", "SG", "TH", "VN", "PH", "ID"), _POSTCODE_LAST,
    ),
    **dict.fromkeys(("IT", "ES"), _REGION_BEHIND),
    "BR": ("street", "city, region", "postcode", "country"),
    "MX": ("street", "postcode city, region", "country"),
    "TR": ("street", "postcode city, region", "country"),
}  # fmt: skip


def address_lines(parts: Mapping[str, object], country_name: str) -> tuple[str, ...]:
    """The lines of an address from its parts; what is missing leaves no gap and no stray comma."""
    held = {name: str(text) for name, text in parts.items() if text}
    held["country"] = country_name
    order = _ORDERS.get(str(parts.get("country") or ""), _DEFAULT)
    lines: list[str] = []
    for line in order:
        text = _filled(line, held)
        lines.extend(piece.strip() for piece in text.split("\n") if piece.strip())
    return tuple(lines)


def _filled(line: str, held: Mapping[str, str]) -> str:
    found: list[str] = []
    for word in line.split(" "):
        name = word.strip("(),")
        text = held.get(name, "")
        if not text:
            if word.endswith(",") and found:
                found[-1] += ","
            continue
        found.append(word.replace(name, text))
    return " ".join(found).strip(" ,")
