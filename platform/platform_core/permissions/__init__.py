"""Who may do what: roles are definitions; `access` tells what a set of roles may do with one form.

The law: roles are united and there is no deny; a row shows a field only if some ONE role grants both that row and
that field. Missing and forbidden look the same from outside.
"""

from platform_core.permissions.access import (
    ALWAYS_READABLE,
    Access,
    Action,
    Grant,
    RowAction,
    full_access,
)
from platform_core.permissions.definition import ExportGrant, FieldRule, FormGrant, RoleDef
from platform_core.permissions.rows import RowReader
from platform_core.permissions.scopes import Atom, Scope, ScopePredicate

__all__ = [
    "ALWAYS_READABLE",
    "Access",
    "Action",
    "Atom",
    "ExportGrant",
    "FieldRule",
    "FormGrant",
    "Grant",
    "RoleDef",
    "RowAction",
    "RowReader",
    "Scope",
    "ScopePredicate",
    "full_access",
]
