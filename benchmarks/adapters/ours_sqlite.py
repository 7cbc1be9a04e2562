"""Tradewind on its embedded database, asked the same."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

from adapters import ours
from harness import TMP

DATA = TMP / "ours_sqlite"


class A(ours.A):
    name, port = "ours_sqlite", 8111
    ids_file = TMP / "ours_sqlite.ids.json"

    def env(self):
        return {
            "TRADEWIND_DATA": str(DATA),
            "TRADEWIND_LOG_LEVEL": "warning",
            "TRADEWIND_RATE_LIMIT": "10000000",
        }

    def setup(self):
        subprocess.run(["rm", "-rf", str(DATA)], check=True)
        DATA.mkdir(parents=True)
        with self.ids_file.open("w") as out:
            subprocess.run(
                [sys.executable, "-m", "benchmarks._crm_bench_load", str(TMP / "data")],
                env={**os.environ, **self.env()}, cwd=ours.ROOT, stdout=out, check=True,
            )  # fmt: skip
        self._run(
            *(f"CREATE TABLE bench_{table} AS SELECT id FROM {table}" for table in ours.TABLES),
            *(f"CREATE UNIQUE INDEX bench_{table}_id ON bench_{table} (id)" for table in ours.TABLES),
        )
        self.tidy()

    def _run(self, *statements):
        connection = sqlite3.connect(DATA / "tradewind.db", timeout=60)
        try:
            with connection:
                found = [connection.execute(statement).fetchone() for statement in statements]
        finally:
            connection.close()
        return found[-1]

    def reset(self):
        self._run(
            *(f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM bench_{table})" for table in ours.TABLES)
        )

    def created(self):
        (first,) = ours.TABLES[:1]
        return self._run(f"SELECT count(*) - (SELECT count(*) FROM bench_{first}) FROM {first}")[0]

    def tidy(self):
        self._run("PRAGMA optimize")
