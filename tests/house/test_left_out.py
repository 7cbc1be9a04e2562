"""A test that did not run is named, and under CI=true it fails the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.steps import ROOT

SKIPPING = """
import pytest
def test_one():
    assert True
def test_two():
    pytest.skip("no server here")
"""


def run_pytest(folder: Path, tests: str, *, ci: bool, workers: int = 0) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(tests)
    environment = {name: value for name, value in os.environ.items() if name != "CI" and "PYTEST" not in name}
    environment |= {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | (
        {"CI": "true"} if ci else {}
    )
    spread = ["-p", "xdist", "-n", str(workers)] if workers else []
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tools.testing.left_out", *spread, "--rootdir", str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", [0, 1])
def test_a_skipped_test_is_listed_with_its_reason_before_the_summary(tmp_path: Path, workers: int) -> None:
    done = run_pytest(tmp_path, SKIPPING, ci=False, workers=workers)
    assert done.returncode == 0
    assert "tests left out: 1" in done.stdout
    assert "test_sample.py::test_two: no server here" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("workers", [0, 1])
def test_under_ci_a_skipped_test_fails_the_run(tmp_path: Path, workers: int) -> None:
    done = run_pytest(tmp_path, SKIPPING, ci=True, workers=workers)
    assert done.returncode == 1
    assert "no test may be left out" in done.stdout


def test_a_file_that_skips_itself_is_left_out_too(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "import pytest\npytest.skip('gone', allow_module_level=True)\n", ci=True)
    assert done.returncode != 0
    assert "test_sample.py: gone" in done.stdout


def test_where_every_test_ran_the_list_is_empty(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, "def test_one():\n    assert True\n", ci=True)
    assert done.returncode == 0
    assert "tests left out: none" in done.stdout
