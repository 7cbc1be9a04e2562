"""What `make setup` says where a machine lacks something, and that it leaves nothing half made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.steps import ROOT

HIDE_MODULES = """
from importlib.machinery import PathFinder
find = PathFinder.find_spec
def without(name, path=None, target=None):
    return None if name in {hidden!r} else find(name, path, target)
PathFinder.find_spec = staticmethod(without)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A bare checkout: the tools and the locks, no environment."""
    for folder in ("tools", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def set_up(checkout: Path, *, without: set[str]) -> subprocess.CompletedProcess[str]:
    """Run the set-up with a Python that lacks some modules, and with no other command in reach."""
    blocks = checkout / "blocks"
    blocks.mkdir()
    (blocks / "sitecustomize.py").write_text(HIDE_MODULES.format(hidden=without))
    environment = {"PYTHONPATH": str(blocks), "PATH": str(blocks), "HOME": str(checkout)}
    return subprocess.run(
        [sys.executable, "-m", "tools.set_up"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("without", [{"ensurepip", "pip"}, {"venv"}])
def test_a_python_that_makes_no_environment_is_told_in_one_line_what_to_install(
    checkout: Path, without: set[str]
) -> None:
    done = set_up(checkout, without=without)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_refused_with_the_version_that_is_needed(checkout: Path) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); from tools import set_up; sys.exit(set_up.main())"
    done = subprocess.run(
        [sys.executable, "-c", pretend],
        cwd=checkout,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or later, and this is 3.9.2" in done.stderr


def test_make_names_what_to_install_where_there_is_no_python(checkout: Path) -> None:
    done = subprocess.run(
        ["make", "setup", "PYTHON=no-such-python"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode != 0
    assert "there is no no-such-python here" in done.stderr
    assert "apt-get install python3" in done.stderr
