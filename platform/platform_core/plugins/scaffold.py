"""`tradewind plugin new`: a small plugin that works, with its test, to begin from."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from platform_core import settings
from platform_core.errors import Conflict, Invalid
from platform_core.i18n import N_
from platform_core.plugins.manifest import RESERVED
from platform_core.plugins.versions import numbers

_SKELETON = Path(__file__).parent / "skeleton"


def new_plugin(name: str, shelf: Path) -> list[Path]:
    """Write a skeleton into `shelf`/`name`; returns its files. Invalid for a name that cannot be, Conflict where there
    is something already."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name) or name in RESERVED or name in sys.stdlib_module_names:
        raise Invalid.one(
            "/name", "name", N_("'{name}' cannot be the name of a plugin."),
            remedy=N_("Use small letters, digits and _, and no name of another package."), name=name,
        )  # fmt: skip
    folder = shelf / name
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(N_("There is something in {folder} already."), params={"folder": str(folder)})
    written = []
    for source in sorted(one for one in _SKELETON.rglob("*.txt") if one.is_file()):
        relative = str(source.relative_to(_SKELETON)).removesuffix(".txt").replace("NAME", name)
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(source.read_text(encoding="utf-8"), name), encoding="utf-8")
        written.append(target)
    return written


def _filled(text: str, name: str) -> str:
    ours = numbers(settings.current().version or "0.1.0")
    return (
        text.replace("@NAME@", name)
        .replace("@PATH@", name.replace("_", "-"))
        .replace("@LABEL@", name.replace("_", " ").capitalize())
        .replace("@SINCE@", f"{ours[0]}.{ours[1]}")
        .replace("@UNTIL@", str(ours[0] + 1))
    )
