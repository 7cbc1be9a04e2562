"""Arrows between rooms point down, and go through façades."""

import subprocess

import grimp
import pytest

from tools.steps import ROOT, VENV

ROOMS = ("platform_core", "platform_host", "form_engine", "flow_engine", "report_engine", "trade_crm")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, cache_dir=None)


def test_the_contracts_between_the_rooms_hold() -> None:
    done = subprocess.run(
        [VENV / "bin" / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_subjects_of_the_core_meet_through_their_facades(graph: grimp.ImportGraph) -> None:
    trespasses = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if is_inside_of_another_subject(importer, imported)
    ]
    assert not trespasses, "\n".join(trespasses)


def is_inside_of_another_subject(importer: str, imported: str) -> bool:
    """Whether `imported` is a module inside a subject of the core that `importer` does not belong to."""
    parts = imported.split(".")
    if parts[0] != "platform_core" or len(parts) < 3:
        return False
    return importer.split(".")[:2] != parts[:2]
