"""The tables of how people prove who they are: second factor, keys, one-time links, other sign-in services."""

from __future__ import annotations

from platform_core.database import (
    BLOB,
    BOOL,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    AddColumn,
    Column,
    CreateTable,
    DropColumn,
    DropTable,
    Index,
    Step,
    Table,
)

_OF_USER = "tw_identity_user(id) ON DELETE CASCADE"

TOTP = Table(
    name="tw_identity_totp",
    columns=(
        Column("user_id", UUID, nullable=False, primary=True, references=_OF_USER),
        Column("secret", BLOB, nullable=False),  # AES-GCM under the installation's key, bound to the account
        Column("confirmed", BOOL, nullable=False),
        Column(
            "last_step", INT, nullable=False
        ),  # the newest 30-second step that was used: older ones are replays
        Column("created_at", INSTANT, nullable=False),
    ),
)

RECOVERY = Table(
    name="tw_identity_recovery",
    columns=(
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("code_hash", TEXT, nullable=False),
    ),
    uniques=(("user_id", "code_hash"),),
)

API_KEY = Table(
    name="tw_identity_key",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("name", TEXT, nullable=False),
        Column("start", TEXT, nullable=False),  # the first letters, so that people recognise it
        Column("key_hash", TEXT, nullable=False),
        Column("role", TEXT, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("expires_at", INSTANT),
        Column("used_at", INSTANT),
        Column("used_from", TEXT, nullable=False, default="''"),
        Column("revoked_at", INSTANT),
    ),
    indexes=(Index("tw_identity_key_of", "tw_identity_key", ("user_id",)),),
    uniques=(("key_hash",),),
)

LINK = Table(
    name="tw_identity_link",
    columns=(
        Column("token_hash", TEXT, nullable=False, primary=True),
        Column("purpose", TEXT, nullable=False),  # "invite", "reset", "second_step"
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("expires_at", INSTANT, nullable=False),
    ),
    indexes=(
        Index("tw_identity_link_of", "tw_identity_link", ("user_id", "purpose")),
        Index("tw_identity_link_end", "tw_identity_link", ("expires_at",)),
    ),
)

JOURNEY = Table(
    name="tw_identity_journey",
    columns=(
        # One trip to another sign-in service and back. `browser_hash` is of a cookie: who comes back must be who left.
        Column("state_hash", TEXT, nullable=False, primary=True),
        Column("browser_hash", TEXT, nullable=False),
        Column("provider", TEXT, nullable=False),
        Column("nonce", TEXT, nullable=False),
        Column("verifier", TEXT, nullable=False),
        Column("target", TEXT, nullable=False),
        Column("expires_at", INSTANT, nullable=False),
    ),
    indexes=(Index("tw_identity_journey_end", "tw_identity_journey", ("expires_at",)),),
)

OUTSIDE = Table(
    name="tw_identity_outside",
    columns=(
        Column("issuer", TEXT, nullable=False),
        Column("subject", TEXT, nullable=False),
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("linked_at", INSTANT, nullable=False),
    ),
    indexes=(Index("tw_identity_outside_of", "tw_identity_outside", ("user_id",)),),
    uniques=(("issuer", "subject"),),
)

POLICY = Table(
    name="tw_identity_policy",
    columns=(
        Column("name", TEXT, nullable=False, primary=True),
        Column("value", JSON, nullable=False),
    ),
)

_TABLES = (TOTP, RECOVERY, API_KEY, LINK, JOURNEY, OUTSIDE, POLICY)
_COLUMNS = (
    ("tw_identity_user", Column("number_format", TEXT, nullable=False, default="''")),
    ("tw_identity_user", Column("date_format", TEXT, nullable=False, default="''")),
    ("tw_identity_user", Column("first_day", INT)),
    ("tw_identity_session", Column("how", TEXT, nullable=False, default="'password'")),
)

UP: tuple[Step, ...] = (
    *(CreateTable(table) for table in _TABLES),
    *(AddColumn(table, column) for table, column in _COLUMNS),
)
DOWN: tuple[Step, ...] = (
    *(DropColumn(table, column.name) for table, column in reversed(_COLUMNS)),
    *(DropTable(table.name) for table in reversed(_TABLES)),
)
