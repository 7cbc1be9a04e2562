"""What leaves the house: page marks, exported files, reports of refused rows. The same law holds for them."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import httpx
import pytest

from tests.architecture.doors.company import PEOPLE
from tests.architecture.doors.oracle import sight
from tests.architecture.doors.visit import NOWHERE, Visit, slips
from tests.architecture.doors.world import World

LISTS = {
    "list": "/api/v1/records/dossier?limit=1&sort=name",
    "history": "/api/v1/records/dossier/{}/history?limit=1",
    "timeline": "/api/v1/records/dossier/{}/timeline?limit=1",
}
EXPORTERS = {"admin": 5, "manager": 2, "lina": 1, "carlos": 1, "finance": 5, "nadia": 5}
"""How many of the live dossiers each of them takes out; the others may not."""


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_mark_opens_nothing_else_and_for_nobody_else(world: World, name: str) -> None:
    manager, lina = await world.client("manager"), await world.client("lina")
    path = LISTS[name].format(world.of("dossier", "lina").id)
    other = LISTS[name].format(world.of("dossier", "manager").id)
    cursor = (await manager.request("GET", path)).json()["next_cursor"]
    opened = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert not any(secret.encode() in opened.lower() for secret in world.secrets_from("lina"))
    assert (await manager.request("GET", f"{path}&cursor={cursor}")).status_code == 200
    strange = [
        f"{path}&cursor={one}" for one in (cursor[:-6] + "AAAAAA", cursor[6:], "x", "AAAA", "é", "0" * 5000)
    ]
    strange += [
        f"{path}&cursor={cursor}&sort=-name&filter=blank(scan)"
        if name == "list"
        else f"{other}&cursor={cursor}"
    ]
    answers = [await manager.request("GET", one) for one in strange]
    answers += [await lina.request("GET", f"{path}&cursor={cursor}")]
    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert {answer.json()["code"] for answer in answers} == {"bad_cursor"}


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
async def test_an_export_holds_the_visible_rows_and_fields_and_no_others(world: World, kind: str) -> None:
    jobs = {}
    for person in PEOPLE:
        client = await world.client(person)
        order = {"format": kind, "reason": "looking"}
        answer = await client.request("POST", "/api/v1/records/dossier/export", json=order)
        if person in EXPORTERS:
            assert answer.status_code == 202, f"{person}: {answer.text}"
            jobs[person] = answer.json()["job"]
        else:
            assert answer.status_code in (403, 404), f"{person}: {answer.text}"
    while await world.crm.work():
        pass
    for person, job in jobs.items():
        client = await world.client(person)
        done = await client.api("GET", f"/jobs/{job}")
        assert done["state"] == "done", done
        visit = Visit("GET", f"/api/v1/files/{done['file']}")
        answer = await visit.make(world, person)
        found = slips(visit, _unpacked(answer, kind), world.secrets_from(person))
        assert not found, f"{person} took out {found}"
        assert _rows(_unpacked(answer, kind).text, world) == EXPORTERS[person], person
        stranger = "carlos" if person != "carlos" else "lina"
        assert (await visit.make(world, stranger)).status_code == 404


def _unpacked(answer: httpx.Response, kind: str) -> httpx.Response:
    """The answer with its bytes as text; a workbook is a packed folder of documents."""
    if kind != "xlsx":
        return answer
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        content = b"\n".join(book.read(name) for name in book.namelist())
    return httpx.Response(answer.status_code, headers=answer.headers, content=content)


def _rows(text: str, world: World) -> int:
    """How many dossiers the file holds, told by their names."""
    return sum(kept.marks["name"][-1] in text.replace("\\/", "/") for kept in world.all_of("dossier"))


async def test_the_report_of_an_import_tells_nothing_of_rows_that_the_importer_may_not_see(
    world: World,
) -> None:
    """A link to an unreadable record is refused like a link to nothing, by id, number and title."""
    lina, carlos = await world.client("lina"), world.of("account", "carlos")
    names = (
        (carlos.id, NOWHERE),
        (carlos.code, "CUS-1999-999"),
        (carlos.marks["name"][-1], "qxaccountnobody"),
    )
    reports = []
    for links in zip(*names, strict=True):
        lines = "".join(f"Person {place},{link}\n" for place, link in enumerate(links))
        files = {"file": ("contacts.csv", f"Name,Account\n{lines}".encode(), "text/csv")}
        sent = await lina.request("POST", "/api/v1/imports/contact", files=files)
        assert sent.status_code == 201, sent.text
        path = f"/imports/{sent.json()['import_id']}"
        await lina.api("PUT", path, {"mapping": {"Name": "name", "Account": "account"}})
        await lina.api("POST", f"{path}/check", {}, expect=202)
        while await world.crm.work():
            pass
        report = await lina.api("GET", path)
        csv = await lina.request("GET", f"/api/v1{path}/refused.csv")
        assert report["counts"]["refused"] == len(links), report  # type: ignore[index]  # an object of counts
        told = json.dumps(report["problems"], ensure_ascii=False) + csv.text
        for link in links:
            told = told.replace(link, "·")
        reports.append(told)
        assert sight("account", "lina").rows == {"lina"}
    assert reports[0] == reports[1]
