"""The clock. Everything that asks what time it is asks here, so that tests own time.

`now()` is an aware UTC instant; `monotonic()` counts seconds for measuring and never goes back.
"""

from platform_core.clock.source import TimeSource, monotonic, now, set_source, stopped_at

__all__ = ["TimeSource", "monotonic", "now", "set_source", "stopped_at"]
