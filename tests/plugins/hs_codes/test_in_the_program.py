"""The plugin in the running program: records, screens, filters, functions, API, import, and leaving again."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

import form_engine
from platform_core import database, plugins
from tests.fixtures_crm import Crm
from tests.plugins.samples import items_of


async def test_a_record_keeps_digits_and_shows_dots_with_the_meaning(shop: Crm) -> None:
    client = await shop.login("admin")
    made = await client.api("POST", "/records/sku", {"name": "Notebook", "hs": "8471.30"}, expect=201)

    assert made["hs"] == "847130"
    page = await client.page(f"/r/sku/{made['id']}")
    assert "8471.30 · Automatic data processing machines" in page
    assert page.index('class="nav-item" href="/r/account') < page.index('class="nav-item" href="/hs-codes"')
    edit = await client.page(f"/r/sku/{made['id']}/edit")
    assert "/hs-codes?q=847130" in edit


async def test_a_wrong_code_is_refused_at_its_field(shop: Crm) -> None:
    client = await shop.login("admin")
    answer = await client.api("POST", "/records/sku", {"name": "Notebook", "hs": "8471.99"}, expect=422)
    problem = answer["errors"][0]  # type: ignore[index]  # JSON
    assert (problem["pointer"], problem["code"]) == ("/hs", "hs_subheading")
    assert "8471.30" in problem["remedy"]


async def test_lists_are_filtered_by_the_beginning_of_a_code_with_dots_or_without(shop: Crm) -> None:
    client = await shop.login("admin")
    for name, code in (("Notebook", "8471.30"), ("Bearing", "8482.10"), ("Lamp", "9405.42")):
        await client.api("POST", "/records/sku", {"name": name, "hs": code}, expect=201)
    rules = {"match": "all", "rules": [{"field": "hs", "op": "starts_with", "value": "84.7"}]}
    page = await client.page(f"/r/sku?filter={quote(json.dumps(rules))}")
    assert "Notebook" in page and "Bearing" not in page and "Lamp" not in page

    answer = await client.api("GET", '/records/sku?filter=hs_chapter(hs)=="84"&sort=name')
    assert [one["name"] for one in items_of(answer)] == ["Bearing", "Notebook"]
    one = await client.api("GET", '/records/sku?filter=hs_heading(hs)=="9405"')
    assert [each["name"] for each in items_of(one)] == ["Lamp"]


async def test_an_import_reads_what_an_export_has_written(shop: Crm, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("Name,HS code\nNotebook,8471.30\nHorse,010121\nNothing,8471.99\n", encoding="utf-8")
    report = await form_engine.import_file("sku", file, actor=await shop.actor("admin"), skip_refused=True)
    assert report.refused == 1
    kept = await database.fetch_tuples("SELECT hs FROM r_local__sku ORDER BY hs")
    assert [code for (code,) in kept] == ["010121", "847130"]


@pytest.mark.parametrize(
    ("words", "text"), [("8471", "8471.30"), ("solar", "Solar"), ("锂离子", "8507.60"), ("", "活动物")]
)
async def test_the_page_searches_for_everybody_who_has_signed_in(shop: Crm, words: str, text: str) -> None:
    lina = await shop.login("lina")
    assert text.casefold() in (await lina.page(f"/hs-codes?q={quote(words)}")).casefold()
    nobody = shop.visitor()
    answer = await nobody.request("GET", "/hs-codes", headers={"Accept": "text/html"})
    assert answer.status_code == 303


async def test_the_api_and_the_list_of_codes_answer_in_the_readers_language(shop: Crm) -> None:
    lina = await shop.login("lina")
    answer = await lina.api("GET", "/hs-codes?q=850760")
    (found,) = items_of(answer)
    assert (found["code"], found["shown"], found["level"]) == ("850760", "8507.60", "subheading")
    assert found["text"] == "锂离子蓄电池"
    codes = plugins.code_list("hs_codes")
    assert codes is not None and codes.text("850760", "zh") == "锂离子蓄电池"
    document = await lina.api("GET", "/openapi.json")
    assert "/api/v1/hs-codes" in document["paths"]  # type: ignore[operator]  # JSON


async def test_it_leaves_when_no_form_uses_it_and_not_before(shop: Crm) -> None:
    admin = await shop.actor("admin")
    with pytest.raises(plugins.PluginRefused) as refused:
        await plugins.remove("hs_codes", actor=admin)
    assert "use.local/form/sku/fields/1" in str(refused.value.details)
