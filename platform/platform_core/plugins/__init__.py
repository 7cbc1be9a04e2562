"""The door by which engines, apps and plugins enter: one `register(registry)` each, called by the host.

Nothing registers itself on import. The core's own points are methods of `Registry`; an engine that opens a
point of its own declares it by name (`registry.declare("field_type", accept)`) before apps and plugins enter.
"""

from platform_core.plugins.registry import ExtensionPointError, Register, Registry

__all__ = ["ExtensionPointError", "Register", "Registry"]
