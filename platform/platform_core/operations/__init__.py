"""Running the installation: its key, its processes, whether it can work, its numbers, backups, and the doctor."""

from platform_core.operations.backups.making import make_backup
from platform_core.operations.backups.manifest import Manifest, OpenJob
from platform_core.operations.backups.opening import read_manifest
from platform_core.operations.backups.restoring import Restored, restore_backup
from platform_core.operations.doctor import Finding, examine, failed
from platform_core.operations.doctor_database import DATABASE_CHECKS
from platform_core.operations.doctor_machine import MACHINE_CHECKS
from platform_core.operations.entering import ACTION, enter
from platform_core.operations.errors import (
    BackupFailed,
    BackupRefused,
    KeyLost,
    NotEmpty,
    OperationsError,
    WrongKey,
)
from platform_core.operations.installation import adopt_key, known_fingerprint, recognise_key
from platform_core.operations.migrations import MIGRATIONS
from platform_core.operations.numbers import JobNumbers, job_numbers, offer_numbers
from platform_core.operations.processes import (
    Presence,
    Process,
    Role,
    SlowShape,
    forget_slow_statements,
    keep_slow_statements,
    processes,
    slow_shapes,
)
from platform_core.operations.readiness import expect, expected, obstacle

__all__ = [
    "ACTION",
    "DATABASE_CHECKS",
    "MACHINE_CHECKS",
    "MIGRATIONS",
    "BackupFailed",
    "BackupRefused",
    "Finding",
    "JobNumbers",
    "KeyLost",
    "Manifest",
    "NotEmpty",
    "OpenJob",
    "OperationsError",
    "Presence",
    "Process",
    "Restored",
    "Role",
    "SlowShape",
    "WrongKey",
    "adopt_key",
    "enter",
    "examine",
    "expect",
    "expected",
    "failed",
    "forget_slow_statements",
    "job_numbers",
    "keep_slow_statements",
    "known_fingerprint",
    "make_backup",
    "obstacle",
    "offer_numbers",
    "processes",
    "read_manifest",
    "recognise_key",
    "restore_backup",
    "slow_shapes",
]
