"""The doors of working hours, absences and rates of exchange."""

from __future__ import annotations

from tests.architecture.doors.doors_house import _get, _posted, _send
from tests.architecture.doors.visit import NOWHERE, Doors

_CALENDAR = f"/api/v1/calendars/{NOWHERE}"
_RULES = {"name": "x", "rules": {}}

DOORS: Doors = {
    ("GET", "/api/v1/calendars"): _get("/api/v1/calendars", "definer"),
    ("POST", "/api/v1/calendars"): _send("POST", "/api/v1/calendars", _RULES, "definer"),
    ("GET", "/api/v1/calendars/{calendar_id}"): _send("GET", _CALENDAR, who="person"),
    ("PUT", "/api/v1/calendars/{calendar_id}"): _send("PUT", _CALENDAR, _RULES, "definer"),
    ("DELETE", "/api/v1/calendars/{calendar_id}"): _send("DELETE", _CALENDAR, who="definer"),
    ("GET", "/api/v1/calendars/{calendar_id}/days"): _send("GET", f"{_CALENDAR}/days?from=2026-01-01&to=2026-01-02"),
    ("PUT", "/api/v1/calendar-uses"): _send("PUT", "/api/v1/calendar-uses", {"scope": "", "calendar": None}, "definer"),
    ("POST", "/api/v1/working-time/due"): _send("POST", "/api/v1/working-time/due", {"base": "2026-11-22T08:00:00Z", "duration": "PT1H"}),
    ("GET", "/api/v1/me/absences"): _get("/api/v1/me/absences"),
    ("POST", "/api/v1/me/absences"): _send("POST", "/api/v1/me/absences", {"first": "2026-12-01", "last": "2026-12-02"}),
    ("DELETE", "/api/v1/me/absences/{absence_id}"): _send("DELETE", f"/api/v1/me/absences/{NOWHERE}"),
    ("GET", "/api/v1/currencies"): _get("/api/v1/currencies"),
    ("GET", "/api/v1/rates"): _get("/api/v1/rates"),
    ("POST", "/api/v1/rates"): _send("POST", "/api/v1/rates", {"items": []}, "definer"),
    ("DELETE", "/api/v1/rates/{rate_id}"): _send("DELETE", f"/api/v1/rates/{NOWHERE}", who="definer"),
    ("GET", "/api/v1/rates/convert"): _send("GET", "/api/v1/rates/convert?amount=1&from=EUR&to=EUR"),
    ("GET", "/me/absences"): _get("/me/absences"),
    ("POST", "/me/absences"): _posted("/me/absences", first="2026-12-01"),
    ("POST", "/me/absences/{absence_id}/remove"): _posted(f"/me/absences/{NOWHERE}/remove"),
    ("GET", "/admin/calendars"): _get("/admin/calendars", "definer"),
    ("POST", "/admin/calendars/uses"): _posted("/admin/calendars/uses", "definer", scope="", calendar=""),
    ("POST", "/admin/calendars/people"): _posted("/admin/calendars/people", "definer", person="", calendar=""),
    ("GET", "/admin/calendars/{calendar_id}"): _get("/admin/calendars/new", "definer"),
    ("POST", "/admin/calendars/{calendar_id}"): _posted("/admin/calendars/new", "definer", name=""),
    ("POST", "/admin/calendars/{calendar_id}/remove"): _posted(f"/admin/calendars/{NOWHERE}/remove", "definer"),
    ("GET", "/admin/rates"): _get("/admin/rates", "definer"),
    ("POST", "/admin/rates"): _posted("/admin/rates", "definer", date="", rate=""),
    ("POST", "/admin/rates/import"): _posted("/admin/rates/import", "definer"),
    ("POST", "/admin/rates/{rate_id}/remove"): _posted(f"/admin/rates/{NOWHERE}/remove", "definer"),
}  # fmt: skip
