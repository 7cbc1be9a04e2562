"""What the core's own routes look like in the OpenAPI document: signing in, oneself, jobs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core.api.describing import (
    PROBLEM,
    PROBLEM_SCHEMA,
    Json,
    answers,
    json_body,
    parameter,
    reference,
)
from platform_core.api.jobs import JobView
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.session import Credentials, Me, NewPassword, SignedIn
from platform_core.identity import Actor

_BODIES = (Credentials, NewPassword, SignedIn, Me, JobView)


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
        **_operator_paths(),
    }


def _operator_paths() -> Mapping[str, Json]:
    """Lists and acts of those who look after jobs."""
    job, name = parameter("id", "path", "The job's id"), parameter("name", "path", "The schedule's name")
    what = [
        parameter(one, "query", one.capitalize()) for one in ("state", "kind", "subject", "limit", "cursor")
    ]
    listed, told = answers({"200": ("A page", {"type": "object"})}, 401, 403), {"type": "object"}
    acted = answers({"200": ("As it stands now", told)}, 401, 403, 404, 409)
    paths: dict[str, Json] = {
        "/api/v1/jobs": {
            "get": _operation("Jobs of a state, for admins", listed, tag="jobs", parameters=what)
        },
        "/api/v1/jobs/retry": {"post": _operation("Try every dead job again", acted, tag="jobs")},
        "/api/v1/schedules": {"get": _operation("What fires when, for admins", listed, tag="jobs")},
    }
    for action in ("retry", "cancel", "skip"):
        summary = f"{action.capitalize()} a job"
        act = _operation(summary, acted, tag="jobs", parameters=[job])
        paths[f"/api/v1/jobs/{{id}}/{action}"] = {"post": act}
    for action in ("run", "pause", "resume"):
        summary = f"{action.capitalize()} a schedule"
        act = _operation(summary, acted, tag="jobs", parameters=[name])
        paths[f"/api/v1/schedules/{{name}}/{action}"] = {"post": act}
    return paths


def _operation(summary: str, responses: Json, tag: str = "session", **more: object) -> Json:
    return {"tags": [tag], "summary": summary, **more, "responses": responses}
