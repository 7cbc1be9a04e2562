"""`platform/` is a shelf beside Python's own `platform` module, and must never take its place."""

import importlib.util
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tools.steps import ROOT

SHELVES = ("platform", "apps", "plugins")
ROOMS = ("platform_core", "platform_host", "form_engine", "flow_engine", "report_engine", "trade_crm")


@pytest.mark.parametrize("shelf", SHELVES)
def test_a_shelf_is_no_package(shelf: str) -> None:
    assert not (ROOT / shelf / "__init__.py").exists()


def test_tests_stay_out_of_the_shelf_called_platform() -> None:
    shelf = ROOT / "platform"
    strays = [*shelf.rglob("conftest.py"), *shelf.rglob("test_*.py"), *shelf.rglob("*_test.py")]
    assert strays == []


def test_the_standard_module_called_platform_stays_itself() -> None:
    assert platform.__file__ is not None
    assert not Path(platform.__file__).is_relative_to(ROOT / "platform")


def test_the_standard_module_stays_itself_with_the_checkout_first_on_the_path() -> None:
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, ''); import platform, uuid; print(platform.system())",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_imported_from_this_checkout_under_its_own_name(room: str) -> None:
    found = importlib.util.find_spec(room)
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).is_relative_to(ROOT)


def test_no_room_has_a_second_name_through_its_shelf() -> None:
    banned = {f"{shelf}.{room}" for shelf in SHELVES for room in ROOMS}
    for name in banned:
        assert name not in sys.modules
