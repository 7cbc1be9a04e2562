"""The trade CRM: definitions, templates and a little Python on top of the platform.

`register` enters the platform by the same door as a plugin; `DEFINITIONS` is the folder of the app's package.
The demo company lives in `demo`, which the host imports only when it is asked for.
"""

from pathlib import Path

from platform_core.plugins import Registry

DEFINITIONS = Path(__file__).parent / "definitions"


def register(registry: Registry) -> None:
    """Enter the platform: the app is one package of definitions."""
    registry.add_app(DEFINITIONS)


__all__ = ["DEFINITIONS", "register"]
