"""The tables of the audit. Lines are added and never changed; only the sealer may fill their two empty columns, once.

`tw_audit_head` holds the end of the chain, signed; `tw_audit_access` who has seen personal data, for a time.
"""

from __future__ import annotations

from platform_core.database import (
    BLOB,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    Column,
    CreateIndex,
    CreateTable,
    DropIndex,
    DropTable,
    Index,
    Migration,
    RunSql,
    Table,
)

ENTRY = Table(
    name="tw_audit_entry",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("at", INSTANT, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("kind", TEXT, nullable=False),
        Column("subject", TEXT, nullable=False),
        Column("user_id", UUID, nullable=False),
        Column("via", TEXT, nullable=False),
        Column("ip", TEXT, nullable=False),
        Column("request_id", TEXT, nullable=False),
        Column("session_id", UUID),
        Column("fields", JSON, nullable=False),
        Column("digest", BLOB),
        Column("detail", JSON, nullable=False),
        Column("sealed_number", INT),
        Column("sealed_chain", BLOB),
    ),
    indexes=(
        Index("tw_audit_entry_subject", "tw_audit_entry", ("subject", "id")),
        Index("tw_audit_entry_user", "tw_audit_entry", ("user_id", "id")),
        Index("tw_audit_entry_unsealed", "tw_audit_entry", ("id",), where="sealed_number IS NULL"),
    ),
)

_FIXED = tuple(c.name for c in ENTRY.columns if not c.name.startswith("sealed_"))


def _changed(operator: str) -> str:
    """SQL that is true where an UPDATE touches what was written, or seals a row twice."""
    fixed = " OR ".join(f'OLD."{name}" {operator} NEW."{name}"' for name in _FIXED)
    return f"{fixed} OR OLD.sealed_number IS NOT NULL"


_REFUSED = "audit rows are append-only"

_GUARD = RunSql(
    sqlite=(
        f"""CREATE TRIGGER IF NOT EXISTS tw_audit_entry_keep BEFORE UPDATE ON tw_audit_entry
            WHEN {_changed("IS NOT")} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS tw_audit_entry_stay BEFORE DELETE ON tw_audit_entry
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    ),
    postgresql=(
        f"""CREATE OR REPLACE FUNCTION tw_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$""",
        "DROP TRIGGER IF EXISTS tw_audit_entry_keep ON tw_audit_entry",
        f"""CREATE TRIGGER tw_audit_entry_keep BEFORE UPDATE ON tw_audit_entry
            FOR EACH ROW WHEN ({_changed("IS DISTINCT FROM")}) EXECUTE FUNCTION tw_audit_refuse()""",
        "DROP TRIGGER IF EXISTS tw_audit_entry_stay ON tw_audit_entry",
        """CREATE TRIGGER tw_audit_entry_stay BEFORE DELETE ON tw_audit_entry
           FOR EACH ROW EXECUTE FUNCTION tw_audit_refuse()""",
        "DROP TRIGGER IF EXISTS tw_audit_entry_full ON tw_audit_entry",
        """CREATE TRIGGER tw_audit_entry_full BEFORE TRUNCATE ON tw_audit_entry
           FOR EACH STATEMENT EXECUTE FUNCTION tw_audit_refuse()""",
    ),
)

_UNGUARD = RunSql(
    sqlite=(
        "DROP TRIGGER IF EXISTS tw_audit_entry_keep",
        "DROP TRIGGER IF EXISTS tw_audit_entry_stay",
    ),
    postgresql=(
        "DROP TRIGGER IF EXISTS tw_audit_entry_keep ON tw_audit_entry",
        "DROP TRIGGER IF EXISTS tw_audit_entry_stay ON tw_audit_entry",
        "DROP TRIGGER IF EXISTS tw_audit_entry_full ON tw_audit_entry",
        "DROP FUNCTION IF EXISTS tw_audit_refuse()",
    ),
)

_FILTERS = (
    Index("tw_audit_entry_action", "tw_audit_entry", ("action", "id")),
    Index("tw_audit_entry_kind", "tw_audit_entry", ("kind", "id")),
    Index(
        "tw_audit_entry_sealed",
        "tw_audit_entry",
        ("sealed_number",),
        unique=True,
        where="sealed_number IS NOT NULL",
    ),
)

HEAD = Table(
    name="tw_audit_head",
    columns=(
        Column("id", INT, nullable=False, primary=True),
        Column("number", INT, nullable=False),
        Column("chain", BLOB, nullable=False),
        Column("mac", BLOB),
        Column("sealed_at", INSTANT),
    ),
)

_FIRST_HEAD = RunSql(
    sqlite=("INSERT INTO tw_audit_head (id, number, chain) VALUES (1, 0, x'') ON CONFLICT DO NOTHING",),
    postgresql=(
        "INSERT INTO tw_audit_head (id, number, chain) VALUES (1, 0, ''::bytea) ON CONFLICT DO NOTHING",
    ),
)

ACCESS = Table(
    name="tw_audit_access",
    columns=(
        Column("id", UUID, nullable=False, primary=True),
        Column("at", INSTANT, nullable=False),
        Column("action", TEXT, nullable=False),
        Column("form", TEXT, nullable=False),
        Column("record", UUID),
        Column("records", TEXT, nullable=False),
        Column("count", INT, nullable=False),
        Column("fields", JSON, nullable=False),
        Column("user_id", UUID, nullable=False),
        Column("via", TEXT, nullable=False),
        Column("ip", TEXT, nullable=False),
        Column("request_id", TEXT, nullable=False),
        Column("session_id", UUID),
    ),
    indexes=(
        Index("tw_audit_access_record", "tw_audit_access", ("record", "id"), where="record IS NOT NULL"),
        Index("tw_audit_access_user", "tw_audit_access", ("user_id", "id")),
        Index("tw_audit_access_form", "tw_audit_access", ("form", "id")),
    ),
)

KEY = Table(
    name="tw_audit_key",
    columns=(
        Column("last", INT, nullable=False, primary=True),
        Column("sealed", BLOB, nullable=False),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("audit.0001", up=(CreateTable(ENTRY), _GUARD), down=(_UNGUARD, DropTable(ENTRY.name))),
    Migration(
        "audit.0002",
        up=(*(CreateIndex(index) for index in _FILTERS), CreateTable(HEAD), _FIRST_HEAD, CreateTable(ACCESS)),
        down=(
            DropTable(ACCESS.name),
            DropTable(HEAD.name),
            *(DropIndex(index.name) for index in reversed(_FILTERS)),
        ),
    ),
    Migration("audit.0003", up=(CreateTable(KEY),), down=(DropTable(KEY.name),)),
)
