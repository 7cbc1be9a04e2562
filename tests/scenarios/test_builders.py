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
    need = [item["id"] for item in checked["plan"]]  # type: ignore[attr-defined]  # a plan
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


async def test_conditions_go_from_clicks_to_text_and_back(crm: Crm) -> None:
    admin = await crm.login("admin")

    async def check(**asked: object) -> dict[str, object]:
        answer = await admin.request("POST", "/admin/expressions/account/check", json=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    tree = {
        "match": "any",
        "groups": [
            {"match": "all", "rules": [{"field": "country", "op": "eq", "value": "NO"}, {"field": "grade_manual", "op": "in", "value": ["a", "b"]}]},
            {"match": "all", "rules": [{"field": "@role", "op": "eq", "value": "sales"}]},
        ],
    }  # fmt: skip
    clicked = await check(tree=tree, expect="bool")
    again = await check(text=clicked["text"], expect="bool")
    simple = [
        "country not in ['NO', 'SE']", "BLANK(website)", "not BLANK(website)", "owner == user.id", "not USER_HAS_ROLE('finance')",
        "country in ['NO', 'SE'] and name == 'Fjord'",
    ]  # fmt: skip
    wrong = await check(text="country == 'NO' and nmae == 'x'", expect="bool")
    misfit = await check(text="1 + 1", expect="bool")
    beyond = await check(text="LEN(name) > 3", expect="bool")
    number = await check(
        tree={
            "match": "all",
            "groups": [{"rules": [{"field": "annual_purchase", "op": "gt", "value": "lots"}]}],
        }
    )

    assert clicked["text"] == "country == 'NO' and grade_manual in ['a', 'b'] or USER_HAS_ROLE('sales')"
    assert again["tree"] == tree
    for text in simple:
        found = await check(text=text, expect="bool")
        assert found["tree"] is not None, text
        assert (await check(tree=found["tree"]))["text"] == found["text"], text
    assert [(one["start"], one["end"]) for one in wrong["problems"]] == [(20, 24)]  # type: ignore[attr-defined]  # problems
    assert misfit["problems"]
    assert beyond["tree"] is None
    assert beyond["problems"] == []
    assert "not a number" in str(number["problems"])
    assert (
        await (await crm.login("lina")).request("POST", "/admin/expressions/account/check", json={})
    ).status_code == 404


async def test_words_are_offered_and_a_formula_is_tried_on_a_record(crm: Crm) -> None:
    admin = await crm.login("admin")
    words = (await admin.request("GET", "/admin/expressions/contact/words")).json()["words"]
    behind = (await admin.request("GET", "/admin/expressions/contact/words?above=account")).json()["words"]
    account = await admin.api(
        "POST",
        "/records/account",
        {"name": "Fjord", "country": "NO", "main_categories": ["tools"]},
        expect=201,
    )
    tried = await admin.post_form(
        "/admin/expressions/account/try", {"text": "IF(country == 'NO', UPPER(name), 'x')", "record": str(account["id"])}, expect=200
    )  # fmt: skip
    broken = await admin.post_form(
        "/admin/expressions/account/try", {"text": "UPPER(", "record": ""}, expect=200
    )

    assert {"account", "user.", "IF("} <= {one["text"] for one in words}
    assert {"name", "country"} <= {one["text"] for one in behind}
    assert "FJORD" in tried.text
    assert "build-trace" in tried.text
    assert "error" in broken.text


async def test_the_parts_of_a_form_have_pages_and_the_next_numbers_are_shown(crm: Crm) -> None:
    admin = await crm.login("admin")
    pages = {
        part: await admin.page(f"/admin/design/form/deal/{part}")
        for part in ("rules", "stages", "lists", "numbering")
    }
    numbers = await admin.post_form(
        "/admin/design/form/deal/part/numbering?at=/numbering",
        {"pattern": "X-{YYYY}-{seq:3}", "reset": "year", "day": "2031-05-05"}, expect=200,
    )  # fmt: skip

    assert "data-matrix" in pages["stages"]
    assert 'data-list="transitions"' in pages["stages"]
    assert "tw-condition" in pages["lists"]
    assert [f"X-2031-00{n}" in numbers.text for n in range(1, 6)] == [True] * 5
    assert "X-2032-001" in numbers.text
    assert (
        await (await crm.login("lina")).request("GET", "/admin/design/form/deal/rules")
    ).status_code == 404


async def test_an_app_with_three_forms_menu_and_roles_is_built_without_code(crm: Crm) -> None:
    admin, lina = await crm.login("admin"), await crm.login("lina")
    app = (await admin.post_form("/admin/new/app", {"label": "Projects", "name": "projects"})).headers[
        "location"
    ]
    role = (
        await admin.post_form("/admin/new/role", {"label": "Planner", "name": "planner", "app": "projects"})
    ).headers["location"]
    about = {"app": "projects", "menu": "projects.projects", "grants.projects.planner": "team"}
    await made(admin, "template/project", label="Project", name="project", **about)
    for name, fields in {
        "task": {"fields.1.label": "Name", "fields.2.label": "Project", "fields.2.type": "link", "fields.2.of": "project"},
        "milestone": {"fields.1.label": "Name", "fields.2.label": "Due", "fields.2.type": "date"},
    }.items():  # fmt: skip
        await made(admin, "nothing", label=name.capitalize(), name=name, **about, **fields)
    pages = [await admin.page(app), await admin.page(role)]
    draft = await admin.api("GET", "/definitions/role/projects.planner/draft")
    grant = [{"op": "add", "path": "/forms/milestone/delete", "value": "none"}]
    await admin.api(
        "PATCH", "/definitions/role/projects.planner/draft", {"rev": draft["rev"], "patches": grant}
    )
    await admin.api("POST", "/definitions/role/projects.planner/publish", {})
    before = await lina.page("/r/account")
    again = await admin.post_form("/admin/new/app", {"label": "Projects", "name": "projects"}, expect=409)

    assert (app, role) == ("/admin/apps/projects.projects", "/admin/roles/projects.planner")
    assert all(name in pages[0] for name in ("Project", "Task", "Milestone"))
    assert pages[1].count("data-map-key") > 5
    assert "built-in method" not in pages[1] + await admin.page("/admin/roles/marketing")
    assert "/r/milestone" not in before
    assert "already" in again.text
    definition = (await admin.api("GET", "/definitions/role/projects.planner"))["definition"]
    assert set(definition["forms"]) == {"project", "task", "milestone"}  # type: ignore[index]  # a role
