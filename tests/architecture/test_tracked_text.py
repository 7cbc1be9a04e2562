"""Nothing that we publish names a registry's host, a path of one machine, or a loose end."""

import re

import pytest

from tools import tracked_text
from tools.steps import ROOT

# Spelled in parts, so that this file keeps the rule it tests.
REGISTRY_HOST = "files.python" + "hosted.org"
HOME = "/ro" + "ot/.cache"
LOOSE_END = "# TO" + "DO: later"
SLEEP = re.compile(r"\b(?:time|asyncio|anyio)\.sle" + r"ep\(|wait_for_time" + r"out\(")


def test_tracked_files_keep_the_rules_of_what_we_publish() -> None:
    problems = list(tracked_text.problems())
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("docs/reference/set-up.md", f"fetch it from {REGISTRY_HOST}", "host of a package registry"),
        ("tests/house/test_x.py", f'open("{HOME}/x")', "path of one machine"),
        ("form_engine/parse.py", LOOSE_END, "marked as unfinished"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named_with_its_place(name: str, line: str, sentence: str) -> None:
    found = list(tracked_text.problems_in(name, f"first\n{line}\n"))
    assert len(found) == 1
    assert found[0].startswith(f"{name}:2: ")
    assert sentence in found[0]


def test_tests_wait_for_what_happens_and_never_for_time_to_pass() -> None:
    sleeping = [
        f"{name}:{number}"
        for name in tracked_text.tracked_files()
        if name.startswith("tests/") and name.endswith(".py")
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if SLEEP.search(line)
    ]
    assert not sleeping, "\n".join(sleeping)
