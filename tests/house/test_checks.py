"""`make check` and `make bench` say what they found, and nothing they did not."""

from pathlib import Path

import pytest

from tools import bench, check


def test_every_check_runs_and_one_failure_fails_them_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def saying(name: str, words: str) -> check.Check:
        def run() -> str:
            ran.append(name)
            return words

        return check.Check(name, run)

    monkeypatch.setattr(check, "CHECKS", (saying("first", "broken: line 3"), saying("second", "")))
    assert check.main([]) == 1
    assert sorted(ran) == ["first", "second"]
    printed = capsys.readouterr().out
    assert "broken: line 3" in printed
    assert printed.endswith("make check: not content with first\n")


def test_a_check_can_be_chosen_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        check, "CHECKS", (check.Check("lint", lambda: "bad"), check.Check("types", lambda: ""))
    )
    assert check.main(["types"]) == 0
    assert check.main(["no such check"]) == 1
    assert "There is: lint, types." in capsys.readouterr().out


def test_bench_lists_what_can_be_run_and_refuses_other_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "save.py").write_text('"""Saves a second."""\nif __name__ == "__main__":\n    print(1)\n')
    (tmp_path / "adapter.py").write_text('"""Not runnable."""\n')
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    assert bench.available() == {"save": "Saves a second."}
    assert bench.main(["load"]) == 2
    assert "There is no benchmark called load. There is: save." in capsys.readouterr().out


def test_without_benchmarks_nothing_is_measured_and_nothing_claimed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    assert bench.main([]) == 0
    assert "nothing was measured" in capsys.readouterr().out
