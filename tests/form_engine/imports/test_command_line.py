"""`tradewind import`: what a person sees on the terminal, and what is there afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from form_engine import ImportRefused, import_file
from platform_core import records, settings
from platform_core.identity import SYSTEM
from platform_core.records import RecordQuery
from tests.fixtures_crm import Crm

_TRADEWIND = "from platform_host.cli import main; main()"
HEAD = "Company name,Country,Main product lines\n"


def file(folder: Path, *rows: str) -> Path:
    path = folder / "customers.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


async def count() -> int:
    return await records.count(RecordQuery(form="account"), actor=SYSTEM)


async def test_a_file_is_imported_whole_or_not_at_all(crm: Crm, tmp_path: Path) -> None:
    lina = await crm.actor("lina")
    bad = file(tmp_path, "Nordic Tools,Sweden,Tools", "Nowhere,Atlantis,Tools")
    errors = tmp_path / "errors.csv"
    report = await import_file("account", bad, actor=lina, error_file=errors)
    assert (report.state, report.created, report.refused, await count()) == ("checked", 1, 1, 0)
    assert report.first_problems(5)[-1].startswith("row 3, Country: ")
    assert "Nowhere,Atlantis,Tools," in errors.read_text(encoding="utf-8-sig")
    good = file(tmp_path, "Nordic Tools,Sweden,Tools")
    tried = await import_file("account", good, actor=lina, dry_run=True)
    assert (tried.state, tried.created, await count()) == ("checked", 1, 0)
    done = await import_file("account", good, actor=lina)
    assert (done.state, done.created, await count()) == ("done", 1, 1)
    assert done.as_row()["left_out"] == ""
    for wrong in ({"Nope": "city"}, {"Country": "city"}):
        with pytest.raises(ImportRefused):
            await import_file("account", good, actor=lina, mapping=wrong)


async def test_the_command_prints_what_happened(crm: Crm, tmp_path: Path) -> None:
    url = settings.current().database_url
    environ = {
        **os.environ, "TRADEWIND_DATABASE_URL": url, "TRADEWIND_SECRET_KEY": "0" * 64,
        "TRADEWIND_ARGON2_PROFILE": "test", "TRADEWIND_DATA": str(settings.current().data),
    }  # fmt: skip

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _TRADEWIND, "import", "account", *arguments]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=100)

    good = str(file(tmp_path, "Nordic Tools,Sweden,Tools"))
    done = run(good, "--as", "lina@demo.example", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    row = json.loads(done.stdout)[0]
    assert (row["state"], row["created"], await count()) == ("done", 1, 1)
    bad = run(str(file(tmp_path, "Nowhere,Atlantis,Tools")), "--as", "lina@demo.example")
    assert bad.returncode == 1
    assert "row 2, Country:" in bad.stderr
