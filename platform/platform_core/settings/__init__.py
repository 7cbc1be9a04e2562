"""The settings of one installation: `tradewind.toml` and `TRADEWIND_*`, parsed once into a frozen struct.

A wrong value stops the start with its name and a remedy (`SettingsError`). Whoever comes first wins: the command line
(`overrides`), the environment, the file, the default. The names are listed in `docs/reference/settings.md`.
"""

from platform_core.settings.load import current, load, use
from platform_core.settings.model import Settings, SettingsError
from platform_core.settings.oidc import OidcProvider
from platform_core.settings.secret import FILE as KEY_FILE
from platform_core.settings.secret import made_key

__all__ = ["KEY_FILE", "OidcProvider", "Settings", "SettingsError", "current", "load", "made_key", "use"]
