"""The doors that lead to no record: signing in, oneself, definitions, jobs, files, the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.architecture.doors.doors_lists import url
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Kind, Pair, Visit
from tests.architecture.doors.world import World


def _get(path: str, who: Kind = "person", **query: str) -> Door:
    """A page or document that a person may open; it is read as everybody and holds nobody's secrets."""
    visit = Visit("GET", url(path, **query))
    return Door(who, lambda world: visit, lambda world, person: iter((visit,)))


def _send(method: str, path: str, body: object = None, who: Kind = "person") -> Door:
    return Door(who, lambda world: Visit(method, path, json=body))


def _posted(path: str, who: Kind = "person", **fields: str) -> Door:
    return Door(who, lambda world: Visit("POST", path, form={"_": "", **fields}))


def _own(path: str, held: Callable[[World], str]) -> Door:
    """Something that belongs to somebody else: as if it did not exist."""

    def visit(one: str) -> Visit:
        return Visit("GET", path.format(one))

    def pairs(world: World, person: str) -> Iterator[Pair]:
        if person != "admin":
            yield Pair(visit(held(world)), visit(NOWHERE), held(world), NOWHERE)

    return Door(
        "person",
        lambda world: visit(held(world)),
        lambda world, person: iter((visit(held(world)),)),
        pairs=pairs,
    )


def _files(path: str) -> Door:
    """A file belongs to the readers of the field that holds it; an upload that nothing holds to its uploader."""

    def visit(one: str) -> Visit:
        return Visit("GET", path.format(one))

    def reads(world: World, person: str) -> Iterator[Visit]:
        yield visit(world.upload)
        yield from (visit(file) for kept in world.all_of("dossier") for file in kept.files.values())

    def pairs(world: World, person: str) -> Iterator[Pair]:
        shut = [
            f for k in world.all_of("dossier") for name, f in k.files.items() if not k.shows(person, name)
        ]
        if person != "admin":
            shut.append(world.upload)
        yield from (Pair(visit(one), visit(NOWHERE), one, NOWHERE) for one in shut)

    return Door("person", lambda world: visit(world.upload), reads, pairs=pairs)


_DEFINITION = "/api/v1/definitions/form/dossier"
_ADMIN = "/admin/definitions/form/dossier"
_ITEM = {"app": "local", "kind": "form", "name": "dossier", "definition": {"kind": "form"}}
_CHANGE_SET = {"items": [_ITEM], "note": "x", "accept": []}

OPEN: Doors = {
    ("GET", "/login"): _get("/login", "open"),
    ("POST", "/login"): _posted("/login", "open", email="x@demo.example", password="x"),
    ("POST", "/api/v1/session"): _send(
        "POST", "/api/v1/session", {"email": "x@demo.example", "password": "x"}, "open"
    ),
    ("DELETE", "/api/v1/session"): _send("DELETE", "/api/v1/session", who="open"),
    ("GET", "/healthz"): _get("/healthz", "open"),
    ("GET", "/readyz"): _get("/readyz", "open"),
    ("GET", "/metrics"): _get("/metrics", "open"),
    ("GET", "/static/{stamp}/{name}"): _get("/static/x/css/app.css", "open"),
}

ONESELF: Doors = {
    ("GET", "/api/v1/session"): Door("person", lambda world: Visit("GET", "/api/v1/me")),
    ("GET", "/api/v1/me"): _get("/api/v1/me"),
    ("GET", "/"): _get("/"),
    ("GET", "/welcome"): _get("/welcome"),
    ("POST", "/logout"): _posted("/logout"),
    ("POST", "/me/preferences"): _posted("/me/preferences", language="en"),
    ("POST", "/api/v1/me/password"): _send(
        "POST", "/api/v1/me/password", {"current": "x", "new": "a new one, quite long"}
    ),
    ("GET", "/choices/users"): _get("/choices/users", q="a"),
    ("GET", "/choices/teams"): _get("/choices/teams", q="s"),
    ("GET", "/dev/patterns"): _get("/dev/patterns"),
    ("GET", "/dev/patterns/people.json"): _get("/dev/patterns/people.json"),
    ("GET", "/dev/patterns/schema.json"): _get("/dev/patterns/schema.json"),
}

