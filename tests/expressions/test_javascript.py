"""The browser's evaluator gives the answers of the table, in node and in Chromium, and knows every function."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from platform_core.expressions import all_functions
from platform_core.expressions.ir import OPERATORS
from tests.expressions import javascript_side, world
from tests.expressions.table import SUBJECTS, Row, rows
from tests.expressions.test_conformance import checked_of, expected_of
from tools.browser_files import node

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "platform" / "platform_core" / "static" / "js" / "expressions"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)


def case_of(row: Row) -> dict[str, Any]:
    return javascript_side.case(checked_of(row), world.environment(row.env, row.zone))


def differences(asked: list[Row], answers: list[object]) -> list[str]:
    return [
        f"{row.id}: {row.expr} with {row.env} → {found!r}"
        for row, found in zip(asked, answers, strict=True)
        if found != (f"error {row.error}" if row.error else expected_of(row))
    ]


@pytest.fixture(scope="module")
def in_node() -> Iterator[javascript_side.Node]:
    process = javascript_side.Node()
    yield process
    process.close()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_node_answers_as_the_table_says(subject: str, in_node: javascript_side.Node) -> None:
    asked = rows(subject, "javascript")
    assert differences(asked, in_node.answers(map(case_of, asked))) == []


def test_every_row_that_python_answers_is_asked_in_javascript() -> None:
    left_out = [
        row.id for subject in SUBJECTS for row in rows(subject, "python") if "javascript" not in row.backends
    ]
    assert left_out == []


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Tests need no log of requests."""


@pytest.fixture
def files() -> Iterator[str]:
    """The address of the repository's files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_chromium_answers_as_the_table_says(files: str) -> None:
    asked = [row for subject in SUBJECTS for row in rows(subject, "javascript")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{files}/package.json")
        answers = page.evaluate(
            """async ([world, cases]) => {
              const { answer } = await import("/tests/expressions/javascript/answer.js");
              return cases.map((one) => answer(one, world));
            }""",
            [javascript_side.told_world(), [case_of(row) for row in asked]],
        )
        browser.close()
    assert differences(asked, [javascript_side.read(answer) for answer in answers]) == []


@pytest.fixture(scope="module")
def browser_side() -> dict[str, list[str]]:
    """What the modules know: functions and parts of a tree."""
    script = (
        f'import {{ FUNCTIONS }} from "{(SCRIPTS / "functions" / "index.js").as_uri()}";'
        f'import {{ OPERATORS }} from "{(SCRIPTS / "compile.js").as_uri()}";'
        "console.log(JSON.stringify({ functions: Object.keys(FUNCTIONS), operators: OPERATORS }));"
    )
    command = [node(), "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_every_function_says_whether_the_browser_knows_it(browser_side: dict[str, list[str]]) -> None:
    said = {name for name, spec in all_functions().items() if spec.javascript != "no"}
    assert said == set(browser_side["functions"])


def test_the_browser_knows_every_part_of_a_tree(browser_side: dict[str, list[str]]) -> None:
    assert set(browser_side["operators"]) == OPERATORS


LEFT = [
    ("user_has_role('sales')", ("roles",)),
    ("in_team($lab)", ("teams",)),
    ("in_team($lab, u)", ("members",)),
    ("manager_of(u) == user.id", ("managers",)),
]


@pytest.mark.parametrize(("text", "untold"), LEFT)
def test_what_the_page_was_not_told_is_left_to_the_server(
    text: str, untold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from platform_core.expressions import check

    told = javascript_side.told_world()
    for name in untold:
        del told["user"][name]
    monkeypatch.setattr(javascript_side, "told_world", lambda: told)
    process = javascript_side.Node()
    try:
        env = world.environment({"u": "$bo", "b": False})
        asked = [
            text.replace("$lab", f"'{world.IDS['lab']}'"),
            f"b and {text}".replace("$lab", f"'{world.IDS['lab']}'"),
        ]
        answers = process.answers(javascript_side.case(check(each, world.SCOPE), env) for each in asked)
    finally:
        process.close()
    assert str(answers[0]).startswith("unknown")
    assert answers[1] is False, "another part decides"


def test_a_function_of_a_plugin_is_left_to_the_server(in_node: javascript_side.Node) -> None:
    tree = {
        "op": "call",
        "name": "twice",
        "args": [{"op": "const", "value": "2", "type": "number"}],
        "type": "number",
    }
    asked = {"ir": tree, "record": {}, "old": {}, "vars": {}, "now": world.NOW.isoformat(), "zone": "UTC"}
    assert str(in_node.answers([asked])[0]).startswith("unknown")
