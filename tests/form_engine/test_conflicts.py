"""Two people in one form: who comes second decides about what both changed, and undoes nothing else."""

from __future__ import annotations

import html
import re

from tests.fixtures_crm import Client, Crm

CUSTOMER = {
    "name": "Nordic Tools AB", "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
    "main_categories": ["tools"], "city": "Oslo", "short_name": "NT", "local_name": "Kaj 1",
}  # fmt: skip


async def test_only_what_both_changed_is_asked_and_nothing_of_the_first_is_undone(crm: Crm) -> None:
    lina, admin = await crm.login("lina"), await crm.login("admin")
    made = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    url = f"/r/account/{made['id']}"
    opened = _fields(await lina.page(f"{url}/edit"))
    first = {"city": "Malmö", "short_name": "Nordic", "remark": "from admin"}
    await admin.api("PATCH", f"/records/account/{made['id']}", first, headers={"If-Match": "*"})
    late = await lina.post_form(f"{url}/edit", {**opened, "city": "Lund", "local_name": "Kaj 2"}, expect=412)
    assert _asked(late.text) == {"city"}
    posted = _hidden(late.text)
    await lina.post_form(f"{url}/resolve", {**posted, "keep.city": "theirs"})
    await _now(lina, made["id"], city="Malmö", short_name="Nordic", remark="from admin", local_name="Kaj 2")


async def test_ones_own_value_can_be_chosen(crm: Crm) -> None:
    lina, admin = await crm.login("lina"), await crm.login("admin")
    made = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    url = f"/r/account/{made['id']}"
    opened = _fields(await lina.page(f"{url}/edit"))
    await admin.api(
        "PATCH",
        f"/records/account/{made['id']}",
        {"city": "Malmö", "short_name": "X"},
        headers={"If-Match": "*"},
    )
    late = await lina.post_form(f"{url}/edit", {**opened, "city": "Lund"}, expect=412)
    await lina.post_form(f"{url}/resolve", {**_hidden(late.text), "keep.city": "yours"})
    await _now(lina, made["id"], city="Lund", short_name="X")


async def test_who_changed_other_fields_is_not_asked_at_all(crm: Crm) -> None:
    lina, admin = await crm.login("lina"), await crm.login("admin")
    made = await lina.api("POST", "/records/account", CUSTOMER, expect=201)
    url = f"/r/account/{made['id']}"
    opened = _fields(await lina.page(f"{url}/edit"))
    await admin.api("PATCH", f"/records/account/{made['id']}", {"city": "Malmö"}, headers={"If-Match": "*"})
    await lina.post_form(f"{url}/edit", {**opened, "local_name": "Kaj 2"})
    await _now(lina, made["id"], city="Malmö", local_name="Kaj 2")


async def _now(person: Client, record: object, **wanted: str) -> None:
    seen = await person.api("GET", f"/records/account/{record}")
    assert {name: seen[name] for name in wanted} == wanted


def _fields(page: str) -> dict[str, str]:
    """What a browser would post of the plain inputs of the form; fields that are not posted stay as they are."""
    names = ("city", "short_name", "local_name", "name", "_version")
    found = {}
    for name in names:
        tag = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page)
        text = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        if tag is not None:
            value = re.search(r'value="([^"]*)"', tag[0])
            found[name] = html.unescape(value[1]) if value else ""
        elif text is not None:
            found[name] = html.unescape(text[1]).strip()
    assert set(found) == set(names), found
    return found


def _asked(page: str) -> set[str]:
    return set(re.findall(r'name="keep\.(\w+)"', page))


def _hidden(page: str) -> dict[str, str]:
    form = page[page.index("/resolve") :]
    tags = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in tags if name != "_csrf_token"}
