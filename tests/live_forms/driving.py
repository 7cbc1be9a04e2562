"""Payloads of live forms for tests, and the engine that reads them, driven in node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from form_engine.definition import RuleDef
from form_engine.rules.scopes import scopes_for
from form_engine.rules.written import texts_of
from platform_core.expressions import (
    Checked,
    ExpressionErrors,
    FieldScope,
    Person,
    Type,
    check,
    list_of,
    parse_type,
)
from tools.browser_files import node

DRIVE = Path(__file__).parent / "drive.js"
Json = dict[str, Any]
STATES = {
    "open": (True, False, False),
    "required": (True, True, False),
    "closed": (True, False, True),
    "hidden": (False, False, False),
}


def field(type_code: str, **more: object) -> Json:
    return {"type": type_code, **more}


def payload(fields: Mapping[str, Json], rules: Sequence[RuleDef], **more: Any) -> Json:
    """What the server would tell of a form with these fields and rules."""
    trees = trees_of(fields, rules)
    return {
        "fields": fields,
        "rules": [told(rule, trees) for rule in rules],
        "user": {"id": "ana", "zone": "UTC", "roles": ["crm.sales"], "teams": []},
        "zone": "UTC",
        "now": "2024-03-15T10:30:00Z",
        **more,
    }


def told(rule: RuleDef, trees: Mapping[str, Checked]) -> Json:
    place = f"rule.{rule.id}."
    made: Json = {"id": rule.id, "show": rule.show, "require": rule.require, "read_only": rule.read_only, "at": rule.at,
                  "message": rule.message.get("en", "")}  # fmt: skip
    for name in ("when", "check"):
        if place + name in trees:
            made[name] = ir(trees[place + name])
    for effect in ("set", "options"):
        made[effect] = {path: ir(trees[f"{place}{effect}.{path}"]) for path in getattr(rule, effect)}
    return made


def ir(checked: Checked) -> Any:
    return msgspec.to_builtins(checked.ir)


def scope_of(fields: Mapping[str, Json]) -> FieldScope:
    types: dict[str, Type] = {}
    for name, told_field in fields.items():
        types[name] = parse_type(told_field["type"])
        for column, cell in told_field.get("columns", {}).items():
            types[f"{name}.{column}"] = list_of(parse_type(cell["type"]))
    user = FieldScope({"id": parse_type("user")})
    return FieldScope(types, roots={"user": user})


class Names:
    """The fields as the rules' own scope asks for them."""

    def __init__(self, scope: FieldScope) -> None:
        self.scope = scope
        self.roots = scope.roots

    def field(self, path: tuple[str, ...]) -> Type | None:
        return self.scope.field(path)

    def names(self, path: tuple[str, ...] = ()) -> Sequence[str]:
        return tuple(self.scope.names(path))


def trees_of(fields: Mapping[str, Json], rules: Sequence[RuleDef]) -> dict[str, Checked]:
    """Every expression of the rules, checked as at publishing."""
    from form_engine.definition import FormDef

    names = Names(scope_of(fields))
    definition = FormDef(name="case", label={"en": "Case"}, fields=(), rules=tuple(rules))
    found = {}
    for each in texts_of(definition):
        found[each.place] = _first(each.text, scopes_for(names, names, each.rows, each.picked))
    return found


def _first(text: str, scopes: Sequence[Any]) -> Checked:
    for scope in scopes[:-1]:
        try:
            return check(text, scope)
        except ExpressionErrors:
            continue
    return check(text, scopes[-1])


class Live:
    """One node process in which forms live."""

    def __init__(self, *flags: str) -> None:
        self._process = subprocess.Popen(
            [node(), str(DRIVE), *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def run(
        self, told_payload: Json, *steps: Json, offers: Sequence[tuple[str, list[str]]] = ()
    ) -> list[Json]:
        """What each step changed; the first is `{"start": True, …}`."""
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"payload": told_payload, "steps": steps, "offers": offers}
        self._process.stdin.write(json.dumps(asked, default=list) + "\n")
        self._process.stdin.flush()
        answers: list[Json] = json.loads(self._process.stdout.readline())
        return answers

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


def state(name: str) -> Json:
    """A state by its name."""
    visible, required, closed = STATES[name]
    return {"visible": visible, "required": required, "closed": closed}


ANA = Person("ana", roles=("crm.sales",))
