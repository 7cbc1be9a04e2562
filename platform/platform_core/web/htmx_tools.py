"""What htmx 4.0.1 says in a request, what it may be told in an answer, and the attributes that start it.

Only `ui.hx(…)` writes `hx-` attributes, through `attributes()`: a change of htmx is a change of this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec
from markupsafe import Markup, escape

_OWN = frozenset(
    ["get", "post", "put", "patch", "delete", "target", "swap", "trigger", "push_url", "replace_url", "select",
     "select_oob", "swap_oob", "include", "vals", "indicator", "confirm", "sync", "disable", "encoding", "validate",
     "preserve", "config", "boost", "ignore"]
)  # fmt: skip


class HtmxRequest(msgspec.Struct, frozen=True):
    """The `HX-*` headers of a request; `source` and `target` are "tag#id"."""

    fragment: bool
    source: str = ""
    target: str = ""
    current_url: str = ""
    restores_history: bool = False


def read(headers: Mapping[str, str]) -> HtmxRequest:
    """From headers with lower-case names. A full-body request (`HX-Request-Type: full`) is no fragment."""
    asked = headers.get("hx-request") == "true"
    restores = headers.get("hx-history-restore-request") == "true"
    return HtmxRequest(
        fragment=asked and not restores and headers.get("hx-request-type") != "full",
        source=headers.get("hx-source", ""),
        target=headers.get("hx-target", ""),
        current_url=headers.get("hx-current-url", ""),
        restores_history=restores,
    )


def answer(
    *,
    trigger: str | Mapping[str, object] = "",
    redirect: str = "",
    location: str = "",
    push_url: str = "",
    replace_url: str = "",
    retarget: str = "",
    reswap: str = "",
    reselect: str = "",
    refresh: bool = False,
) -> dict[str, str]:
    """Response headers. `trigger` is an event name, or names with their details; `location` swaps without reload."""
    events = trigger if isinstance(trigger, str) else json.dumps(trigger)
    headers = {
        "HX-Trigger": events, "HX-Redirect": redirect, "HX-Location": location, "HX-Push-Url": push_url,
        "HX-Replace-Url": replace_url, "HX-Retarget": retarget, "HX-Reswap": reswap, "HX-Reselect": reselect,
        "HX-Refresh": "true" if refresh else "",
    }  # fmt: skip
    return {name: value for name, value in headers.items() if value}


def attributes(**wishes: object) -> Markup:
    """`hx-` attributes: `attributes(post="/x", target="#y", vals={"a": 1}, status={"422": "swap:outerHTML"})`.

    None and False leave an attribute out. Values that would need `eval` (`js:`, trigger filters) are refused: our
    content security policy would stop them anyway, silently.
    """
    parts: list[str] = []
    for name, value in wishes.items():
        if value is None or value is False:
            continue
        if name == "status" and isinstance(value, Mapping):
            parts.extend(f' hx-status:{escape(code)}="{escape(what)}"' for code, what in value.items())
            continue
        if name not in _OWN:
            raise ValueError(f"ui.hx() has no attribute {name!r}")
        text = json.dumps(value) if isinstance(value, Mapping) else "true" if value is True else str(value)
        if (
            "js:" in text[:12].lower()
            or "javascript:" in text[:20].lower()
            or (name == "trigger" and "[" in text)
        ):
            raise ValueError(f"hx-{name.replace('_', '-')}={text!r} would need eval")
        parts.append(f' hx-{name.replace("_", "-")}="{escape(text)}"')
    return Markup("".join(parts).lstrip())
