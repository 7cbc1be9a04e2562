"""The settings of one installation: `tradewind.toml` and `TRADEWIND_*`, parsed once into a frozen struct.

A wrong value stops the start with its name and a remedy (`SettingsError`). Whoever comes first wins: the command line
(`overrides`), the environment, the file, the default. The names are listed in `docs/reference/settings.md`.
"""

from platform_core.settings.load import current, load, use
from platform_core.settings.model import Settings, SettingsError

__all__ = ["Settings", "SettingsError", "current", "load", "use"]
