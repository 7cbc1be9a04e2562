"""Keys and secrets. Every purpose has a key of its own, derived from the installation's secret.

So a key that leaks through one door (a cookie, a cursor, a digest) opens no other.
"""

from platform_core.secrets.keys import derive_key, keyed_hash

__all__ = ["derive_key", "keyed_hash"]
