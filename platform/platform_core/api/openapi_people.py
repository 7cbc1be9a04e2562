"""What the routes about people and oneself look like in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from platform_core import identity
from platform_core.api import people_bodies as bodies
from platform_core.api.describing import Json, answers, json_body, parameter, reference
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.identity import Actor, OpenSession, SecondFactor, Team, Territory, UserChanges
from platform_core.permissions import RoleChoice

_OF_ONESELF = (
    bodies.Preferences, bodies.Key, bodies.NewKey, bodies.MadeKey, bodies.Code, bodies.OwnPassword, bodies.ToScan,
    bodies.RecoveryCodes, OpenSession, SecondFactor,
)  # fmt: skip
_OF_PEOPLE = (
    bodies.Account, bodies.NewAccount, bodies.OpenedAccount, bodies.PasswordToSet, bodies.OneTimeLink, bodies.NewTeam,
    bodies.NewTerritory, Team, Territory, UserChanges,
    RoleChoice,
)  # fmt: skip

# method, path below /api/v1, summary, body, success status, answer ("[X]": a page of X)
_Line = tuple[str, str, str, str, int, str]

_ONESELF: tuple[_Line, ...] = (
    ("get", "/me/preferences", "How one wants to be spoken to", "", 200, "Preferences"),
    ("patch", "/me/preferences", "Change one's preferences", "Preferences", 204, ""),
    ("get", "/me/sessions", "Where one is signed in", "", 200, "[OpenSession]"),
    ("delete", "/me/sessions/{id}", "End one of one's sessions", "", 204, ""),
    ("get", "/me/keys", "One's API keys", "", 200, "[Key]"),
    ("post", "/me/keys", "Make an API key; its text is told this once", "NewKey", 201, "MadeKey"),
    ("delete", "/me/keys/{id}", "Revoke one of one's API keys", "", 204, ""),
    ("get", "/me/second-factor", "Whether there is a second factor", "", 200, "SecondFactor"),
    ("post", "/me/second-factor", "Begin to set up a second factor", "", 200, "ToScan"),
    ("put", "/me/second-factor", "Switch it on with a first code", "Code", 200, "RecoveryCodes"),
    ("post", "/me/second-factor/codes", "New recovery codes", "OwnPassword", 200, "RecoveryCodes"),
    ("post", "/me/second-factor/off", "Switch it off", "OwnPassword", 204, ""),
)
_PEOPLE: tuple[_Line, ...] = (
    ("get", "/users", "Accounts by name (q, role, team, state, limit, cursor)", "", 200, "[Account]"),
    ("post", "/users", "Open an account", "NewAccount", 201, "OpenedAccount"),
    ("get", "/users/{id}", "One account", "", 200, "Account"),
    ("patch", "/users/{id}", "Change an account", "UserChanges", 200, "Account"),
    ("post", "/users/{id}/{action}", "deactivate, reactivate, unlock, reset-second-factor", "", 204, ""),
    ("post", "/users/{id}/password", "Set a password; sessions end", "PasswordToSet", 204, ""),
    ("post", "/users/{id}/link", "A one-time link to choose a password", "", 201, "OneTimeLink"),
    ("get", "/users/{id}/sessions", "Somebody's sessions", "", 200, "[OpenSession]"),
    ("delete", "/users/{id}/sessions/{session_id}", "End one of them", "", 204, ""),
    ("get", "/users/{id}/keys", "Somebody's API keys", "", 200, "[Key]"),
    ("delete", "/users/{id}/keys/{key_id}", "Revoke one of them", "", 204, ""),
    ("get", "/teams", "All teams", "", 200, "[Team]"),
    ("post", "/teams", "A new team", "NewTeam", 201, "Team"),
    ("patch", "/teams/{id}", "Another name and place", "NewTeam", 200, "Team"),
    ("delete", "/teams/{id}", "Take an empty team away", "", 204, ""),
    ("get", "/territories", "All territories", "", 200, "[Territory]"),
    ("post", "/territories", "A new territory", "NewTerritory", 201, "Territory"),
    ("patch", "/territories/{id}", "Say anew what it is", "NewTerritory", 200, "Territory"),
    ("delete", "/territories/{id}", "Take a territory away", "", 204, ""),
    ("get", "/roles", "Every role", "", 200, "[RoleChoice]"),
    ("get", "/roles/{name}/users", "Who has a role: id and name", "", 200, "[object]"),
)


def people_part(actor: Actor) -> OpenApiPart:
    """Oneself for everybody; people for who may manage them."""
    keeps = identity.may_manage_people(actor)
    used = (*_OF_ONESELF, *(_OF_PEOPLE if keeps else ()))
    _, schemas = msgspec.json.schema_components(used, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, object]] = {}
    for tag, lines in (("me", _ONESELF), ("people", _PEOPLE if keeps else ())):
        for line in lines:
            paths.setdefault(f"/api/v1{line[1]}", {})[line[0]] = _operation(tag, line)
    tags = [{"name": "me", "description": "One's own account"}]
    if keeps:
        tags.append({"name": "people", "description": "Accounts, teams, territories, roles"})
    return OpenApiPart(paths=paths, schemas=schemas, tags=tuple(tags))


def _operation(tag: str, line: _Line) -> Json:
    _method, path, summary, body, status, answer = line
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    refusals = (401, 403, 404, 409, 422) if names or body else (401, 403)
    made: Json = {
        "tags": [tag],
        "summary": summary,
        "responses": answers({str(status): (summary, _schema(answer))}, *refusals),
    }
    if names:
        made["parameters"] = [parameter(name, "path", name.replace("_", " ")) for name in names]
    return made | ({"requestBody": json_body(reference(body))} if body else {})


def _schema(answer: str) -> Mapping[str, object] | None:
    if not answer:
        return None
    if not answer.startswith("["):
        return reference(answer)
    item: Json = {"type": "object"} if answer == "[object]" else reference(answer[1:-1])
    return {
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
