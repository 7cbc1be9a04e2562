"""The browser's half of the draft: patches as the server applies them, inverses that lead back, merging, moves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from typing import cast

import jsonpatch
import pytest

from tools.browser_files import node

SCRIPT = Path(__file__).parent / "javascript" / "patches.mjs"
Json = dict[str, object]


def asked(cases: list[Json]) -> list[Json]:
    """What the designer's modules answer to each case."""
    command = [node(), str(SCRIPT)]
    ran = subprocess.run(
        command, check=False, input=json.dumps(cases), capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    found: list[Json] = json.loads(ran.stdout)
    return found


def _document(random: Random) -> Json:
    fields = [
        {"type": "text", "name": f"f{n}", "label": {"en": f"F {n}"}, "required": random.random() < 0.5}
        for n in range(random.randint(1, 6))
    ]
    return {
        "name": "x",
        "fields": fields,
        "layout": {"tabs": [{"sections": [{"fields": [f["name"] for f in fields]}]}]},
    }


def _patch(random: Random, doc: Json) -> Json:
    fields = doc["fields"]
    assert isinstance(fields, list)
    place = random.randrange(len(fields) + 1)
    within = min(place, len(fields) - 1)
    return random.choice(
        [
            {"op": "add", "path": f"/fields/{place}", "value": {"type": "date", "name": "new"}},
            {"op": "add", "path": "/fields/-", "value": {"type": "date", "name": "last"}},
            {"op": "remove", "path": f"/fields/{within}"},
            {"op": "add", "path": f"/fields/{within}/label/zh~0a", "value": "字"},
            {"op": "replace", "path": f"/fields/{within}/name", "value": "renamed"},
            {"op": "move", "from": f"/fields/{within}", "path": "/fields/0"},
            {"op": "copy", "from": f"/fields/{within}", "path": f"/fields/{place}"},
            {"op": "test", "path": "/name", "value": "x"},
            {"op": "remove", "path": "/layout"},
            {"op": "replace", "path": "/nothing/here", "value": 1},
            {"op": "remove", "path": f"/fields/{len(fields) + 3}"},
        ]
    )


def test_the_browser_applies_patches_as_the_server_does_and_every_inverse_leads_back() -> None:
    random = Random(7)
    cases: list[Json] = []
    for _ in range(400):
        doc = _document(random)
        cases.append({"doc": doc, "patches": [_patch(random, doc) for _ in range(random.randint(1, 4))]})
    told = 0
    for case, answer in zip(cases, asked(cases), strict=True):
        try:
            wanted = jsonpatch.apply_patch(case["doc"], cast("list[Json]", case["patches"]))
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
            assert "refused" in answer, case
            continue
        assert answer.get("doc") == wanted, case
        assert answer["back"] == case["doc"], case
        told += 1
    assert told > 100


def _form(*fields: Json, **more: object) -> Json:
    return {"name": "x", "fields": list(fields), **more}


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        pytest.param(
            _form({"name": "a", "required": True}, {"name": "b"}),
            _form({"name": "a", "max_length": 5}, {"name": "b"}),
            _form({"name": "a", "max_length": 5, "required": True}, {"name": "b"}),
            id="both changed another property of a field",
        ),
        pytest.param(
            _form({"name": "a"}, {"name": "b"}, {"name": "mine"}),
            _form({"name": "theirs"}, {"name": "a"}, {"name": "b"}),
            _form({"name": "theirs"}, {"name": "a"}, {"name": "b"}, {"name": "mine"}),
            id="both added a field",
        ),
        pytest.param(
            _form({"name": "b"}),
            _form({"name": "a"}, {"name": "b", "unique": True}),
            _form({"name": "b", "unique": True}),
            id="mine took a field away",
        ),
        pytest.param(
            _form({"name": "a", "unique": True}, {"name": "b"}),
            _form({"name": "b"}),
            _form({"name": "b"}, {"name": "a", "unique": True}),
            id="they took away what mine has changed: it comes back",
        ),
        pytest.param(
            _form({"name": "a"}, {"name": "b"}, icon="ship"),
            _form({"name": "a"}, {"name": "b"}, icon="star", title="{a}"),
            _form({"name": "a"}, {"name": "b"}, icon="ship", title="{a}"),
            id="both changed the same: mine stays",
        ),
    ],
)
def test_mine_goes_on_top_of_theirs(mine: Json, theirs: Json, merged: Json) -> None:
    base = _form({"name": "a"}, {"name": "b"})
    (answer,) = asked([{"base": base, "mine": mine, "theirs": theirs}])
    assert answer["merged"] == merged
    assert answer["patched"] == merged


def test_a_field_moves_over_the_borders_of_sections_and_tabs_and_stays_at_the_ends() -> None:
    doc = {
        "layout": {
            "tabs": [
                {"sections": [{"columns": 2, "fields": ["a", "b"]}, {"columns": 1, "fields": []}]},
                {
                    "label": {"en": "More"},
                    "sections": [{"columns": 3, "fields": [{"field": "w", "span": 2}]}],
                },
            ]
        }
    }
    spot = {"tab": 0, "section": 1, "index": 99}
    moves = [
        ["step", "a", 1], ["step", "a", 1], ["step", "a", 1], ["step", "a", -1], ["across", "b", -1], ["across", "b", 1],
        ["put", "w", spot],
    ]  # fmt: skip
    (answer,) = asked([{"doc": doc, "moves": moves}])
    seen = answer["seen"]
    assert isinstance(seen, list)

    def fields(state: Json) -> list[list[object]]:
        tabs = state["tabs"]
        assert isinstance(tabs, list)
        return [section["fields"] for tab in tabs for section in tab["sections"]]

    wide = {"field": "w", "span": 3}
    assert fields(seen[0]) == [["b", "a"], [], [wide]], "and who is wide takes all columns"
    assert fields(seen[1]) == [["b"], ["a"], [wide]]
    assert fields(seen[2]) == [["b"], [], ["a", wide]]
    assert fields(seen[3]) == [["b"], ["a"], [wide]]
    assert fields(seen[4]) == [["b"], ["a"], [wide]], "nothing is before the first section"
    assert fields(seen[5]) == [[], ["a", "b"], [wide]]
    assert fields(seen[6]) == [[], ["a", "b", "w"], []], "one column: nobody is wide"
