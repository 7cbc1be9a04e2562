"""The tables of people, teams, territories, sessions and failed sign-ins."""

from __future__ import annotations

from platform_core.database import (
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
    Migration,
    Table,
)
from platform_core.identity import sign_in_tables

TEAM = Table(
    name="tw_identity_team",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("name", TEXT, nullable=False),
        Column("parent", UUID, references="tw_identity_team(id)"),
        Column("path", TEXT, nullable=False),
    ),
    indexes=(Index("tw_identity_team_path", "tw_identity_team", ("path",)),),
    uniques=(("name",),),
)

TERRITORY = Table(
    name="tw_identity_territory",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("name", TEXT, nullable=False),
        Column("parent", UUID, references="tw_identity_territory(id)"),
        Column("path", TEXT, nullable=False),
        Column("countries", JSON, nullable=False),
        Column("languages", JSON, nullable=False),
        Column("zones", JSON, nullable=False),
    ),
    indexes=(Index("tw_identity_territory_path", "tw_identity_territory", ("path",)),),
    uniques=(("name",),),
)

USER = Table(
    name="tw_identity_user",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("email", TEXT, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("name_sort", TEXT, nullable=False),
        Column("password_hash", TEXT),
        Column("language", TEXT, nullable=False),
        Column("zone", TEXT, nullable=False),
        Column("theme", TEXT, nullable=False),
        Column("density", TEXT, nullable=False),
        Column("team", UUID, references="tw_identity_team(id)"),
        Column("manager", UUID, references="tw_identity_user(id)"),
        Column("active", BOOL, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("updated_at", INSTANT, nullable=False),
    ),
    indexes=(
        Index("tw_identity_user_sort", "tw_identity_user", ("name_sort", "id")),
        Index("tw_identity_user_in_team", "tw_identity_user", ("team",)),
    ),
    uniques=(("email",),),
)

_OF_USER = "tw_identity_user(id) ON DELETE CASCADE"

USER_ROLE = Table(
    name="tw_identity_user_role",
    columns=(
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("role", TEXT, nullable=False),
    ),
    uniques=(("user_id", "role"),),
)

USER_TERRITORY = Table(
    name="tw_identity_user_territory",
    columns=(
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("territory_id", UUID, nullable=False, references="tw_identity_territory(id)"),
    ),
    uniques=(("user_id", "territory_id"),),
)

SESSION = Table(
    name="tw_identity_session",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("user_id", UUID, nullable=False, references=_OF_USER),
        Column("token_hash", TEXT, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("seen_at", INSTANT, nullable=False),
        Column("expires_at", INSTANT, nullable=False),
        Column("ip", TEXT, nullable=False),
        Column("agent", TEXT, nullable=False),
    ),
    indexes=(
        Index("tw_identity_session_of", "tw_identity_session", ("user_id",)),
        Index("tw_identity_session_end", "tw_identity_session", ("expires_at",)),
    ),
    uniques=(("token_hash",),),
)

ATTEMPT = Table(
    name="tw_identity_attempt",
    columns=(
        # "account:<keyed hash>" or "address:<keyed hash>": people type passwords into the wrong box.
        Column("subject", TEXT, nullable=False, primary=True),
        Column("failures", INT, nullable=False),
        Column("began_at", INSTANT, nullable=False),
        Column("blocked_until", INSTANT),
    ),
    indexes=(Index("tw_identity_attempt_age", "tw_identity_attempt", ("began_at",)),),
)

_TABLES = (TEAM, TERRITORY, USER, USER_ROLE, USER_TERRITORY, SESSION, ATTEMPT)

_VIEWING = (
    # Whose eyes an admin looks through, and until when.
    Column("view_user", UUID),
    Column("view_until", INSTANT),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "identity.0001",
        up=tuple(CreateTable(table) for table in _TABLES),
        down=tuple(DropTable(table.name) for table in reversed(_TABLES)),
    ),
    Migration("identity.0002", up=sign_in_tables.UP, down=sign_in_tables.DOWN),
    Migration(
        "identity.0003",
        up=tuple(AddColumn(SESSION.name, column) for column in _VIEWING),
        down=tuple(DropColumn(SESSION.name, column.name) for column in reversed(_VIEWING)),
    ),
)
