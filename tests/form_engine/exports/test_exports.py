"""Taking records out: what the role may see, no more than it may take, written down, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import jsonschema
import openpyxl

from form_engine.exports import ExportOrder
from form_engine.exports.work import headings as headings_of
from form_engine.exports.writers import open_writer
from platform_core import audit, entities, identity
from tests.fixtures_crm import Client, Crm

CUSTOMER = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "city": "=HYPERLINK(1)",
}  # fmt: skip


def test_a_workbook_keeps_numbers_dates_and_long_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    writer = open_writer(
        "xlsx", path, ["Text", "Number", "Long", "Day", "Moment", "Yes"], ["a", "b", "c", "d", "e", "f"]
    )
    writer.write(
        [
            [
                "007",
                Decimal("12.50"),
                Decimal(123456789012345678),
                date(2026, 11, 22),
                datetime(2026, 11, 22, 8, 30),
                True,
            ]
        ]
    )
    writer.close()
    row = [cell.value for cell in openpyxl.load_workbook(path).active[2]]
    assert row == [
        "007",
        12.5,
        "123456789012345678",
        datetime(2026, 11, 22),
        datetime(2026, 11, 22, 8, 30),
        True,
    ]


async def test_a_manager_exports_what_the_team_has_and_the_export_is_written_down(crm: Crm) -> None:
    lina, carlos, manager = await crm.login("lina"), await crm.login("carlos"), await crm.login("manager")
    await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    await carlos.api("POST", "/records/account", {**CUSTOMER, "name": "Astillero del Norte"}, expect=201)
    text = await exported(crm, manager, {"format": "csv", "fields": ["name", "city"], "reason": "Trade fair"})
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["Nordic Tools AB"]
    assert rows[1][1] == "'=HYPERLINK(1)"
    lines = await audit.read(audit.AuditQuery(action="record.export"))
    assert [line.detail["rows"] for line in lines] == [1]
    assert lines[0].detail["reason"] == "Trade fair"


async def test_json_holds_the_values_of_the_api(crm: Crm) -> None:
    admin = await crm.login("admin")
    await admin.api("POST", "/records/account", CUSTOMER, expect=201)
    order = {"format": "json", "fields": ["name", "country"], "reason": "Check"}
    assert json.loads(await exported(crm, admin, order)) == [{"name": "Nordic Tools AB", "country": "SE"}]


async def test_a_role_without_the_right_exports_nothing(crm: Crm) -> None:
    lina = await crm.login("lina")
    await lina.api("POST", "/records/account/export", {"format": "csv", "reason": "Mine"}, expect=403)
    await lina.page("/r/account/export", expect=404)


async def test_an_export_needs_a_reason(crm: Crm) -> None:
    manager = await crm.login("manager")
    answer = await manager.api("POST", "/records/account/export", {"format": "csv", "reason": ""}, expect=422)
    assert "/reason" in json.dumps(answer["errors"])
    await manager.api("POST", "/records/account/export", {"format": "pdf", "reason": "Fair"}, expect=422)


async def test_everything_that_is_wrong_with_an_order_is_told_at_its_place(crm: Crm) -> None:
    manager = await crm.login("manager")
    wrong = {
        "format": "pdf", "filter": "x" * 2001, "fields": ["name", 7], "q": 3, "sort": "name", "reson": "Fair",
    }  # fmt: skip
    answer = await manager.api("POST", "/records/account/export", wrong, expect=422)
    problems = cast("list[dict[str, str]]", answer["errors"])
    assert {each["pointer"]: each["code"] for each in problems} == {
        "/format": "choice", "/filter": "too_long", "/fields/1": "type", "/q": "type", "/sort": "type",
        "/reson": "unknown_field",
    }  # fmt: skip
    assert "reason" in next(each["remedy"] for each in problems if each["pointer"] == "/reson")
    missing = {"fields": ["name", "wings"], "view": "nobody", "reason": "Fair"}
    answer = await manager.api("POST", "/records/account/export", missing, expect=422)
    assert [each["pointer"] for each in cast("list[dict[str, str]]", answer["errors"])] == [
        "/fields/1",
        "/view",
    ]
    await manager.api("POST", "/records/account/export", {"filter": "name ==", "reason": "Fair"}, expect=400)


async def test_a_refused_order_is_explained_in_the_language_of_who_gave_it(crm: Crm) -> None:
    manager = await crm.login("manager")
    await identity.set_preferences(await crm.actor("manager"), language="zh")
    answer = await manager.api(
        "POST", "/records/account/export", {"filter": "x" * 2001, "reason": "Fair"}, expect=422
    )
    (problem,) = cast("list[dict[str, str]]", answer["errors"])
    assert "2001" in problem["message"] and "characters" not in problem["message"]


async def test_the_document_of_the_api_has_exports_for_those_who_may(crm: Crm) -> None:
    manager, lina = await crm.login("manager"), await crm.login("lina")
    offered = await manager.api("GET", "/openapi.json")
    paths, schemas = offered["paths"], offered["components"]["schemas"]  # type: ignore[index]  # an object of objects
    order = paths["/api/v1/records/account/export"]["post"]  # type: ignore[index]  # as above
    assert "202" in order["responses"]
    assert set(schemas["records.export"]["properties"]) == set(ExportOrder.__struct_fields__)
    jsonschema.validate({"format": "csv", "reason": "Fair"}, schemas["records.export"])
    hers = await lina.api("GET", "/openapi.json")
    assert not any(path.endswith("/export") for path in cast("dict[str, object]", hers["paths"]))
    assert "records.export" not in hers["components"]["schemas"]  # type: ignore[index]  # as above


async def test_headings_that_two_fields_share_are_told_apart(crm: Crm) -> None:
    admin = await crm.login("admin")
    await admin.api("POST", "/records/account", CUSTOMER, expect=201)
    text = await exported(crm, admin, {"format": "csv", "reason": "Check"})
    (headings, *_rows) = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    assert len(set(headings)) == len(headings)
    city, name = entities.get("account").fields["city"], entities.get("account").fields["name"]
    assert headings_of([name, city]) == [name.label["en"], city.label["en"]]
    called = replace(city, label=name.label)
    assert headings_of([name, called]) == [f"{name.label['en']} (name)", f"{name.label['en']} (city)"]


async def test_somebody_elses_export_is_not_there(crm: Crm) -> None:
    admin, manager = await crm.login("admin"), await crm.login("manager")
    started = await admin.api(
        "POST", "/records/account/export", {"format": "csv", "reason": "Audit"}, expect=202
    )
    await crm.work()
    done = await admin.api("GET", f"/jobs/{started['job']}")
    await manager.api("GET", f"/jobs/{started['job']}", expect=404)
    await manager.page(f"/r/account/export/{started['job']}", expect=404)
    await manager.api("GET", f"/files/{done['file']}", expect=404)


async def test_the_screens_lead_from_the_list_to_the_file(crm: Crm) -> None:
    manager = await crm.login("manager")
    assert "/r/account/export" in await manager.page("/r/account")
    assert await manager.page("/r/account/export?view=all")
    refused = await manager.post_form("/r/account/export", {"format": "xlsx", "reason": ""}, expect=422)
    assert "banner" in refused.text
    answer = await manager.post_form("/r/account/export", {"format": "xlsx", "view": "all", "reason": "Fair"})
    await crm.work()
    assert "/files/" in await manager.page(answer.headers["location"])


async def exported(crm: Crm, person: Client, order: Mapping[str, object]) -> str:
    """The text of a finished export of customers."""
    started = await person.api("POST", "/records/account/export", order, expect=202)
    await crm.work()
    done = await person.api("GET", f"/jobs/{started['job']}")
    answer = await person.request("GET", f"/files/{done['file']}")
    assert answer.status_code == 200
    return answer.text
