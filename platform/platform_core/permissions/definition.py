"""The stored form of a role: what it grants of each form, and which actions it may do."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
ReferenceName = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39}\.)?[a-z][a-z0-9_]{0,39}$")]
LabelMap = dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Annotated[str, Meta(max_length=400)]]
ScopeText = Annotated[str, Meta(min_length=1, max_length=2000)]

FieldRule = Literal["hidden", "masked", "read", "write"]
"""hidden: as if the field did not exist; masked: "••••" and the last 4; read: visible, not writable; write: what a
field is that no rule names, said of one that the form itself masks."""

NAMED_SCOPES = ("none", "own", "team", "team_tree", "territory", "all")
"""Row scopes by name, narrowest first. Any other text is an expression over the row and `user`."""


class ExportGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """May take rows out as a file, at most `rows` at once (0: may not, null: no limit)."""

    rows: Annotated[int, Meta(ge=0)] | None = 0


class FormGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a role may do with the records of one form.

    `read`, `update`, `delete` are row scopes. `import_` ("import" in JSON) allows loading files of rows of this form,
    as the action "import" does for every form that the role may create. `assign` allows giving a row that may be
    updated to anybody; without it owner, team and territory change only as far as the row then stays within the
    update scope. `fields` names the exceptions; a field that is not named is readable and, where the row may be
    written, writable.
    """

    read: ScopeText = "none"
    create: bool = False
    update: ScopeText = "none"
    delete: ScopeText = "none"
    export: ExportGrant | None = None
    import_: bool = msgspec.field(default=False, name="import")
    assign: bool = False
    fields: dict[Name, FieldRule] = {}


class RoleDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One role. `forms` is keyed by form name ("account", or "trade_crm.account" where the name is not unique);
    `actions` are things that belong to no single record ("import", "definitions")."""

    name: Name
    label: LabelMap
    kind: Literal["role"] = "role"
    schema: Literal[1] = 1
    description: LabelMap = {}
    forms: dict[ReferenceName, FormGrant] = {}
    actions: tuple[Name, ...] = ()
