"""Killed at any statement, the product starts again with everything whole: each save there or not, never half."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tests.fixtures_crm import copy_installation
from tests.scenarios.crash import program

_MOST = 60
"""Kill points of one scenario; longer ones are sampled evenly."""
_QUICK = 6
_SECONDS = 60

State = dict[str, object]


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("scenario", program.SCENARIOS)
def test_killed_at_every_statement_everything_is_whole(
    scenario: str, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _kill_everywhere(scenario, engine, tmp_path, _MOST, capsys)


def test_killed_at_some_statements_of_a_save_everything_is_whole(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _kill_everywhere("save", engine, tmp_path, _QUICK, capsys)


def test_killed_at_some_statements_of_a_publish_in_the_background_everything_is_whole(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _kill_everywhere("publish in the background", engine, tmp_path, 4, capsys)


def _kill_everywhere(
    scenario: str, engine: str, folder: Path, most: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url = copy_installation(engine, folder)
    code, statements = _forked(program.act, scenario, url, str(folder / "whole"), 0)
    assert code == 0 and isinstance(statements, int)
    points = _points(statements, most)
    with capsys.disabled():
        print(f"\n{scenario} on {engine}: {statements} statements, killed at {len(points)} of them")
    assert statements >= 5
    survived = 0
    for kill_at in points:
        place = folder / f"at-{kill_at}"
        place.mkdir()
        url = copy_installation(engine, place)
        code, _ = _forked(program.act, scenario, url, str(place / "data"), kill_at)
        assert code in (0, program.KILLED), f"killed at {kill_at}: ended with {code}"
        survived += code == 0
        code, state = _forked(program.settle, url, str(place / "data"))
        assert code == 0 and isinstance(state, dict), f"killed at {kill_at}: does not start again"
        _judge(scenario, state, f"killed at statement {kill_at} of {statements}: {state}")
    # The catalog's watcher asks for its version now and then, so the very last numbers may not be reached again.
    assert survived <= 2


def _points(statements: int, most: int) -> list[int]:
    """Every statement where there are few, else `most` of them, first and last included."""
    if statements <= most:
        return list(range(1, statements + 1))
    return sorted({1 + round(step * (statements - 1) / (most - 1)) for step in range(most)})


def _judge(scenario: str, state: State, told: str) -> None:
    assert state["saves"] == state["versions"] == state["audited"], told
    assert state["orphans"] == 0 and state["open jobs"] == 0 and state["dead jobs"] == 0, told
    assert state["gaps"] == [] and state["locks"] == 0 and state["works on"] is True, told
    judges: dict[str, Callable[[], bool]] = {
        "save": lambda: (
            (state["accounts"], state["rows"], state["saves"]) in ((0, 0, 0), (1, 2, 1), (1, 1, 2))
        ),
        "publish": lambda: state["pieces"] == _crates(state["revision"]),
        "publish in the background": lambda: (
            state["pieces"] == _crates(state["revision"])
            and [one[0] for one in cast("list[list[str]]", state["rollouts"])] in ([], ["done"])
            and state["notes of changes"] == 0
        ),
        "import": lambda: state["accounts"] == state["names"] == (11 if state["imports"] == ["done"] else 0),
        "job": lambda: state["notes"] in (0, 1),
        "jobs that write": lambda: state["notes"] == state["tallied"] and state["tallied"] in (0, 3),
    }
    assert judges[scenario](), told


def _crates(revision: object) -> State:
    """The crates as the form has them before the publish, and after it: never something between."""
    if revision == 1:
        return {f"C{pieces}": [pieces, [pieces], ["grade"]] for pieces in program.PIECES}
    assert revision == 2
    return {f"C{pieces}": [f"{pieces}.00", [f"{pieces}.00"], ["weight"]] for pieces in program.PIECES}


def _forked(target: Callable[..., None], *arguments: object) -> tuple[int | None, object]:
    """(exit code, what it sent) of a function run in a process of its own that has everything imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.scenarios.crash.program"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(*arguments, sender))
    process.start()
    sender.close()
    process.join(_SECONDS)
    assert process.exitcode is not None, "the process hangs"
    try:
        return process.exitcode, receiver.recv()
    except EOFError:  # it was killed before it had anything to say
        return process.exitcode, None
