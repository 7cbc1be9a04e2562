"""The examples of the reference run, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from litestar.handlers import HTTPRouteHandler

from platform_core import definitions
from platform_core.api.definitions import definition_routes
from platform_core.identity import Actor
from tests.definitions.example_kinds import item

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "definitions.md"


def example() -> dict[str, Any]:
    code = "\n".join(
        re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
    names: dict[str, Any] = {"__name__": "definitions_example"}
    exec(compile(code, str(PAGE), "exec", dont_inherit=True), names)  # noqa: S102  (our own page, as a reader would run it)
    return names


async def test_the_kind_of_the_guide_works(db: str, admin: Actor) -> None:
    kind = example()["ShelfKind"]()
    definitions.register_kind(kind)
    try:
        raw = {"kind": "shelf", "schema": 1, "name": "front", "form": "customer", "columns": ["city"]}
        found = await definitions.check([item(raw)], actor=admin)
        assert {problem.code for problem in found.problems} == {"unknown_reference"}
        assert definitions.schema_of("shelf")["title"] == "shelf"
    finally:
        definitions.forget_kind("shelf")


def test_every_route_is_in_the_reference() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for handler in definition_routes():
        assert isinstance(handler, HTTPRouteHandler)
        for path in handler.paths:
            last = path.rsplit("/", 1)[-1].partition(":")[0].strip("{}")
            assert last in text, path
