"""`/admin/dictionaries/{name}`: a choice list edited without code, and two of its values made one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from form_engine.builders.hosting import AnyRequest, Host, change, go, host_page, hosted, text_of, world_for
from form_engine.dictionary.definition import COLORS
from form_engine.dictionary.merging import subject_of
from form_engine.dictionary.places import Place, count, places_of
from form_engine.fields.in_use import types_in_use
from platform_core import jobs, web
from platform_core.errors import Invalid
from platform_core.i18n import N_, _
from platform_core.web import Option

_ONE = "/admin/dictionaries/{name:str}"
_SHOWN = ("key", "label", "color", "active", "parent", "aliases", "order")
_COLOR_WORDS = {
    "gray": N_("Grey"), "blue": N_("Blue"), "green": N_("Green"), "amber": N_("Amber"), "red": N_("Red"),
    "purple": N_("Purple"), "teal": N_("Teal"), "pink": N_("Pink"),
}  # fmt: skip


class Use(Struct, frozen=True):
    """Records of one form that hold a value; `url` shows them, empty where a list cannot."""

    form: str
    field: str
    count: int
    url: str


class Line(Struct, frozen=True):
    """One value on the page. `stands`: published under this key, which therefore stays."""

    key: str
    label: Mapping[str, str]
    color: str
    active: bool
    parent: str
    aliases: Mapping[str, str]
    raw: Mapping[str, object]
    rest: Mapping[str, object]
    depth: int
    stands: bool
    merged_into: str
    merged_label: str
    uses: tuple[Use, ...]

    @property
    def total(self) -> int:
        return sum(use.count for use in self.uses)


@get(_ONE, name="dictionary_editor")
async def edit_dictionary(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """The values in their order, what each is called, and who holds it."""
    host = await hosted(request, "dictionary", name)
    lines = await _lines(host)
    return host_page(
        request,
        host,
        "form_engine/builders/dictionary.html",
        lines=[one for one in lines if not one.merged_into],
        merged=[one for one in lines if one.merged_into],
        colors=[Option(color, _(_COLOR_WORDS[color])) for color in COLORS],
        parents=[Option(one.key, text_of(one.label) or one.key) for one in lines if not one.merged_into],
        action=_url(host),
        blank_line=_blank,
        working=await _working(host),
    )


@post(_ONE + "/merge", status_code=303, name="merge_values")
async def merge(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Note in the draft that one value takes another over; it happens when the draft is published."""
    host, posted = await hosted(request, "dictionary", name), await request.form()
    key, into = str(posted.get("value", "")), str(posted.get("into", ""))
    values = _values(host.raw)
    keys = {str(one.get("key")): place for place, one in enumerate(values)}
    if key not in keys or into not in keys or key == into or values[keys[into]].get("merged_into"):
        raise Invalid.one("/into", "merge", N_("Choose two different values of this list."))
    await change(host, list(_merging(values, key, into)), web.actor(request))
    return go(_url(host))


@post(_ONE + "/unmerge", status_code=303, name="unmerge_value")
async def unmerge(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Let a merged value stand on its own again; its records come back when the draft is published."""
    host, posted = await hosted(request, "dictionary", name), await request.form()
    patches: list[dict[str, object]] = [
        {"op": "remove", "path": f"/values/{place}/merged_into"}
        for place, one in enumerate(_values(host.raw))
        if one.get("key") == posted.get("value") and "merged_into" in one
    ]
    if patches:
        await change(host, patches, web.actor(request))
    return go(_url(host))


def dictionary_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (edit_dictionary, merge, unmerge)


def _url(host: Host) -> str:
    return f"/admin/dictionaries/{quote(host.key.full_name)}"


def _merging(values: Sequence[Mapping[str, object]], key: str, into: str) -> list[dict[str, object]]:
    """What follows from a merge: values merged into the one that goes, and those below it, go along."""
    patches: list[dict[str, object]] = []
    for place, one in enumerate(values):
        if one.get("key") == key or one.get("merged_into") == key:
            patches.append({"op": "add", "path": f"/values/{place}/merged_into", "value": into})
        if one.get("parent") == key and one.get("key") != into:
            patches.append({"op": "replace", "path": f"/values/{place}/parent", "value": into})
        elif one.get("parent") == key:
            patches.append({"op": "remove", "path": f"/values/{place}/parent"})
    return patches


def _values(raw: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = raw.get("values")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


async def _lines(host: Host) -> list[Line]:
    values = _values(host.raw)
    used = await _uses(host, [str(one.get("key", "")) for one in values])
    standing = world_for(host.key).definition(host.key)
    published = {one.key for one in standing.values} if standing is not None else set()
    labels = {str(one.get("key", "")): text_of(one.get("label")) for one in values}
    return [_line(one, depth, published, labels, used) for one, depth in _ordered(values)]


def _line(
    one: Mapping[str, object],
    depth: int,
    published: set[str],
    labels: Mapping[str, str],
    used: Mapping[str, tuple[Use, ...]],
) -> Line:
    key, into = str(one.get("key", "")), str(one.get("merged_into") or "")
    return Line(
        key=key, label=_texts(one.get("label")), color=str(one.get("color") or ""), active=one.get("active") is not False,
        parent=str(one.get("parent") or ""), aliases=_texts(one.get("aliases")),
        raw={name: value for name, value in one.items() if name != "order"},
        rest={name: value for name, value in one.items() if name not in _SHOWN}, depth=depth, stands=key in published,
        merged_into=into, merged_label=labels.get(into) or into, uses=used.get(key, ()),
    )  # fmt: skip


def _blank() -> Line:
    """What a new value starts with."""
    return _line({}, 0, set(), {}, {})


def _texts(found: object) -> Mapping[str, str]:
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def _ordered(values: Sequence[Mapping[str, object]]) -> list[tuple[Mapping[str, object], int]]:
    """As they are offered: by order, each above those below it."""
    known = {one.get("key") for one in values}
    below: dict[object, list[Mapping[str, object]]] = {}
    for one in sorted(values, key=lambda one: _number(one.get("order"))):
        below.setdefault(one.get("parent") if one.get("parent") in known else None, []).append(one)
    found: list[tuple[Mapping[str, object], int]] = []
    seen: set[int] = set()

    def walk(parent: object, depth: int) -> None:
        for one in below.get(parent, ()):
            if id(one) not in seen:
                seen.add(id(one))
                found.append((one, depth))
                walk(one.get("key"), depth + 1)

    walk(None, 0)
    return [*found, *((one, 0) for one in values if id(one) not in seen)]  # what stands below itself


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


async def _uses(host: Host, keys: Sequence[str]) -> dict[str, tuple[Use, ...]]:
    found: dict[str, tuple[Use, ...]] = {}
    for place in places_of(host.key, types_in_use(), world_for(host.key)):
        for key, number in (await count(place, [key for key in keys if key])).items():
            use = Use(place.form_label, place.field_label, number, _list_url(place, key))
            found[key] = (*found.get(key, ()), use)
    return found


def _list_url(place: Place, key: str) -> str:
    """The records that hold a value; a column of a table field has no list of its own."""
    if "." in place.path:
        return ""
    many = place.slot.columns[0].type.kind == "json"
    rule = {"field": place.path, "op": "includes" if many else "eq", "value": key}
    return f"/r/{quote(place.form)}?filter={quote(json.dumps({'match': 'all', 'rules': [rule]}))}"


async def _working(host: Host) -> bool:
    """Whether records are on their way from one value to another."""
    found = await jobs.find(subject=subject_of(host.key.full_name), limit=1)
    return any(job.state in ("ready", "leased") for job in found)
