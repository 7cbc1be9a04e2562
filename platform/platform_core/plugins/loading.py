"""The code of a plugin: imported when it is switched on, forgotten when it is removed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import cast

from platform_core.plugins.errors import ExtensionPointError
from platform_core.plugins.finding import Found
from platform_core.plugins.rooms import Register, Room


def room_of(found: Found) -> Room:
    """The plugin, imported and ready to enter. Raises InvalidManifest or ExtensionPointError with the plugin's name."""
    manifest = found.usable
    module = _imported(found)
    register = getattr(module, "register", None)
    if not callable(register):
        raise ExtensionPointError(
            f"plugin '{found.name}' has no function register(registry)",
            remedy=f"Write it in {found.name}/__init__.py.",
        )
    return Room(found.name, cast(Register, register), manifest)


def forget_code(name: str) -> None:
    """Forget the imported modules, so that an installation later on reads the files again."""
    for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[module]
    importlib.invalidate_caches()


def _imported(found: Found) -> ModuleType:
    shelf = str(found.folder.parent)
    if found.place == "data" and shelf not in sys.path:
        sys.path.append(shelf)
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(found.name)
    except Exception as exc:
        forget_code(found.name)
        raise ExtensionPointError(
            f"plugin '{found.name}' cannot be imported: {type(exc).__name__}: {exc}",
            remedy=f"Look into it with: tradewind plugin check {found.name}",
        ) from exc
    folder = Path(module.__file__ or "").resolve().parent
    if folder != found.folder.resolve():
        raise ExtensionPointError(
            f"plugin '{found.name}': another package of that name stands first on the import path, in {folder}",
            remedy="Rename the plugin and its package.",
        )
    return module
