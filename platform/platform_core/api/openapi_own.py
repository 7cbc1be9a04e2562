"""What the core's own routes look like in the OpenAPI document: signing in, oneself, jobs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import jobs
from platform_core.api.describing import (
    PROBLEM,
    PROBLEM_SCHEMA,
    Json,
    answers,
    json_body,
    parameter,
    reference,
)
from platform_core.api.job_operations import JobFacts, ScheduleView
from platform_core.api.jobs import JobView
from platform_core.api.openapi_lines import OpenApiLine as Line
from platform_core.api.openapi_lines import OpenApiPage, lines_part, shape
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.session import Credentials, Me, NewPassword, SignedIn
from platform_core.identity import Actor

_BODIES = (Credentials, NewPassword, SignedIn, Me, JobView)
_NUMBER: Json = {"type": "integer"}
_STATES = ", ".join(jobs.GROUPS)
_FOUND = (
    parameter(
        "state", "query", f"{_STATES}; dead unless told", {"enum": list(jobs.GROUPS), "default": "dead"}
    ),
    parameter("kind", "query", "Of this kind only"),
    parameter("subject", "query", "About this only"),
    parameter("limit", "query", "1 to 200, 50 unless told", _NUMBER),
    parameter("cursor", "query", "`next_cursor` of the page before"),
)
_COUNTS: Json = {
    "type": "object",
    "description": "How many there are of each state; `oldest`: since when one waits",
}
_DID = shape(job={"type": ["string", "null"], "description": "The job that runs it now"})
_OPERATIONS: tuple[Line, ...] = (
    Line(method="get", path="/jobs", summary="Jobs of a state, with all counts", answer=OpenApiPage(JobFacts, {"counts": _COUNTS}), parameters=_FOUND, guarded=True),
    Line(method="post", path="/jobs/retry", summary="Try every dead job again, or those of one kind", answer=shape(retried=_NUMBER), parameters=(_FOUND[1],), guarded=True),
    *(
        Line(method="post", path=f"/jobs/{{id}}/{act}", summary=f"{act.capitalize()} a job", answer=JobFacts, refusals=(409,), guarded=True)
        for act in ("retry", "cancel", "skip")
    ),
    Line(method="get", path="/schedules", summary="Every schedule with its next time", answer=OpenApiPage(ScheduleView), guarded=True),
    *(
        Line(method="post", path=f"/schedules/{{name}}/{act}", summary=f'{act.capitalize()} a schedule; "/" in its name is written "~"', answer=_DID, refusals=(409,), guarded=True)
        for act in ("run", "pause", "resume")
    ),
)  # fmt: skip


def own_part(_actor: Actor) -> OpenApiPart:
    """The same for everybody; the schemas are those of the structs that the routes read and write."""
    _, schemas = msgspec.json.schema_components(_BODIES, ref_template="#/components/schemas/{name}")
    return OpenApiPart(
        paths={**_session_paths(), **_job_paths()},
        schemas={PROBLEM: PROBLEM_SCHEMA, **schemas},
        tags=(
            {"name": "session", "description": "Signing in"},
            {"name": "jobs", "description": "Background work"},
        ),
    )


def operations_part(actor: Actor) -> OpenApiPart:
    """Lists and acts of those who look after jobs; nothing for others."""
    return lines_part(
        "operations", "Jobs and schedules of everybody", _OPERATIONS if actor.is_unbounded else ()
    )


def _session_paths() -> Mapping[str, Json]:
    signed_in = reference("SignedIn")
    opened = answers({"200": ("Signed in; sets the cookie", signed_in)}, 401, 422, 429)
    return {
        "/api/v1/session": {
            "post": _operation(
                "Sign in", opened, security=[], requestBody=json_body(reference("Credentials"))
            ),
            "get": _operation(
                "Who is signed in, and the token for changes", answers({"200": ("OK", signed_in)}, 401)
            ),
            "delete": _operation("Sign out", answers({"204": ("Signed out", None)})),
        },
        "/api/v1/me": {
            "get": _operation("Who is signed in", answers({"200": ("The user", reference("Me"))}, 401))
        },
        "/api/v1/me/password": {
            "post": _operation(
                "Change one's own password; one's other sessions end",
                answers({"204": ("Changed", None)}, 401, 422, 429),
                requestBody=json_body(reference("NewPassword")),
            )
        },
    }


def _job_paths() -> Mapping[str, Json]:
    found = answers({"200": ("The job", reference("JobView"))}, 401, 404)
    return {
        "/api/v1/jobs/{id}": {
            "get": _operation(
                "State, progress and result of one's own job",
                found,
                tag="jobs",
                parameters=[parameter("id", "path", "The job's id")],
            )
        },
    }


def _operation(summary: str, responses: Json, tag: str = "session", **more: object) -> Json:
    return {"tags": [tag], "summary": summary, **more, "responses": responses}
