"""What can go wrong here.

OperationsError
├── WrongKey         this secret key is not the one the installation was set up with
├── KeyLost          the installation's secret key is not there
├── BackupFailed     the backup could not be written: full disk, no permission
├── BackupRefused    a file is not a backup, is damaged, or belongs to another program, key or time
└── NotEmpty         a restore would write over what is there
"""

from __future__ import annotations

from platform_core.errors import TradewindError


class OperationsError(TradewindError):
    """Base of this room's errors."""

    code = "operations"
    status = 500


class WrongKey(OperationsError):
    """Nothing is opened with a key that cannot read what is there."""

    code = "wrong_key"


class KeyLost(OperationsError):
    """A new key would not open what the old one has sealed."""

    code = "key_lost"


class BackupFailed(OperationsError):
    """Nothing is left behind that looks like a backup."""

    code = "backup_failed"


class BackupRefused(OperationsError):
    """Nothing was changed."""

    code = "backup_refused"


class NotEmpty(OperationsError):
    """Nothing was changed."""

    code = "not_empty"