DOCUMENTS: Doors = {
    ("GET", "/api/v1/openapi.json"): _get("/api/v1/openapi.json"),
    ("GET", "/api/v1/schemas"): _get("/api/v1/schemas"),
    ("GET", "/api/v1/schemas/{file}"): _get("/api/v1/schemas/form.json"),
}

DEFINITIONS: Doors = {
    ("GET", "/api/v1/definitions"): _get("/api/v1/definitions", "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}"): _get(_DEFINITION, "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}/draft"): _get(_DEFINITION + "/draft", "definer"),
    ("PUT", "/api/v1/definitions/{kind}/{name}/draft"): _send("PUT", _DEFINITION + "/draft", {"kind": "form"}, "definer"),
    ("PATCH", "/api/v1/definitions/{kind}/{name}/draft"): _send("PATCH", _DEFINITION + "/draft", {"rev": 1, "patches": []}, "definer"),
    ("DELETE", "/api/v1/definitions/{kind}/{name}/draft"): _send("DELETE", _DEFINITION + "/draft", who="definer"),
    ("POST", "/api/v1/definitions/{kind}/{name}/check"): _send("POST", _DEFINITION + "/check", {}, "definer"),
    ("POST", "/api/v1/definitions/{kind}/{name}/publish"): _send("POST", _DEFINITION + "/publish", {"note": "", "accept": []}, "definer"),
    ("POST", "/api/v1/definitions/{kind}/{name}/rollback"): _send("POST", _DEFINITION + "/rollback", {"revision": 1}, "definer"),
    ("POST", "/api/v1/definitions/{kind}/{name}/retire"): _send("POST", _DEFINITION + "/retire", {"note": ""}, "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}/rollout"): _get(_DEFINITION + "/rollout", "definer"),
    ("DELETE", "/api/v1/definitions/{kind}/{name}/rollout"): _send("DELETE", _DEFINITION + "/rollout", who="definer"),
    ("GET", "/admin/index-advice"): _get("/admin/index-advice", "definer"),
    ("POST", "/admin/index-advice"): _posted("/admin/index-advice", "definer", form="dossier", field="x"),
    ("GET", "/admin/apps"): _get("/admin/apps", "definer"),
    ("GET", "/admin/apps/{app}/merge"): _get("/admin/apps/local/merge", "definer"),
    ("POST", "/admin/apps/{app}/merge"): _posted("/admin/apps/local/merge", "definer", kind="form", name="dossier"),
    ("GET", "/admin/definitions/{kind}/{name}/rollout"): _get(_ADMIN + "/rollout", "definer"),
    ("POST", "/admin/definitions/{kind}/{name}/rollout/cancel"): _posted(_ADMIN + "/rollout/cancel", "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}/revisions"): _get(_DEFINITION + "/revisions", "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}/revisions/{number}"): _get(_DEFINITION + "/revisions/1", "definer"),
    ("GET", "/api/v1/definitions/{kind}/{name}/diff"): _get(_DEFINITION + "/diff", "definer", **{"from": "0", "to": "1"}),
    ("POST", "/api/v1/changesets/check"): _send("POST", "/api/v1/changesets/check", _CHANGE_SET, "definer"),
    ("POST", "/api/v1/changesets/publish"): _send("POST", "/api/v1/changesets/publish", _CHANGE_SET, "definer"),
    ("GET", "/admin"): _get("/admin", "definer"),
    ("GET", "/admin/definitions"): _get("/admin/definitions", "definer"),
    ("GET", "/admin/definitions/new"): _get("/admin/definitions/new", "definer"),
    ("POST", "/admin/definitions/new"): _posted("/admin/definitions/new", "definer", kind="form", name="x"),
    ("GET", "/admin/definitions/{kind}/{name}"): _get(_ADMIN, "definer"),
    ("POST", "/admin/definitions/{kind}/{name}"): _posted(_ADMIN, "definer", definition="{}"),
    ("POST", "/admin/definitions/{kind}/{name}/autosave"): _posted(_ADMIN + "/autosave", "definer", definition="{}"),
    ("GET", "/admin/definitions/{kind}/{name}/publish"): _get(_ADMIN + "/publish", "definer"),
    ("POST", "/admin/definitions/{kind}/{name}/publish"): _posted(_ADMIN + "/publish", "definer"),
    ("GET", "/admin/definitions/{kind}/{name}/rollback/{number}"): _get(_ADMIN + "/rollback/1", "definer"),
    ("POST", "/admin/definitions/{kind}/{name}/rollback/{number}"): _posted(_ADMIN + "/rollback/1", "definer"),
    ("GET", "/admin/definitions/{kind}/{name}/retire"): _get(_ADMIN + "/retire", "definer"),
    ("POST", "/admin/definitions/{kind}/{name}/retire"): _posted(_ADMIN + "/retire", "definer"),
    ("GET", "/admin/definitions/{kind}/{name}/revisions"): _get(_ADMIN + "/revisions", "definer"),
    ("GET", "/admin/definitions/{kind}/{name}/revisions/{number}"): _get(_ADMIN + "/revisions/1", "definer"),
}  # fmt: skip

