"""The doors to accounts, teams, territories, roles and keys, and to one's own account."""

from __future__ import annotations

from tests.architecture.doors.visit import NOWHERE, Door, Doors, Kind, Visit
from tests.architecture.doors.world import World


def _at(
    method: str, path: str, who: Kind, *, json: object = None, form: dict[str, str] | None = None
) -> Door:
    """`{person}` stands for somebody's id, `{nowhere}` for the id of nothing. GETs are read as everybody."""

    def visit(world: World) -> Visit:
        address = path.replace("{person}", world.ids["lina"]).replace("{nowhere}", NOWHERE)
        return Visit(method, address, json=json, form={"_": "", **form} if form is not None else None)

    reads = (
        (lambda world, person: iter((visit(world),))) if method == "GET" else (lambda world, person: iter(()))
    )
    return Door(who, visit, reads)


def _keeper(method: str, path: str, **sent: object) -> Door:
    return _at(method, path, "keeper", **sent)  # type: ignore[arg-type]  # json and form, as in `_at`


def _own(method: str, path: str, **sent: object) -> Door:
    return _at(method, path, "person", **sent)  # type: ignore[arg-type]  # json and form, as in `_at`


_USER = "/api/v1/users/{person}"
_PERSON = "/admin/people/{person}"

OPEN: Doors = {
    ("GET", "/login/with/{service}"): _at("GET", "/login/with/nobody", "open"),
    ("GET", "/login/with/{service}/back"): _at("GET", "/login/with/nobody/back?state=x&code=y", "open"),
    ("GET", "/password/forgot"): _at("GET", "/password/forgot", "open"),
    ("POST", "/password/forgot"): _at("POST", "/password/forgot", "open", form={"email": "x@demo.example"}),
    ("GET", "/password/new"): _at("GET", "/password/new?token=x", "open"),
    ("POST", "/password/new"): _at("POST", "/password/new", "open", form={"token": "x", "password": "y"}),
}

