"""The doors of imports and exports: somebody else's do not exist, and nobody takes out what they may not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.architecture.doors.doors_lists import FORMS, NO_FIELD, unheard_fields, url
from tests.architecture.doors.oracle import sight
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Pair, Visit
from tests.architecture.doors.world import World

Request = Callable[[str], Visit]
"""The id of an import or job to a request."""


def _others(request: Request, held: Callable[[World], str], *, changes: bool = False) -> Door:
    """Something that the admin has begun: for everybody else as if it did not exist."""

    def visits(world: World, person: str) -> Iterator[Visit]:
        if person != "admin":
            yield request(held(world))

    def pairs(world: World, person: str) -> Iterator[Pair]:
        if person != "admin":
            yield Pair(request(held(world)), request(NOWHERE), held(world), NOWHERE)

    def sample(world: World) -> Visit:
        return request(held(world))

    if changes:
        return Door("person", sample, tries=visits, pairs=pairs)
    return Door("person", sample, reads=visits, pairs=pairs)


def _import(method: str, path: str, body: object = None, form: Mapping[str, str] | None = None) -> Door:
    return _others(
        lambda one: Visit(method, path.format(one), json=body, form=form),
        lambda world: world.import_id,
        changes=method != "GET",
    )


def _file(path: str, text: str) -> Visit:
    return Visit("POST", path, files={"file": ("rows.csv", text.encode(), "text/csv")})


def _upload_reads(path: str) -> Callable[[World, str], Iterator[Visit]]:
    """A file is uploaded to forms that one may and may not import into; its columns are guessed among known fields."""

    def reads(world: World, person: str) -> Iterator[Visit]:
        for form in FORMS:
            yield _file(path.format(form), "Name,Hushwort,Veilcart,Hush word\nx,y,z,w\n")

    return reads


def _form_reads(rest: str) -> Callable[[World, str], Iterator[Visit]]:
    return lambda world, person: (Visit("GET", f"/r/{form}/{rest}") for form in FORMS)


def _export(form: str, **order: object) -> Visit:
    return Visit(
        "POST", f"/api/v1/records/{form}/export", json={"format": "csv", "reason": "looking", **order}
    )


def _export_pairs(world: World, person: str) -> Iterator[Pair]:
    for form, name in unheard_fields(person):
        if form == "dossier":
            for order in ("filter", "fields"):
                asked = [
                    _export(form, **{order: f"blank({word})" if order == "filter" else [word]})
                    for word in (name, NO_FIELD)
                ]
                yield Pair(asked[0], asked[1], name, NO_FIELD)


def _export_form_reads(world: World, person: str) -> Iterator[Visit]:
    for form in FORMS:
        yield Visit("GET", f"/r/{form}/export")
    for view in ("all", "special", "dated"):
        yield Visit("GET", url("/r/dossier/export", view=view))


def _export_post_reads(world: World, person: str) -> Iterator[Visit]:
    """Refused for want of a reason or with a wrong condition, and shown again."""
    if sight("dossier", person).rows:
        for more in ({"view": "special"}, {"filter": "blank(hushwort)"}, {"view": "dated"}):
            yield Visit("POST", "/r/dossier/export", form={"format": "pdf", "reason": "", **more})


_API = "/api/v1/imports/{}"
_SCREEN = "/r/dossier/import/{}"
_KEY, _ID = "/api/v1/imports/{key}", "/r/{form}/import/{import_id}"

DOORS: Doors = {
    ("POST", _KEY): Door(
        "person", lambda world: _file("/api/v1/imports/dossier", "Name\nx\n"), _upload_reads("/api/v1/imports/{}")
    ),
    ("GET", _KEY): _import("GET", _API),
    ("PUT", _KEY): _import("PUT", _API, {"mapping": {"Name": "name"}}),
    ("PATCH", _KEY): _import("PATCH", _API, {"mapping": {"Name": "name"}}),
    ("POST", _KEY + "/check"): _import("POST", _API + "/check", {}),
    ("POST", _KEY + "/commit"): _import("POST", _API + "/commit", {}),
    ("POST", _KEY + "/undo"): _import("POST", _API + "/undo", {}),
    ("GET", _KEY + "/refused.csv"): _import("GET", _API + "/refused.csv"),
    ("GET", "/r/{form}/import"): Door("person", lambda world: Visit("GET", "/r/dossier/import"), _form_reads("import")),
    ("GET", "/r/{form}/imports"): Door("person", lambda world: Visit("GET", "/r/dossier/imports"), _form_reads("imports")),
    ("POST", "/r/{form}/import"): Door(
        "person", lambda world: _file("/r/dossier/import", "Name\nx\n"), _upload_reads("/r/{}/import")
    ),
    ("GET", _ID): _import("GET", _SCREEN),
    ("POST", _ID + "/columns"): _import("POST", _SCREEN + "/columns", form={"column.0": "name"}),
    ("POST", _ID + "/commit"): _import("POST", _SCREEN + "/commit", form={"skip_refused": "true"}),
    ("POST", _ID + "/undo"): _import("POST", _SCREEN + "/undo", form={"_": ""}),
    ("GET", _ID + "/refused.csv"): _import("GET", _SCREEN + "/refused.csv"),
    ("POST", "/api/v1/records/{form}/export"): Door("person", lambda world: _export("dossier"), pairs=_export_pairs),
    ("GET", "/r/{form}/export"): Door("person", lambda world: Visit("GET", "/r/dossier/export"), _export_form_reads),
    ("POST", "/r/{form}/export"): Door(
        "person", lambda world: Visit("POST", "/r/dossier/export", form={"format": "csv"}), _export_post_reads
    ),
    ("GET", "/r/{form}/export/{job_id}"): _others(
        lambda one: Visit("GET", f"/r/dossier/export/{one}"), lambda world: world.export
    ),
}  # fmt: skip
