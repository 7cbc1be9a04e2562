"""The index: one row per record. SQLite keeps an FTS5 table beside it by triggers, PostgreSQL a tsvector with GIN."""

from __future__ import annotations

from platform_core.database import JSON, TEXT, Column, CreateTable, DropTable, Migration, RunSql, Table

_SQLITE = (
    """CREATE TABLE IF NOT EXISTS tw_search (id INTEGER PRIMARY KEY, record TEXT NOT NULL UNIQUE, form TEXT NOT NULL,
    shape TEXT NOT NULL, terms TEXT NOT NULL, inside TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS tw_search_shape_idx ON tw_search (shape)",
    """CREATE VIRTUAL TABLE IF NOT EXISTS tw_search_words USING fts5(terms, inside, content='tw_search',
    content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
    """CREATE TRIGGER IF NOT EXISTS tw_search_added AFTER INSERT ON tw_search BEGIN
    INSERT INTO tw_search_words (rowid, terms, inside) VALUES (new.id, new.terms, new.inside); END""",
    """CREATE TRIGGER IF NOT EXISTS tw_search_removed AFTER DELETE ON tw_search BEGIN
    INSERT INTO tw_search_words (tw_search_words, rowid, terms, inside)
    VALUES ('delete', old.id, old.terms, old.inside); END""",
    """CREATE TRIGGER IF NOT EXISTS tw_search_changed AFTER UPDATE ON tw_search BEGIN
    INSERT INTO tw_search_words (tw_search_words, rowid, terms, inside)
    VALUES ('delete', old.id, old.terms, old.inside);
    INSERT INTO tw_search_words (rowid, terms, inside) VALUES (new.id, new.terms, new.inside); END""",
)
_POSTGRESQL = (
    """CREATE TABLE IF NOT EXISTS tw_search (record uuid PRIMARY KEY, form text NOT NULL, shape text NOT NULL,
    words tsvector NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS tw_search_shape_idx ON tw_search (shape)",
    "CREATE INDEX IF NOT EXISTS tw_search_words ON tw_search USING gin (words)",
)

SHAPE = Table(
    name="tw_search_shape",
    columns=(
        Column("shape", TEXT, primary=True),
        Column("form", TEXT, nullable=False),
        Column("fields", JSON, nullable=False),
        Column("state", TEXT, nullable=False),
        Column("cursor", TEXT, nullable=False, default="''"),
    ),
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "search.0001",
        up=(RunSql(sqlite=_SQLITE, postgresql=_POSTGRESQL), CreateTable(SHAPE)),
        down=(
            RunSql(
                sqlite=("DROP TABLE IF EXISTS tw_search_words", "DROP TABLE IF EXISTS tw_search"),
                postgresql=("DROP TABLE IF EXISTS tw_search",),
            ),
            DropTable(SHAPE.name),
        ),
    ),
)
