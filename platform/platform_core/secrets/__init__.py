"""Keys and secrets.

*Keys.* Every purpose has a key of its own, derived from the installation's secret: one that leaks through one door (a
cookie, a cursor, a digest) opens no other.

*Named secrets.* Passwords and tokens of other systems are kept under a name and referred to by it
(`{"secret": "erp_token"}`); nothing shows a value again once it was put in. They are sealed (AES-256-GCM, bound to
their name) under a data key, which is kept in the database wrapped by the installation's key: `rotate` makes a new data
key and seals everything anew, step by step; `rewrap` follows a change of the installation's key. `state` tells whether
this installation's key fits.

*Fields* of records that are stored encrypted are sealed under keys of their own (`sealing_keys`, `opening_keys`), and
found by a keyed digest beside them (`FieldKeys.blind`).
"""

from platform_core.secrets.errors import SecretError, SecretLocked, SecretMissing
from platform_core.secrets.field_keys import (
    FieldKeys,
    drop_field_keys,
    key_id_of,
    keys_at_hand,
    opening_keys,
    retire_field_key,
    retired_field_keys,
    sealing_keys,
)
from platform_core.secrets.keyring import KeyState, fingerprint, rewrap, state
from platform_core.secrets.keys import derive_key, key_of, keyed_hash
from platform_core.secrets.migrations import MIGRATIONS
from platform_core.secrets.recording import record_with
from platform_core.secrets.references import SecretRef, names_in
from platform_core.secrets.rotating import Rotation, rotate
from platform_core.secrets.store import NamedSecret, find, get, listing, names, put, remove

__all__ = [
    "MIGRATIONS",
    "FieldKeys",
    "KeyState",
    "NamedSecret",
    "Rotation",
    "SecretError",
    "SecretLocked",
    "SecretMissing",
    "SecretRef",
    "derive_key",
    "drop_field_keys",
    "find",
    "fingerprint",
    "get",
    "key_id_of",
    "key_of",
    "keyed_hash",
    "keys_at_hand",
    "listing",
    "names",
    "names_in",
    "opening_keys",
    "put",
    "record_with",
    "remove",
    "retire_field_key",
    "retired_field_keys",
    "rewrap",
    "rotate",
    "sealing_keys",
    "state",
]
