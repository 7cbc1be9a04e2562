"""Icons from one sprite (24 grid, 1.5 stroke), named after what they show."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from platform_core.web import assets

# These point along the text and turn round where text runs from right to left.
_ALONG_THE_TEXT = frozenset(
    ["arrow", "next", "prev", "send", "undo", "redo", "share", "signout", "outline", "truck"]
)


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every icon of the sprite."""
    sprite = assets.find("icons.svg")
    return frozenset(re.findall(r'<symbol id="i-([\w-]+)"', sprite.body.decode())) if sprite else frozenset()


@lru_cache(maxsize=2048)
def icon(name: str, size: str = "", label: str = "") -> Markup:
    """`<svg>` of an icon; `size` is "", "sm" or "lg". With a `label` it speaks, else it is hidden from readers.

    LookupError names an icon that the sprite lacks.
    """
    if name not in names():
        raise LookupError(f"no icon named {name!r} in static/icons.svg")
    parts = ['<svg class="icon"']
    if size:
        parts.append(f' data-size="{escape(size)}"')
    if name in _ALONG_THE_TEXT:
        parts.append(" data-flip")
    parts.append(f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"')
    parts.append(f'><use href="{assets.url("icons.svg")}#i-{name}"/></svg>')
    return Markup("".join(parts))
