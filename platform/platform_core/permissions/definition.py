"""The stored form of a role: what it grants of each form, and which actions it may do."""

from __future__ import annotations

from typing import Literal

import msgspec

FieldRule = Literal["hidden", "masked", "read"]
"""hidden: as if the field did not exist; masked: "••••" and the last 4; read: visible, not writable."""

NAMED_SCOPES = ("none", "own", "team", "team_tree", "territory", "all")
"""Row scopes by name, narrowest first. Any other text is an expression over the row and `user`."""


class ExportGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """May take rows out as a file, at most `rows` at once (0: may not)."""

    rows: int = 0


class FormGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a role may do with the records of one form.

    `read`, `update`, `delete` are row scopes. `import_` ("import" in JSON) allows loading files of rows,
    `assign` changing the owner, team or territory of a row that may be updated. `fields` names the exceptions;
    a field that is not named is readable and, where the row may be written, writable.
    """

    read: str = "none"
    create: bool = False
    update: str = "none"
    delete: str = "none"
    export: ExportGrant | None = None
    import_: bool = msgspec.field(default=False, name="import")
    assign: bool = False
    fields: dict[str, FieldRule] = {}


class RoleDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One role. `forms` is keyed by form name ("account", or "trade_crm.account" where the name is not unique);
    `actions` are things that belong to no single record ("import", "definitions")."""

    name: str
    label: dict[str, str]
    kind: Literal["role"] = "role"
    schema: Literal[1] = 1
    description: dict[str, str] = {}
    forms: dict[str, FormGrant] = {}
    actions: tuple[str, ...] = ()
