"""Who may do what: roles are definitions; `access` tells what an actor's roles allow with one form.

The law: roles are united and there is no deny; a row shows a field only if some ONE role grants both that row and
that field. Missing and forbidden look the same from outside. `explain` gives the reasons in sentences, `may` and
`require` ask for actions that belong to no record.
"""

from platform_core.permissions.acting import (
    actions,
    known_actions,
    may,
    register_action,
    require,
    role_names,
)
from platform_core.permissions.definition import ExportGrant, FieldRule, FormGrant, RoleDef
from platform_core.permissions.grants import ALWAYS_READABLE, Access, Action, Grant, RowAction, full_access
from platform_core.permissions.kind import RoleKind
from platform_core.permissions.people_rights import (
    MANAGING,
    RoleChoice,
    is_role,
    refuse_unknown_roles,
    role_choices,
)
from platform_core.permissions.planning import enter
from platform_core.permissions.reasons import Explanation, explain
from platform_core.permissions.roles import access, acts_for_outside, forget
from platform_core.permissions.scopes import Atom, Scope, ScopePredicate
from platform_core.permissions.sight import RowReader

__all__ = [
    "ALWAYS_READABLE",
    "MANAGING",
    "Access",
    "Action",
    "Atom",
    "Explanation",
    "ExportGrant",
    "FieldRule",
    "FormGrant",
    "Grant",
    "RoleChoice",
    "RoleDef",
    "RoleKind",
    "RowAction",
    "RowReader",
    "Scope",
    "ScopePredicate",
    "access",
    "actions",
    "acts_for_outside",
    "enter",
    "explain",
    "forget",
    "full_access",
    "is_role",
    "known_actions",
    "may",
    "refuse_unknown_roles",
    "register_action",
    "require",
    "role_choices",
    "role_names",
]
