"""A business admin builds without code: choice lists, forms from three beginnings, an app with its roles."""

from __future__ import annotations

import re

from tests.fixtures_crm import Client, Crm

SHEET = (
    "Company,Country,Mail,Pieces,Grade,Since\n"
    "Fjord Outdoor,Norway,anna@fjord.example,1200,A,2026-01-31\n"
    "Nordic Lamps,Sweden,ole@nordic.example,80,B,2025-12-01\n"
    "Pacific Tools,Chile,mia@pacific.example,15,A,2025-11-11\n"
    "Harbour Goods,China,li@harbour.example,7,B,2024-05-05\n"
)


async def made(admin: Client, path: str, **fields: str) -> str:
    """Posts a beginning; where it leads."""
    return (await admin.post_form(f"/admin/new/form/{path}", fields)).headers["location"]


async def worked(crm: Crm) -> None:
    """Every job is done, and those that it has added."""
    while await crm.work():
        pass


async def rows(client: Client, form: str) -> list[dict[str, object]]:
    found = (await client.api("GET", f"/records/{form}"))["items"]
    return found  # type: ignore[return-value]  # a page of records


async def test_a_form_from_nothing_has_fields_lists_menu_and_rights(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    page = await admin.page("/admin/new/form/nothing")
    where = await made(
        admin, "nothing", label="Trade fair", name="trade_fair", app="local", menu="trade_crm.trade_crm",
        **{
            "grants.trade_crm.sales": "own", "fields.1.label": "Fair", "fields.1.type": "text",
            "fields.1.required": "true", "fields.2.label": "Hall size", "fields.2.type": "choice",
            "fields.2.of": "Small, Large", "fields.3.label": "Customer", "fields.3.type": "link",
            "fields.3.of": "account", "fields.4.label": "",
        },
    )  # fmt: skip
    created = await lina.api(
        "POST", "/records/trade_fair", {"fair": "Canton", "hall_size": "large"}, expect=201
    )
    refused = await admin.post_form(
        "/admin/new/form/nothing",
        {"label": "Trade fair", "name": "trade_fair", "fields.1.label": "X"},
        expect=409,
    )
    empty = await admin.post_form(
        "/admin/new/form/nothing", {"label": "", "fields.1.type": "choice"}, expect=422
    )

    assert "local" in page
    assert where == "/admin/design/form/local.trade_fair"
    assert created["hall_size"] == "large"
    assert "/r/trade_fair" in await lina.page("/r/account")
    assert "already" in refused.text
    assert "at least one field" in empty.text
    assert (await lina.request("GET", "/admin/new/form")).status_code == 404


async def test_a_spreadsheet_becomes_a_form_with_its_rows(crm: Crm) -> None:
    admin = await crm.login("admin")
    answer = await admin.request(
        "POST", "/admin/new/form/spreadsheet", files={"file": ("fair_leads.csv", SHEET.encode(), "text/csv")}
    )
    columns = answer.headers["location"]
    page = await admin.page(columns)
    guessed = re.findall(r'name="columns\.(\d)\.type">.*?value="(\w+)" selected', page, re.DOTALL)
    fields: dict[str, str] = {"label": "Fair lead", "name": "fair_lead", "app": "local"}
    for place, kind in guessed:
        values = "A\nB" if kind == "choice" else ""
        fields |= {
            f"columns.{place}.take": "true",
            f"columns.{place}.type": kind,
            f"columns.{place}.values": values,
        }
    where = (await admin.post_form(columns, fields)).headers["location"]
    await worked(crm)
    found = sorted(await rows(admin, "fair_lead"), key=lambda row: str(row["company"]))

    assert [kind for _place, kind in guessed] == ["text", "country", "email", "integer", "choice", "date"]
    assert where.startswith("/r/local.fair_lead/import/")
    assert [row["company"] for row in found] == [
        "Fjord Outdoor",
        "Harbour Goods",
        "Nordic Lamps",
        "Pacific Tools",
    ]
    assert found[0]["pieces"] == 1200
    assert found[0]["grade"] == "a"
    assert (await crm.login("lina")).user_id
    assert (await (await crm.login("lina")).request("GET", columns)).status_code in (403, 404)


async def test_every_template_makes_a_working_form(crm: Crm) -> None:
    admin = await crm.login("admin")
    start = await admin.page("/admin/new/form")
    names = re.findall(r"/admin/new/form/template/(\w+)", start)
    for name in names:
        page = await admin.page(f"/admin/new/form/template/{name}")
        label = re.search(r'name="label" value="([^"]+)"', page)
        assert label is not None
        await made(admin, f"template/{name}", label=label[1], name=f"our_{name}", app="local")
        values = {"name": "First"} | ({"met_at": "2026-11-22T10:00:00Z"} if name == "visit" else {})
        await admin.api("POST", f"/records/our_{name}", values, expect=201)

    assert sorted(set(names)) == ["equipment", "project", "supplier", "visit"]


async def test_a_choice_list_is_edited_and_two_values_are_merged_from_its_page(crm: Crm) -> None:
    admin = await crm.login("admin")
    grades = (await admin.api("GET", "/definitions/dictionary/customer_grade"))["definition"]
    one, other = (value["key"] for value in grades["values"][:2])  # type: ignore[index]  # a dictionary
    record = await admin.api(
        "POST",
        "/records/account",
        {"name": "Fjord", "country": "NO", "main_categories": ["tools"], "grade_manual": other},
        expect=201,
    )
    page = await admin.page("/admin/dictionaries/customer_grade")
    await admin.post_form("/admin/dictionaries/customer_grade/merge", {"value": other, "into": one})
    after = await admin.page("/admin/dictionaries/customer_grade")
    checked = await admin.api("POST", "/definitions/dictionary/customer_grade/check", {})
    need = [item["id"] for item in checked["plan"]]  # type: ignore[attr-defined,index]  # a plan
    await admin.api("POST", "/definitions/dictionary/customer_grade/publish", {"accept": need})
    await worked(crm)
    merged = await admin.api("GET", f"/records/account/{record['id']}")
    await admin.post_form("/admin/dictionaries/customer_grade/unmerge", {"value": other})

    assert "1 record" in page
    assert "Let it stand again" in after
    assert merged["grade_manual"] == one
    refused = await admin.post_form(
        "/admin/dictionaries/customer_grade/merge", {"value": one, "into": one}, expect=422
    )
    assert refused.status_code == 422
    assert (
        await (await crm.login("lina")).request("GET", "/admin/dictionaries/customer_grade")
    ).status_code == 404
