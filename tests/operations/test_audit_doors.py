"""Reading the audit, by API and by screen: filters, who may, that reading leaves a line; and who saw personal data."""

from __future__ import annotations

import csv
import io
from typing import cast

import pytest

from platform_core import audit, clock, database, records
from platform_core.audit import AccessQuery, AuditQuery
from tests.fixtures_crm import Crm
from tests.operations.test_backups import ACCOUNT

LEAD = {"company_name": "Harbour Goods", "country": "DE", "inquiry_text": "Drill bits", "source": "website"}


async def _account(crm: Crm, name: str = "Nordic Tools AB") -> str:
    made = await records.create("trade_crm.account", {**ACCOUNT, "name": name}, actor=await crm.actor("lina"))
    return made.id


async def test_an_admin_filters_the_audit_and_that_leaves_a_line(crm: Crm) -> None:
    record = await _account(crm)
    admin = await crm.login("admin")
    page = await admin.api("GET", f"/audit?subject=trade_crm.account/{record}")
    (line,) = cast("list[dict[str, str]]", page["items"])
    assert line["action"] == "record.create"
    assert "name" in line["fields"]
    lina = (await crm.actor("lina")).user_id
    for query in (
        f"user={lina}&action=record.*",
        "subject=trade_crm.account/",
        "kind=record",
        "since=2026-01-01",
    ):
        found = await admin.api("GET", f"/audit?{query}")
        assert record in str(found["items"]), query
    for query in (
        f"user={admin.user_id}&action=record.create",
        "subject=trade_crm.lead/",
        "until=2026-01-01",
    ):
        assert record not in str((await admin.api("GET", f"/audit?{query}"))["items"]), query
    lines = await audit.read(AuditQuery(action="audit.read"))
    assert {line.user_id for line in lines} == {admin.user_id}
    assert lines[-1].detail == {"filters": ["subject"]}


async def test_the_audit_is_read_page_by_page_and_wrong_questions_are_explained(crm: Crm) -> None:
    for number in range(5):
        await _account(crm, f"Nordic Tools {number}")
    admin = await crm.login("admin")
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = await admin.api("GET", f"/audit?action=record.create&limit=2{cursor}")
        seen += [line["id"] for line in page["items"]]  # type: ignore[attr-defined]  # a list
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    for wrong in ("user=x", "since=yesterday", "limit=1000", "colour=red", "cursor=1"):
        problem = await admin.api("GET", f"/audit?{wrong}", expect=422)
        assert problem["errors"][0]["pointer"] == f"/{wrong.partition('=')[0]}"  # type: ignore[index]  # a list


@pytest.mark.parametrize(
    "path", ["/admin/audit", "/admin/audit/access", "/admin/audit/lines.csv", "/admin/health"]
)
async def test_only_who_may_sees_the_operators_pages(crm: Crm, path: str) -> None:
    await (await crm.login("admin")).page(path)
    await (await crm.login("lina")).page(path, expect=404)


async def test_the_screen_shows_lines_with_people_and_records_and_takes_filters(crm: Crm) -> None:
    record = await _account(crm)
    admin = await crm.login("admin")
    page = await admin.page("/admin/audit")
    assert "Li Na" in page
    assert f"/r/account/{record}" in page
    assert record in await admin.page(f"/admin/audit?subject=trade_crm.account/{record}")
    assert record not in await admin.page("/admin/audit?action=session.*")
    assert record in await admin.page("/admin/audit?who.code=lina@demo.example&action=record.create")
    assert record not in await admin.page("/admin/audit?who.code=nobody@demo.example")
    assert record not in await admin.page("/admin/audit?to=2026-01-01")
    assert record in await admin.page("/admin/audit?from=nonsense&before=nonsense")


async def test_the_file_is_guarded_against_formulas_and_holds_everything(crm: Crm) -> None:
    lina = await crm.actor("lina")
    await audit.write(
        "record.update", actor=lina, subject='=HYPERLINK("http://198.51.100.7")', detail={"a": 1}
    )
    for number in range(1_100):
        await audit.write("record.bulk", actor=lina, subject=f"s/{number}")
    admin = await crm.login("admin")
    answer = await admin.request("GET", "/api/v1/audit/lines.csv?action=record.*")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1_101
    assert rows[-1]["subject"] == '\'=HYPERLINK("http://198.51.100.7")'
    assert {row["user"] for row in rows} == {"Li Na"}


async def test_who_opened_listed_searched_and_exported_personal_data_is_noted(crm: Crm) -> None:
    audit.forget_access()
    lina = await crm.login("lina")
    made = await lina.api("POST", "/records/lead", {**LEAD, "contact_name": "Mei Lin"}, expect=201)
    audit.forget_access()
    await lina.api("GET", f"/records/lead/{made['id']}")
    await lina.api("GET", f"/records/lead/{made['id']}")
    await lina.api("GET", "/records/lead?fields=contact_name")
    await lina.api("GET", "/records/lead?fields=contact_name&q=Harbour")
    await lina.api("GET", "/records/lead?fields=country")
    assert await audit.read_access(AccessQuery()) == [], "it is written later"
    assert await audit.flush_access() == 3
    lines = await audit.read_access(AccessQuery(user_id=lina.user_id))
    assert sorted(line.action for line in lines) == ["list", "open", "search"]
    assert all("contact_name" in line.fields for line in lines)
    (opened,) = await audit.read_access(AccessQuery(record=str(made["id"])))
    assert (opened.action, opened.form, opened.record) == ("open", "trade_crm.lead", made["id"])
    everywhere = await audit.read_access(AccessQuery(record=str(made["id"]), everywhere=True))
    assert len(everywhere) == 3
    admin = await crm.login("admin")
    assert len((await admin.api("GET", f"/audit/access?record={made['id']}&everywhere=1"))["items"]) == 3  # type: ignore[arg-type]  # a list
    page = await admin.page(f"/admin/audit/access?record={made['id']}")
    assert "Opened" in page
    assert "Mei Lin" not in page


async def test_an_export_of_personal_data_is_noted_before_the_file_is_there(crm: Crm) -> None:
    admin = await crm.login("admin")
    made = await admin.api("POST", "/records/lead", {**LEAD, "contact_name": "Mei Lin"}, expect=201)
    order = {"format": "csv", "fields": ["contact_name"], "reason": "fair"}
    await admin.api("POST", "/records/lead/export", order, expect=202)
    await crm.work()
    (line,) = await audit.read_access(AccessQuery(action="export"))
    assert (line.user_id, line.records) == (admin.user_id, (made["id"],))


async def test_looks_wait_while_the_database_is_away_and_old_ones_go(crm: Crm) -> None:
    audit.forget_access()
    lina = await crm.actor("lina")
    audit.saw("open", "trade_crm.lead", (database.new_id(),), ("email",), lina)
    url_gone = database.is_open()
    await database.close()
    with pytest.raises(database.DatabaseError):
        await audit.flush_access()
    from platform_core import settings

    assert url_gone
    await database.open(settings.current().database_url)
    assert await audit.flush_access() == 1
    assert await audit.purge_access(clock.now()) == 0 or await audit.read_access(AccessQuery()) == []
