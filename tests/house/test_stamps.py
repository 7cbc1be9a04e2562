"""Steps of the set-up run once, and again exactly when what they read or made has changed."""

from pathlib import Path

import pytest

from tools import steps
from tools.steps import SetUpError, Step, carry_out, is_done


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
    return []


def test_a_step_that_was_done_is_not_done_again(runs: list[str]) -> None:
    step = Step(name="one", title="One", run=lambda: runs.append("one"))
    carry_out(step)
    carry_out(step)
    assert runs == ["one"]


def test_a_changed_input_runs_the_step_again(runs: list[str], tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("a==1")
    step = Step(name="one", title="One", run=lambda: runs.append("one"), inputs=[lock])
    carry_out(step)
    lock.write_text("a==2")
    assert not is_done(step)
    carry_out(step)
    assert runs == ["one", "one"]


def test_a_missing_output_runs_the_step_again(runs: list[str], tmp_path: Path) -> None:
    made = tmp_path / "made"
    step = Step(name="one", title="One", run=made.touch, outputs=[made])
    carry_out(step)
    assert is_done(step)
    made.unlink()
    assert not is_done(step)


def test_a_step_that_fails_leaves_no_stamp(runs: list[str]) -> None:
    def fail() -> None:
        raise SetUpError("no network")

    step = Step(name="one", title="One", run=fail)
    with pytest.raises(SetUpError):
        carry_out(step)
    assert not is_done(step)


def test_a_failing_command_says_what_to_do_and_shows_its_last_lines() -> None:
    with pytest.raises(SetUpError, match=r"(?s)could not frobnicate\..*line 40$") as refused:
        steps.run(["sh", "-c", "seq -f 'line %g' 40; exit 3"], failing="could not frobnicate.")
    assert "line 15\n" not in str(refused.value)
