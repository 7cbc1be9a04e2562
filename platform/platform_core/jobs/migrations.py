"""The table of jobs.

`due` is true from the moment `run_at` has come: so claiming walks an index of jobs that may run now in order of
priority, however many timers wait for next month. `lost` counts attempts that ended without an answer.
"""

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
    RunSql,
    Table,
)

TABLE = Table(
    name="tw_job",
    columns=(
        Column("id", UUID, primary=True),
        Column("kind", TEXT, nullable=False),
        Column("subject", TEXT),
        Column("priority", INT, nullable=False, default="0"),
        Column("run_at", INSTANT, nullable=False),
        Column("due", BOOL, nullable=False, default="FALSE"),
        Column("state", TEXT, nullable=False),
        Column("progress", JSON),
        Column("lease_owner", TEXT),
        Column("lease_until", INSTANT),
        Column("fence", INT, nullable=False, default="0"),
        Column("attempt", INT, nullable=False, default="0"),
        Column("max_attempts", INT, nullable=False),
        Column("lost", INT, nullable=False, default="0"),
        Column("idem_key", TEXT),
        Column("lock_key", TEXT),
        Column("payload", JSON, nullable=False),
        Column("result", JSON),
        Column("last_error", TEXT),
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", TEXT),
        Column("finished_at", INSTANT),
    ),
    uniques=(("idem_key",),),
    indexes=(
        Index("ix_job_due", "tw_job", ("priority", "run_at", "id"), where="state = 'ready' AND due"),
        Index("ix_job_waiting", "tw_job", ("run_at",), where="state = 'ready' AND NOT due"),
        Index("ix_job_leased", "tw_job", ("lease_until",), where="state = 'leased'"),
        Index("ux_job_lock", "tw_job", ("lock_key",), unique=True, where="state = 'leased'"),
        Index(
            "ix_job_lock_due",
            "tw_job",
            ("lock_key",),
            where="state = 'ready' AND due AND lock_key IS NOT NULL",
        ),
        Index("ix_job_subject", "tw_job", ("subject",)),
        Index("ix_job_dead", "tw_job", ("finished_at",), where="state = 'dead'"),
        Index("ix_job_finished", "tw_job", ("finished_at",), where="state IN ('done', 'cancelled')"),
    ),
)

SCHEDULE = Table(
    name="tw_schedule",
    columns=(
        Column("name", TEXT, primary=True),
        Column("kind", TEXT, nullable=False),
        Column("rule", JSON, nullable=False),
        Column("source", TEXT, nullable=False),
        Column("paused", BOOL, nullable=False, default="FALSE"),
        Column("next_at", INSTANT, nullable=False),
        Column("last_due", INSTANT),
        Column("last_at", INSTANT),
        Column("last_late", BOOL, nullable=False, default="FALSE"),
        Column("last_job", TEXT),
        Column("changed_at", INSTANT, nullable=False),
    ),
)

WORKER = Table(
    name="tw_worker",
    columns=(
        Column("id", TEXT, primary=True),
        Column("mode", TEXT, nullable=False),
        Column("host", TEXT, nullable=False),
        Column("pid", INT, nullable=False),
        Column("queues", JSON, nullable=False),
        Column("busy", INT, nullable=False, default="0"),
        Column("started_at", INSTANT, nullable=False),
        Column("seen_at", INSTANT, nullable=False),
    ),
)

DUTY = Table(
    name="tw_job_duty",
    columns=(
        Column("name", TEXT, primary=True),
        Column("owner", TEXT, nullable=False),
        Column("until", INSTANT, nullable=False),
        Column("done_at", INSTANT),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(id="jobs.0001", up=(CreateTable(TABLE),), down=(DropTable("tw_job"),)),
    Migration(
        id="jobs.0002",
        up=(
            AddColumn("tw_job", Column("resting", BOOL, nullable=False, default="FALSE")),
            CreateTable(SCHEDULE),
            CreateTable(WORKER),
            CreateTable(DUTY),
        ),
        down=(
            DropTable("tw_job_duty"),
            DropTable("tw_worker"),
            DropTable("tw_schedule"),
            DropColumn("tw_job", "resting"),
        ),
    ),
    Migration(
        id="jobs.0003",
        up=(
            # Each job is three dead rows within a second: the default waits until a fifth of the table is dead.
            RunSql(
                postgresql=(
                    "ALTER TABLE tw_job SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)",
                )
            ),
        ),
        down=(
            RunSql(
                postgresql=(
                    "ALTER TABLE tw_job RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)",
                )
            ),
        ),
    ),
)
