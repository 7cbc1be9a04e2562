"""Every door through which values come into a record, for the table of effects and doors.

A door takes the values of a new record (or of a change) and answers what it was refused with, "" where it was let in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape

from platform_core import records
from platform_core.errors import Invalid
from tests.fixtures_crm import Client, Crm

FORM = "thing"
API = f"/records/{FORM}"
Values = Mapping[str, str]
NewDoor = Callable[[Crm, Client, Values], Awaitable[str]]
ChangeDoor = Callable[[Crm, Client, str, Values], Awaitable[str]]


def _api_refusal(answer: object) -> str:
    found = answer if isinstance(answer, dict) else {}
    return " ".join(f"{each['pointer']} {each['message']}" for each in found.get("errors", ()))


async def _screen(person: Client, path: str, values: Mapping[str, str]) -> str:
    answer = await person.request(
        "POST", path, data={**values, "_csrf_token": person.csrf}, headers={"X-CSRF-Token": ""}
    )
    if answer.status_code == 303:
        return ""
    assert answer.status_code == 422, answer.text[:1500]
    return " ".join(unescape(answer.text).split())


async def screen_new(crm: Crm, person: Client, values: Values) -> str:
    return await _screen(person, f"/r/{FORM}/new", values)


async def api_new(crm: Crm, person: Client, values: Values) -> str:
    answer = await person.request("POST", f"/api/v1{API}", json=dict(values))
    return "" if answer.status_code == 201 else _api_refusal(answer.json())


async def batch_new(crm: Crm, person: Client, values: Values) -> str:
    answer = await person.request("POST", f"/api/v1{API}/batch", json={"create": [dict(values)]})
    return "" if answer.status_code == 200 else _api_refusal(answer.json())


async def import_new(crm: Crm, person: Client, values: Values) -> str:
    """A spreadsheet: checked first, where each row has its errors, and then taken."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([values.keys(), values.values()])
    sent = await person.request(
        "POST", f"/r/{FORM}/import", files={"file": ("things.csv", sheet.getvalue().encode(), "text/csv")},
        data={"_csrf_token": person.csrf},
    )  # fmt: skip
    assert sent.status_code == 303, sent.text[:1500]
    url = sent.headers["location"]
    columns = {f"column.{place}": name for place, name in enumerate(values)}
    await person.post_form(f"{url}/columns", columns)
    await crm.work()
    page = await person.page(url)
    if f'action="{url}/commit"' not in page or 'name="skip_refused"' in page:
        return " ".join(unescape(page).split())
    await person.post_form(f"{url}/commit", {})
    await crm.work()
    return ""


async def port_new(crm: Crm, person: Client, values: Values) -> str:
    """The port that flows and plugins have: the façade, with somebody who acts."""
    try:
        await records.create(FORM, values, actor=await crm.actor("admin"))
    except Invalid as refusal:
        return " ".join(f"{each.pointer} {each.text}" for each in refusal.errors)
    return ""


async def bulk_new(crm: Crm, person: Client, values: Values) -> str:
    results = await records.bulk_create(FORM, [values], actor=await crm.actor("admin"))
    return " ".join(f"{each.pointer} {each.text}" for each in results[0].problems)


async def screen_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    page = await person.page(f"/r/{FORM}/{record}/edit")
    version = re.search(r'name="_version" value="(\d+)"', page)
    assert version is not None
    return await _screen(person, f"/r/{FORM}/{record}/edit", {**values, "_version": version[1]})


async def resolve_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    """The screen on which two people's changes are put together."""
    version = (await person.api("GET", f"{API}/{record}"))["version"]
    chosen = {f"yours.{name}": value for name, value in values.items()}
    keep = {f"keep.{name}": "yours" for name in values}
    return await _screen(
        person, f"/r/{FORM}/{record}/resolve", {**chosen, **keep, **values, "_version": str(version)}
    )


async def api_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    answer = await person.request(
        "PATCH", f"/api/v1{API}/{record}", json=dict(values), headers={"If-Match": "*"}
    )
    return "" if answer.status_code == 200 else _api_refusal(answer.json())


async def batch_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    body = {"update": [{"id": record, **values}]}
    answer = await person.request("POST", f"/api/v1{API}/batch", json=body)
    return "" if answer.status_code == 200 else _api_refusal(answer.json())


async def move_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    """The move from stage to stage, which is also what a kanban does with a card."""
    fields = {name: value for name, value in values.items() if name != "kind"}
    body = {"to": values["kind"], "fields": fields}
    answer = await person.request("POST", f"/api/v1{API}/{record}/transition", json=body)
    return "" if answer.status_code == 200 else _api_refusal(answer.json())


async def port_change(crm: Crm, person: Client, record: str, values: Values) -> str:
    try:
        await records.update(FORM, record, values, actor=await crm.actor("admin"), version=None)
    except Invalid as refusal:
        return " ".join(f"{each.pointer} {each.text}" for each in refusal.errors)
    return ""


NEW: Mapping[str, NewDoor] = {
    "screen": screen_new, "REST": api_new, "batch": batch_new, "import": import_new, "port": port_new, "bulk": bulk_new,
}  # fmt: skip
CHANGE: Mapping[str, ChangeDoor] = {
    "screen": screen_change, "REST": api_change, "batch": batch_change, "transition": move_change, "port": port_change,
}  # fmt: skip
