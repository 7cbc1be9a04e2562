"""Keys and secrets.

*Keys.* Every purpose has a key of its own, derived from the installation's secret: one that leaks through one door (a
cookie, a cursor, a digest) opens no other.

*Named secrets.* Passwords and tokens of other systems are kept under a name and referred to by it
(`{"secret": "erp_token"}`); nothing shows a value again once it was put in. They are sealed (AES-256-GCM, bound to
their name) under a data key, which is kept in the database wrapped by the installation's key: `rotate` makes a new data
key and seals everything anew, step by step; `rewrap` follows a change of the installation's key. `state` tells whether
this installation's key fits.
"""

from platform_core.secrets.errors import SecretError, SecretLocked, SecretMissing
from platform_core.secrets.keyring import KeyState, fingerprint, rewrap, state
from platform_core.secrets.keys import derive_key, key_of, keyed_hash
from platform_core.secrets.migrations import MIGRATIONS
from platform_core.secrets.recording import record_with
from platform_core.secrets.references import SecretRef, names_in
from platform_core.secrets.rotating import Rotation, rotate
from platform_core.secrets.store import NamedSecret, find, get, listing, names, put, remove

__all__ = [
    "MIGRATIONS",
    "KeyState",
    "NamedSecret",
    "Rotation",
    "SecretError",
    "SecretLocked",
    "SecretMissing",
    "SecretRef",
    "derive_key",
    "find",
    "fingerprint",
    "get",
    "key_of",
    "keyed_hash",
    "listing",
    "names",
    "names_in",
    "put",
    "record_with",
    "remove",
    "rewrap",
    "rotate",
    "state",
]
