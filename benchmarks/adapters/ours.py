"""Tradewind in the comparison: one web process on PostgreSQL, the ordinary session of a non-admin salesperson."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import dataset as D
from harness import PG, TMP, Adapter, Req, encode, new_db, psql

ROOT = Path(__file__).resolve().parents[2]
DATA = TMP / "ours"
IDS = TMP / "ours.ids.json"
PASSWORD = "bench-harbour-17"
SHOWN = ",".join(
    "ref_code" if name == "code" else name for name in D.COLUMNS if name not in ("id", "margin_note")
)
TABLES = ("r_local__customer", "r_local__followup")
LOGS = ("tw_record_history", "tw_audit_entry")


class A(Adapter):
    name, port, ready = "ours", 8110, "/readyz"
    tables = TABLES
    ids_file = IDS
    why: ClassVar = {"create_flow": "automations come with the flow engine"}

    def env(self):
        place = f"postgresql://{PG['user']}@{PG['host']}:{PG['port']}/{self.db}"
        return {
            "TRADEWIND_DATA": str(DATA),
            "TRADEWIND_DATABASE_URL": place,
            "TRADEWIND_LOG_LEVEL": "warning",
            "TRADEWIND_RATE_LIMIT": "10000000",
        }

    def setup(self):
        DATA.mkdir(parents=True, exist_ok=True)
        new_db(self.db)
        with self.ids_file.open("w") as out:
            subprocess.run(
                [sys.executable, "-m", "benchmarks._crm_bench_load", str(TMP / "data")],
                env={**os.environ, **self.env()},
                cwd=ROOT,
                stdout=out,
                check=True,
            )
        self.mark()
        self.tidy()

    def mark(self):
        """What is there before any load: everything later goes at `reset`."""
        for table in TABLES:
            psql(
                self.db,
                f"create table if not exists bench_{table} as select id from {table}; "
                f"create unique index if not exists bench_{table}_id on bench_{table} (id)",
            )

    def command(self):
        return (
            [
                sys.executable,
                "-c",
                "from platform_host.cli import main; main()",
                "serve",
                "--no-demo",
                "--port",
                str(self.port),
            ],
            self.env(),
            str(ROOT),
        )

    def login(self):
        import http.client

        self.ids = json.loads(self.ids_file.read_text())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = encode({"email": "u17@bench.example", "password": PASSWORD})
        connection.request(
            "POST",
            "/api/v1/session",
            body,
            {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"},
        )
        answer = connection.getresponse()
        told = json.loads(answer.read())
        cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        self.me = told["user"]["id"]
        return {"Cookie": cookie, "X-CSRF-Token": told["csrf_token"]}

    def _list(self, country, grade, stage, more=""):
        asked = f"country == '{country}' and grade == '{grade}' and stage == '{stage}'"
        return Req(
            "GET",
            f"/api/v1/records/customer?filter={quote(asked)}&sort=-last_contact&limit=50&fields={SHOWN}{more}",
        )

    def list(self, country, grade, stage):
        return self._list(country, grade, stage)

    def list_total(self, country, grade, stage):
        return self._list(country, grade, stage, "&total=1")

    def detail(self, id):
        return Req("GET", f"/api/v1/records/customer/{self.ids[str(id)]}?include=followups&fields={SHOWN}")

    def create(self, row):
        return Req("POST", "/api/v1/records/customer", self._row(row))

    def _row(self, row):
        made = {name: value for name, value in row.items() if name not in ("owner", "team", "code")}
        if "code" in row:
            made["ref_code"] = row["code"]
        made["created"] = row["created"] + "Z"
        made["est_amount"] = str(row["est_amount"])
        return made

    def update(self, id, amount):
        return Req(
            "PATCH",
            f"/api/v1/records/customer/{self.ids[str(id)]}",
            {"est_amount": str(amount)},
            {"If-Match": "*"},
        )

    def aggregate(self):
        return Req(
            "GET", "/api/v1/records/customer/aggregate?by=country,grade&measures=count(),sum(est_amount)"
        )

    def search(self, text):
        return Req("GET", f"/api/v1/records/customer?q={quote(text)}&limit=50&fields={SHOWN}")

    def bulk(self, rows):
        chunk = 1_000
        return [
            Req(
                "POST",
                "/api/v1/records/customer/batch",
                {"create": [self._row(row) for row in rows[at : at + chunk]], "atomic": True},
            )
            for at in range(0, len(rows), chunk)
        ]

    def reset(self):
        for table in TABLES:
            psql(
                self.db,
                f"delete from {table} t where not exists (select 1 from bench_{table} b where b.id = t.id)",
            )

    def created(self):
        return int(
            psql(self.db, f"select count(*) - (select count(*) from bench_{TABLES[0]}) from {TABLES[0]}")
        )

    def tidy(self):
        for table in (*TABLES, *LOGS):
            psql(self.db, f"vacuum analyze {table}")

    def check_list(self, body):
        return [row["ref_code"] for row in body["items"]]

    def check_detail(self, body):
        return body["ref_code"], len(body["followups"]["items"])

    def check_aggregate(self, body):
        return {
            (row["country"], row["grade"]): (int(row["count()"]), round(float(row["sum(est_amount)"]), 2))
            for row in body["items"]
        }