ONESELF: Doors = {
    ("GET", "/me"): _own("GET", "/me"),
    ("POST", "/me"): _own("POST", "/me", form={"name": ""}),
    ("GET", "/me/security"): _own("GET", "/me/security"),
    ("POST", "/me/security/password"): _own("POST", "/me/security/password", form={"current": "x"}),
    ("POST", "/me/sessions/{session_id}/end"): _own("POST", "/me/sessions/{nowhere}/end", form={}),
    ("POST", "/me/sessions/end-others"): _own("POST", "/me/sessions/end-others", form={}),
    ("POST", "/me/second-factor"): _own("POST", "/me/second-factor", form={"code": "1"}),
    ("POST", "/me/second-factor/codes"): _own("POST", "/me/second-factor/codes", form={"password": "x"}),
    ("POST", "/me/second-factor/off"): _own("POST", "/me/second-factor/off", form={"password": "x"}),
    ("GET", "/me/keys"): _own("GET", "/me/keys"),
    ("POST", "/me/keys"): _own("POST", "/me/keys", form={"name": ""}),
    ("POST", "/me/keys/{key_id}/revoke"): _own("POST", "/me/keys/{nowhere}/revoke", form={}),
    # It keeps a secret that is being set up, so it is not read as everybody here.
    ("GET", "/me/second-factor"): Door("person", lambda world: Visit("GET", "/me/second-factor")),
    ("GET", "/api/v1/me/preferences"): _own("GET", "/api/v1/me/preferences"),
    ("PATCH", "/api/v1/me/preferences"): _own("PATCH", "/api/v1/me/preferences", json={}),
    ("GET", "/api/v1/me/sessions"): _own("GET", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{session_id}"): _own("DELETE", "/api/v1/me/sessions/{nowhere}"),
    ("GET", "/api/v1/me/keys"): _own("GET", "/api/v1/me/keys"),
    ("POST", "/api/v1/me/keys"): _own("POST", "/api/v1/me/keys", json={"name": "", "role": "x"}),
    ("DELETE", "/api/v1/me/keys/{key_id}"): _own("DELETE", "/api/v1/me/keys/{nowhere}"),
    ("GET", "/api/v1/me/second-factor"): _own("GET", "/api/v1/me/second-factor"),
    ("POST", "/api/v1/me/second-factor"): _own("POST", "/api/v1/me/second-factor", json={}),
    ("PUT", "/api/v1/me/second-factor"): _own("PUT", "/api/v1/me/second-factor", json={"code": "1"}),
    ("POST", "/api/v1/me/second-factor/codes"): _own("POST", "/api/v1/me/second-factor/codes", json={"password": "x"}),
    ("POST", "/api/v1/me/second-factor/off"): _own("POST", "/api/v1/me/second-factor/off", json={"password": "x"}),
}  # fmt: skip

SCREENS: Doors = {
    ("GET", "/admin/people"): _keeper("GET", "/admin/people"),
    ("GET", "/admin/people/choices"): _keeper("GET", "/admin/people/choices?q=l"),
    ("GET", "/admin/people/new"): _keeper("GET", "/admin/people/new"),
    ("POST", "/admin/people/new"): _keeper("POST", "/admin/people/new", form={"name": "X"}),
    ("GET", "/admin/people/{user_id}"): _keeper("GET", _PERSON),
    ("POST", "/admin/people/{user_id}"): _keeper("POST", _PERSON, form={"name": "X"}),
    ("POST", "/admin/people/{user_id}/deactivate"): _keeper("POST", _PERSON + "/deactivate", form={}),
    ("POST", "/admin/people/{user_id}/reactivate"): _keeper("POST", _PERSON + "/reactivate", form={}),
    ("POST", "/admin/people/{user_id}/unlock"): _keeper("POST", _PERSON + "/unlock", form={}),
    ("POST", "/admin/people/{user_id}/second-factor"): _keeper("POST", _PERSON + "/second-factor", form={}),
    ("POST", "/admin/people/{user_id}/password"): _keeper("POST", _PERSON + "/password", form={"password": "x"}),
    ("POST", "/admin/people/{user_id}/link"): _keeper("POST", _PERSON + "/link", form={}),
    ("POST", "/admin/people/{user_id}/sessions/{session_id}/end"): _keeper("POST", _PERSON + "/sessions/{nowhere}/end", form={}),
    ("POST", "/admin/people/{user_id}/keys/{key_id}/revoke"): _keeper("POST", _PERSON + "/keys/{nowhere}/revoke", form={}),
    ("POST", "/admin/people/{user_id}/view-as"): _keeper("POST", "/admin/people/{nowhere}/view-as", form={}),
    ("POST", "/view-as/end"): _own("POST", "/view-as/end", form={}),
    ("GET", "/admin/teams"): _keeper("GET", "/admin/teams"),
    ("POST", "/admin/teams"): _keeper("POST", "/admin/teams", form={"name": "X"}),
    ("POST", "/admin/teams/{team_id}"): _keeper("POST", "/admin/teams/{nowhere}", form={"name": "X"}),
    ("POST", "/admin/teams/{team_id}/remove"): _keeper("POST", "/admin/teams/{nowhere}/remove", form={}),
    ("GET", "/admin/territories"): _keeper("GET", "/admin/territories"),
    ("GET", "/admin/territories/new"): _keeper("GET", "/admin/territories/new"),
    ("POST", "/admin/territories/new"): _keeper("POST", "/admin/territories/new", form={"name": "X"}),
    ("GET", "/admin/territories/{territory_id}"): Door("keeper", lambda world: Visit("GET", f"/admin/territories/{world.territory}")),
    ("POST", "/admin/territories/{territory_id}"): _keeper("POST", "/admin/territories/{nowhere}", form={"name": "X"}),
    ("POST", "/admin/territories/{territory_id}/remove"): _keeper("POST", "/admin/territories/{nowhere}/remove", form={}),
    ("GET", "/admin/roles"): _keeper("GET", "/admin/roles"),
    ("GET", "/admin/keys"): _keeper("GET", "/admin/keys"),
    ("GET", "/admin/sign-in"): _keeper("GET", "/admin/sign-in"),
    ("POST", "/admin/sign-in"): _keeper("POST", "/admin/sign-in", form={}),
}  # fmt: skip

REST: Doors = {
    ("GET", "/api/v1/users"): _keeper("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"): _keeper("POST", "/api/v1/users", json={"email": "x", "name": "X"}),
    ("GET", "/api/v1/users/{user_id}"): _keeper("GET", _USER),
    ("PATCH", "/api/v1/users/{user_id}"): _keeper("PATCH", _USER, json={"name": "X"}),
    ("POST", "/api/v1/users/{user_id}/{action}"): _keeper("POST", _USER + "/deactivate"),
    ("POST", "/api/v1/users/{user_id}/password"): _keeper("POST", _USER + "/password", json={"password": "x"}),
    ("POST", "/api/v1/users/{user_id}/link"): _keeper("POST", _USER + "/link"),
    ("GET", "/api/v1/users/{user_id}/sessions"): _keeper("GET", _USER + "/sessions"),
    ("DELETE", "/api/v1/users/{user_id}/sessions/{session_id}"): _keeper("DELETE", _USER + "/sessions/{nowhere}"),
    ("GET", "/api/v1/users/{user_id}/keys"): _keeper("GET", _USER + "/keys"),
    ("DELETE", "/api/v1/users/{user_id}/keys/{key_id}"): _keeper("DELETE", _USER + "/keys/{nowhere}"),
    ("GET", "/api/v1/teams"): _keeper("GET", "/api/v1/teams"),
    ("POST", "/api/v1/teams"): _keeper("POST", "/api/v1/teams", json={"name": "X"}),
    ("PATCH", "/api/v1/teams/{team_id}"): _keeper("PATCH", "/api/v1/teams/{nowhere}", json={"name": "X"}),
    ("DELETE", "/api/v1/teams/{team_id}"): _keeper("DELETE", "/api/v1/teams/{nowhere}"),
    ("GET", "/api/v1/territories"): _keeper("GET", "/api/v1/territories"),
    ("POST", "/api/v1/territories"): _keeper("POST", "/api/v1/territories", json={"name": "X"}),
    ("PATCH", "/api/v1/territories/{territory_id}"): _keeper("PATCH", "/api/v1/territories/{nowhere}", json={"name": "X"}),
    ("DELETE", "/api/v1/territories/{territory_id}"): _keeper("DELETE", "/api/v1/territories/{nowhere}"),
    ("GET", "/api/v1/roles"): _keeper("GET", "/api/v1/roles"),
    ("GET", "/api/v1/roles/{name}/users"): _keeper("GET", "/api/v1/roles/admin/users"),
}  # fmt: skip

DOORS: Doors = {**OPEN, **ONESELF, **SCREENS, **REST}
