"""The OpenAPI document and the router say the same: every route is described, to whom it is for, in a sound document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest

from tests.architecture.doors.every_door import EVERY_DOOR, routes_of
from tests.architecture.openapi_shape import DOCUMENT
from tests.fixtures_crm import Crm

BELOW = "/api/v1/"
UNDESCRIBED = {("GET", "/api/v1/openapi.json"): "the document itself"}
# Their samples name no calendar, which is answered alike to everybody; what there is, planners alone may read.
PLANNED = ("GET", "/api/v1/calendars/{calendar_id}"), ("GET", "/api/v1/calendars/{calendar_id}/days")
METHODS = ("get", "put", "post", "delete", "patch")

Place = tuple[str, str]


async def _document(crm: Crm, person: str) -> dict[str, Any]:
    return await (await crm.login(person)).api("GET", "/openapi.json")


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any]]]:
    """(method, path, operation, parameters of both the path and the operation)."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                found = item[method]
                yield method, path, found, [*item.get("parameters", ()), *found.get("parameters", ())]


def _described(document: Mapping[str, Any]) -> set[Place]:
    return {(method.upper(), path) for method, path, _, _ in _operations(document)}


def _is_of(place: Place, route: Place) -> bool:
    """Whether a described path is one of a route's: "/records/account/{id}" is of "/records/{form}/{record}"."""
    spelt = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"({[^}]*})", route[1])
    )
    return place[0] == route[0] and re.fullmatch(spelt, place[1]) is not None


def _nearest(place: Place, routes: set[Place]) -> Place | None:
    """The route that the router would choose: the one with the fewest parameters."""
    return min(
        (route for route in routes if _is_of(place, route)), key=lambda r: r[1].count("{"), default=None
    )


def _routes(crm: Crm) -> set[Place]:
    return {(method, path) for method, path in routes_of(crm.registry) if path.startswith(BELOW)}


async def test_an_admin_is_told_of_every_route_of_the_api(crm: Crm) -> None:
    routes = _routes(crm)
    told = {_nearest(place, routes) for place in _described(await _document(crm, "admin"))}
    assert routes - told - UNDESCRIBED.keys() == set(), (
        "describe these routes in a part of the OpenAPI document"
    )
    assert UNDESCRIBED.keys() <= routes - told, "a reason for a route that is described, or is not there"


async def test_everything_that_is_described_is_a_route(crm: Crm) -> None:
    routes = set(routes_of(crm.registry))
    for person in ("admin", "lina", "finance"):
        described = _described(await _document(crm, person))
        assert {place for place in described if _nearest(place, routes) is None} == set()


async def test_who_may_not_open_a_door_is_not_told_of_it(crm: Crm) -> None:
    """What the doors' table keeps for those who define or manage people; the rest is for whoever has signed in."""
    routes = _routes(crm)
    guarded = {place for place in routes if EVERY_DOOR[place].who in ("definer", "keeper")}
    told = {_nearest(place, routes) for place in _described(await _document(crm, "lina"))}
    assert told & guarded == set()
    ordinary = {place for place in routes - guarded if not place[1].startswith("/api/v1/records/")}
    imports = {place for place in ordinary if place[1].startswith("/api/v1/imports")}
    assert ordinary - imports - told - UNDESCRIBED.keys() - set(PLANNED) == set()


@pytest.mark.parametrize("person", ["admin", "lina"])
async def test_the_document_is_sound(crm: Crm, person: str) -> None:
    document = await _document(crm, person)
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)
    assert _wrong_references(document) == []
    ids = Counter(found["operationId"] for _, _, found, _ in _operations(document))
    assert [name for name, times in ids.items() if times > 1] == []
    tags = [tag["name"] for tag in document["tags"]]
    assert len(tags) == len(set(tags))
    for method, path, found, parameters in _operations(document):
        where = f"{method} {path}"
        assert set(found["tags"]) <= set(tags), where
        in_path = {each["name"] for each in parameters if each["in"] == "path"}
        assert in_path == set(re.findall(r"{([^}]*)}", path)), where
        names = [(each["name"], each["in"]) for each in parameters]
        assert len(names) == len(set(names)), where


async def test_every_answer_says_what_it_looks_like(crm: Crm) -> None:
    """But those without a body: 204, and a way to go on (302)."""
    mute = []
    for method, path, found, _ in _operations(await _document(crm, "admin")):
        for status, answer in found["responses"].items():
            if status not in ("204", "302") and "content" not in answer:
                mute.append(f"{method} {path}: {status}")
    assert mute == []


async def test_every_schema_is_one(crm: Crm) -> None:
    document = await _document(crm, "admin")
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def _wrong_references(document: Mapping[str, Any]) -> list[str]:
    wrong: list[str] = []

    def look(found: object) -> None:
        if isinstance(found, dict):
            named = found.get("$ref")
            if isinstance(named, str) and not _leads_somewhere(document, named):
                wrong.append(named)
            for one in found.values():
                look(one)
        elif isinstance(found, list):
            for one in found:
                look(one)

    look(document)
    return wrong


def _leads_somewhere(document: Mapping[str, Any], reference: str) -> bool:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return reference.startswith("#/")