BELONGINGS: Doors = {
    ("GET", "/api/v1/jobs/{job_id}"): _own("/api/v1/jobs/{}", lambda world: world.job),
    ("POST", "/api/v1/files"): Door(
        "person", lambda world: Visit("POST", "/api/v1/files", files={"file": ("a.txt", b"a", "text/plain")})
    ),
    ("GET", "/api/v1/files/{file_id}"): _files("/api/v1/files/{}"),
    ("GET", "/files/{file_id}"): _files("/files/{}"),
}

_JOB, _SCHEDULE = f"/jobs/{NOWHERE}", "/schedules/records.purge"

JOBS: Doors = {
    ("GET", "/api/v1/jobs"): _get("/api/v1/jobs", "definer"),
    ("POST", "/api/v1/jobs/retry"): _send("POST", "/api/v1/jobs/retry", who="definer"),
    ("POST", "/api/v1/jobs/{job_id}/{action}"): _send("POST", f"/api/v1{_JOB}/retry", who="definer"),
    ("GET", "/api/v1/schedules"): _get("/api/v1/schedules", "definer"),
    ("POST", "/api/v1/schedules/{name}/{action}"): _send("POST", f"/api/v1{_SCHEDULE}/pause", who="definer"),
    ("GET", "/admin/jobs"): _get("/admin/jobs", "definer"),
    ("GET", "/admin/jobs/{job_id}"): Door("definer", lambda world: Visit("GET", f"/admin/jobs/{world.job}")),
    ("POST", "/admin/jobs/{job_id}/{action}"): _posted(f"/admin{_JOB}/retry", "definer"),
    ("POST", "/admin/jobs/retry-dead"): _posted("/admin/jobs/retry-dead", "definer"),
    ("GET", "/admin/jobs/schedules"): _get("/admin/jobs/schedules", "definer"),
    ("POST", "/admin/jobs/schedules/{name}/{action}"): _posted("/admin/jobs" + _SCHEDULE + "/pause", "definer"),
    ("GET", "/admin/jobs/workers"): _get("/admin/jobs/workers", "definer"),
}  # fmt: skip

OPERATIONS: Doors = {
    ("GET", "/api/v1/audit"): _get("/api/v1/audit", "definer"),
    ("GET", "/api/v1/audit/access"): _get("/api/v1/audit/access", "definer"),
    ("GET", "/api/v1/audit/lines.csv"): _get("/api/v1/audit/lines.csv", "definer"),
    ("GET", "/admin/audit"): _get("/admin/audit", "definer"),
    ("GET", "/admin/audit/access"): _get("/admin/audit/access", "definer"),
    ("GET", "/admin/audit/lines.csv"): _get("/admin/audit/lines.csv", "definer"),
    ("GET", "/admin/health"): _get("/admin/health", "definer"),
    ("POST", "/admin/health/jobs/retry"): _posted("/admin/health/jobs/retry", "definer"),
    ("POST", "/admin/health/slow/forget"): _posted("/admin/health/slow/forget", "definer"),
}
"""Who may change definitions may read the audit here, because both are an admin's."""

DOORS: Doors = {**JOBS, **OPERATIONS, **OPEN, **ONESELF, **DOCUMENTS, **DEFINITIONS, **BELONGINGS}
