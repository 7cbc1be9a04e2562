"""The browser's evaluator, asked from Python: cases go out as JSON, answers come back as the table writes them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from platform_core.expressions import Checked, Env, Money
from platform_core.expressions.traces import json_value
from tests.expressions import world
from tools.browser_files import node

HERE = Path(__file__).parent / "javascript"
MANAGERS = {world.IDS["bo"]: world.IDS["ana"], world.IDS["ana"]: None}
MEMBERS: dict[str, list[str]] = {name: [] for name in world.IDS.values()} | {
    world.IDS["lab"]: [world.IDS["bo"]]
}


def told_world() -> dict[str, Any]:
    """What the other side knows before the first case: the types of the fields and the acting person."""
    names = ("id", "name", "email", "language", "zone", "team", "teams", "territories", "roles")
    return {
        "types": {name: type_.code for name, type_ in world.FIELDS.items()},
        "variables": {name: type_.code for name, type_ in world.VARIABLES.items()},
        "user": {name: world.ANA.get(name) for name in names} | {"managers": MANAGERS, "members": MEMBERS},
    }


def case(checked: Checked, env: Env) -> dict[str, Any]:
    """One case as JSON. Values go as the server writes them; a binary float goes as it is."""
    return {
        "ir": checked.to_json()["ir"],
        "record": sent(env.record),
        "old": sent(env.old),
        "vars": sent(env.vars),
        "now": env.now.isoformat(),
        "zone": env.zone.key,
    }


def sent(value: object) -> Any:
    if isinstance(value, Mapping):
        return {name: sent(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [sent(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    known = (str, int, type(None), Money, datetime, timedelta, date, time)
    return json_value(value) if isinstance(value, known) else value


def read(answer: Mapping[str, Any]) -> object:
    """An answer as `world.shown` writes it."""
    if "unknown" in answer:
        return f"unknown {answer['unknown']}"
    return f"error {answer['error']}" if "error" in answer else _shown(answer["value"])


def _shown(value: Any) -> object:
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return f"{value['amount']} {value['currency']}" if isinstance(value, dict) else value


class Node:
    """One node process that answers case after case."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node(), str(HERE / "node.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self._send(told_world())

    def answers(self, cases: Iterable[Mapping[str, Any]]) -> list[object]:
        """The answers in order; one case at a time, so that no pipe fills up."""
        return [self._ask(each) for each in cases]

    def _ask(self, each: Mapping[str, Any]) -> object:
        self._send(each)
        assert self._process.stdout is not None
        return read(json.loads(self._process.stdout.readline()))

    def _send(self, data: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(data) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)
