"""What a browser calls itself, in the few words by which people recognise their own."""

from __future__ import annotations

from platform_core.i18n import N_, _

_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("python", "Python"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_BOTH = N_("{browser} on {system}")


def browser_name(agent: str) -> str:
    """ "Firefox on Windows"; the first letters of what it says where it is none of those that people use."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _(_BOTH, browser=browser, system=system)
    return browser or system or agent[:40] or _("Unknown program")
