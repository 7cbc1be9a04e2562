"""The doors of notices, of live updates, and of what an admin sets up with other systems."""

from __future__ import annotations

from tests.architecture.doors.doors_house import _get, _own, _posted, _send
from tests.architecture.doors.visit import NOWHERE, Door, Doors, Visit

_NOTICE, _API_NOTICE = f"/notifications/{NOWHERE}", f"/api/v1/notifications/{NOWHERE}"
_ADDRESS = f"/admin/inbox/addresses/{NOWHERE}"

NOTICES: Doors = {
    ("GET", "/notifications"): _get("/notifications"),
    ("GET", "/notifications/panel"): _get("/notifications/panel"),
    ("GET", "/notifications/preferences"): _get("/notifications/preferences"),
    ("POST", "/notifications/preferences"): _posted("/notifications/preferences"),
    ("GET", "/notifications/{notice}"): _own("/notifications/{}", lambda world: world.notice),
    ("POST", "/notifications/{notice}"): _posted(_NOTICE, do="read"),
    ("POST", "/notifications/read"): _posted("/notifications/read"),
    ("GET", "/api/v1/notifications"): _get("/api/v1/notifications"),
    ("GET", "/api/v1/notifications/unread"): _get("/api/v1/notifications/unread"),
    ("GET", "/api/v1/notifications/preferences"): _get("/api/v1/notifications/preferences"),
    ("PUT", "/api/v1/notifications/preferences/{topic}"): _send(
        "PUT", "/api/v1/notifications/preferences/owner", {"in_app": True, "mail": "off"}
    ),
    ("PATCH", "/api/v1/notifications/{notice}"): _send("PATCH", _API_NOTICE, {"read": True}),
    ("DELETE", "/api/v1/notifications/{notice}"): _send("DELETE", _API_NOTICE),
    ("POST", "/api/v1/notifications/read"): _send("POST", "/api/v1/notifications/read"),
    # It does not end: tests/notifications/test_live.py listens to it.
    ("GET", "/api/v1/events"): Door("person", lambda world: Visit("GET", "/api/v1/events")),
}

SET_UP: Doors = {
    ("GET", "/admin/secrets"): _get("/admin/secrets", "definer"),
    ("POST", "/admin/secrets"): _posted("/admin/secrets", "definer", name="x", value="y"),
    ("POST", "/admin/secrets/{name}/remove"): _posted("/admin/secrets/x/remove", "definer"),
    ("GET", "/api/v1/secrets"): _get("/api/v1/secrets", "definer"),
    ("PUT", "/api/v1/secrets/{name}"): _send("PUT", "/api/v1/secrets/x", {"value": "y"}, "definer"),
    ("DELETE", "/api/v1/secrets/{name}"): _send("DELETE", "/api/v1/secrets/x", who="definer"),
    ("GET", "/admin/mail"): _get("/admin/mail", "definer"),
    ("POST", "/admin/mail/test"): _posted("/admin/mail/test", "definer"),
    ("POST", "/admin/mail/{job}/retry"): _posted(f"/admin/mail/{NOWHERE}/retry", "definer"),
    ("GET", "/admin/inbox"): _get("/admin/inbox", "definer"),
    ("GET", "/admin/inbox/{received}"): Door("definer", lambda world: Visit("GET", f"/admin/inbox/{world.received}")),
    ("POST", "/admin/inbox/{received}/retry"): _posted(f"/admin/inbox/{NOWHERE}/retry", "definer"),
    ("GET", "/admin/inbox/addresses"): _get("/admin/inbox/addresses", "definer"),
    ("POST", "/admin/inbox/addresses"): _posted("/admin/inbox/addresses", "definer", name="x"),
    ("POST", "/admin/inbox/addresses/{endpoint}"): _posted(_ADDRESS, "definer", do="off"),
    ("GET", "/api/v1/inbox"): _get("/api/v1/inbox", "definer"),
    ("GET", "/api/v1/inbox/{received}"): Door("definer", lambda world: Visit("GET", f"/api/v1/inbox/{world.received}")),
    ("POST", "/api/v1/inbox/{received}/retry"): _send("POST", f"/api/v1/inbox/{NOWHERE}/retry", {}, "definer"),
    ("POST", "/hooks/{connector}/{token}"): _send("POST", f"/hooks/webhook/{'x' * 32}", {"a": 1}, "open"),
}  # fmt: skip

DOORS: Doors = {**NOTICES, **SET_UP}
