"""The doors of plugins: an admin's screens and API, and the lists of codes that everybody who has signed in may ask."""

from __future__ import annotations

from tests.architecture.doors.doors_house import _get, _posted, _send
from tests.architecture.doors.visit import Doors

_ONE, _API = "/admin/plugins/hs_codes", "/api/v1/plugins/hs_codes"

DOORS: Doors = {
    ("GET", "/admin/plugins"): _get("/admin/plugins", "definer"),
    ("GET", "/admin/plugins/{name}"): _get(_ONE, "definer"),
    ("POST", "/admin/plugins/{name}/{doing}"): _posted(_ONE + "/install", "definer"),
    ("GET", "/api/v1/plugins"): _get("/api/v1/plugins", "definer"),
    ("GET", "/api/v1/plugins/{name}"): _get(_API, "definer"),
    ("POST", "/api/v1/plugins/{name}/install"): _send("POST", _API + "/install", {}, "definer"),
    ("POST", "/api/v1/plugins/{name}/enable"): _send("POST", _API + "/enable", {}, "definer"),
    ("POST", "/api/v1/plugins/{name}/disable"): _send("POST", _API + "/disable", {}, "definer"),
    ("PUT", "/api/v1/plugins/{name}/settings"): _send("PUT", _API + "/settings", {}, "definer"),
    ("POST", "/api/v1/plugins/{name}/remove"): _send("POST", _API + "/remove", {}, "definer"),
    ("GET", "/choices/codes/{name}"): _get("/choices/codes/hs_codes", q="84"),
}
