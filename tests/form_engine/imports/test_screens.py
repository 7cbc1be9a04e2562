"""The import over HTTP: the screens a salesperson clicks through, and the routes a program calls."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.fixtures_crm import Client, Crm

GOOD = (
    "公司名称,国家,主要产品线,Website,Remark\n"
    "Nordic Tools AB,Sweden,Tools,nordic.example,=1+1\n"
    "Astillero del Norte,西班牙,Tools,,\n"
)
BAD = GOOD + "Nowhere Ltd,Atlantis,Tools,,\n"


async def send(
    person: Client, text: str, *, to: str = "/r/account/import", expect: int = 303
) -> httpx.Response:
    """Upload a file as a browser does."""
    answer = await person.request(
        "POST", to, files={"file": ("customers.csv", text.encode("gb18030"), "text/csv")},
        data={"_csrf_token": person.csrf},
    )  # fmt: skip
    assert answer.status_code == expect, answer.text[:1500]
    return answer


def mapping_of(page: str) -> dict[str, str]:
    """What the selects of the columns page say."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="(column\.\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


async def test_a_salesperson_imports_a_chinese_file_and_takes_it_back(crm: Crm) -> None:
    lina = await crm.login("lina")
    assert "/r/account/import" in await lina.page("/r/account")
    assert 'type="file"' in await lina.page("/r/account/import")
    url = (await send(lina, GOOD)).headers["location"]
    page = await lina.page(url)
    assert mapping_of(page) == {
        "column.0": "name", "column.1": "country", "column.2": "main_categories", "column.3": "website",
        "column.4": "remark",
    }  # fmt: skip
    await lina.post_form(f"{url}/columns", mapping_of(page))
    assert "http-equiv" in await lina.page(url)
    fragment = await lina.request("GET", url, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text and "import-state" in fragment.text
    await crm.work()
    assert f'action="{url}/commit"' in await lina.page(url)
    assert "Nordic" not in await lina.page("/r/account?view=all")
    await lina.post_form(f"{url}/commit", {})
    await crm.work()
    assert f'action="{url}/undo"' in await lina.page(url)
    assert "Nordic Tools AB" in await lina.page("/r/account?view=all")
    carlos = await crm.login("carlos")
    assert "Nordic" not in await carlos.page("/r/account?view=all")
    await carlos.page(url, expect=404)
    await lina.post_form(f"{url}/undo", {})
    await crm.work()
    assert "Nordic" not in await lina.page("/r/account?view=all")
    assert "customers.csv" in await lina.page("/r/account/imports")


async def test_refused_rows_are_shown_and_come_back_as_a_file(crm: Crm) -> None:
    lina = await crm.login("lina")
    url = (await send(lina, BAD)).headers["location"]
    await lina.post_form(f"{url}/columns", mapping_of(await lina.page(url)))
    await crm.work()
    page = await lina.page(url)
    assert "Atlantis" in page and 'name="skip_refused"' in page
    await lina.post_form(f"{url}/commit", {}, expect=409)
    await lina.post_form(f"{url}/commit", {"skip_refused": "true"})
    await crm.work()
    answer = await lina.request("GET", f"{url}/refused.csv")
    text = answer.content.decode("utf-8-sig").splitlines()
    assert text[0].startswith("公司名称,国家,主要产品线,Website,Remark,")
    assert len(text) == 2 and text[1].startswith("Nowhere Ltd,Atlantis,Tools,,,")


async def test_a_wrong_choice_of_columns_is_shown_where_it_was_made(crm: Crm) -> None:
    lina = await crm.login("lina")
    url = (await send(lina, GOOD)).headers["location"]
    wrong = {**mapping_of(await lina.page(url)), "column.3": "name", "column.1": ""}
    answer = await lina.post_form(f"{url}/columns", wrong, expect=422)
    assert "banner" in answer.text and answer.text.count('aria-invalid="true"') == 1
    assert mapping_of(answer.text)["column.3"] == "name"


@pytest.mark.parametrize("content", ["", "\x00\x01\x02\x03" * 50])
async def test_a_file_that_is_no_spreadsheet_is_refused_on_the_spot(crm: Crm, content: str) -> None:
    lina = await crm.login("lina")
    answer = await send(lina, content, expect=422)
    assert "banner" in answer.text


async def test_who_may_not_import_gets_one_answer_at_every_door(crm: Crm) -> None:
    lina, finance = await crm.login("lina"), await crm.login("finance")
    url = (await send(lina, GOOD)).headers["location"]
    key = url.rpartition("/")[2]
    for path in ("/r/account/import", "/r/account/imports", "/r/nothing/import", url):
        await finance.page(path, expect=404)
    await send(finance, GOOD, expect=404)
    for path in (f"/imports/{key}", f"/imports/{key}/refused.csv"):
        answer = await finance.api("GET", path, expect=404)
        assert answer["code"] == "not_found"
    for action in ("check", "commit", "undo"):
        await finance.api("POST", f"/imports/{key}/{action}", {}, expect=404)
    sent = await finance.request("POST", "/api/v1/imports/account", files={"file": ("a.csv", b"a,b\n1,2\n")})
    assert (sent.status_code, sent.json()["code"]) == (403, "forbidden")
    visitor = crm.visitor()
    assert (await visitor.request("GET", f"/api/v1/imports/{key}")).status_code == 401


async def post(person: Client, text: bytes, **parts: str) -> dict[str, Any]:
    answer = await person.request(
        "POST", "/api/v1/imports/account", files={"file": ("customers.csv", text)}, data=parts
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_program_uploads_and_commits(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await post(lina, GOOD.encode())
    assert (made["state"], made["mapping"]["公司名称"]) == ("uploaded", "name")
    key = made["import_id"]
    begun = await lina.api("POST", f"/imports/{key}/commit", {}, expect=202)
    assert begun["state"] == "checking"
    await crm.work()
    done = await lina.api("GET", f"/imports/{key}")
    assert (done["state"], done["counts"]["created"]) == ("done", 2)  # type: ignore[index]  # JSON
    listed = await lina.api("GET", f"/records/account?filter=import_batch == '{key}'&total=1")
    assert listed["total"] == 2
    await lina.api("POST", f"/imports/{key}/undo", expect=202)
    await crm.work()
    assert (await lina.api("GET", f"/imports/{key}"))["state"] == "undone"


async def test_a_program_reads_problems_in_its_language(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await post(
        lina, BAD.encode(), mapping='{"公司名称": "name", "国家": "country", "主要产品线": "main_categories"}'
    )
    key = made["import_id"]
    patched = await lina.request("PATCH", f"/api/v1/imports/{key}", json={"mapping": {"Website": "website"}})
    assert patched.json()["mapping"]["Website"] == "website"
    await lina.api("POST", f"/imports/{key}/check", expect=202)
    await crm.work()
    checked = await lina.api("GET", f"/imports/{key}")
    problems: Any = checked["problems"]
    assert [(p["line"], p["column"], p["code"]) for p in problems] == [(4, "国家", "unknown")]
    refused = await lina.api("POST", f"/imports/{key}/commit", {}, expect=409)
    assert refused["code"] == "import_refused_rows"
    bad = await lina.request("PUT", f"/api/v1/imports/{key}", json={"mapping": {"Nope": "name"}})
    assert bad.status_code == 422
    assert {e["code"] for e in bad.json()["errors"]} == {"import_column", "import_required"}


async def test_the_routes_are_described_for_who_may_use_them(crm: Crm) -> None:
    lina, finance = await crm.login("lina"), await crm.login("finance")
    paths: Any = (await lina.api("GET", "/openapi.json"))["paths"]
    assert "/api/v1/imports/{form}" in paths and "/api/v1/imports/{id}/commit" in paths
    others: Any = (await finance.api("GET", "/openapi.json"))["paths"]
    assert not [path for path in others if "imports" in path]
