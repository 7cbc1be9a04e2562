"""Searching as people and programs do it: the page, the finder, the API, the command's effect."""

from __future__ import annotations

from tests.fixtures_crm import Crm

_NEEDED = {
    "country": "DE", "timezone": "Europe/Berlin", "settlement_currency": "EUR",
    "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
}  # fmt: skip


def _account(name: str, country: str) -> dict[str, object]:
    return {**_NEEDED, "name": name, "country": country}


async def test_a_salesperson_finds_a_customer_by_two_chinese_characters_on_every_way(crm: Crm) -> None:
    lina = await crm.login("lina")
    made = await lina.api("POST", "/records/account", _account("宁波信风贸易 <b>", "CN"), expect=201)
    found = await lina.api("GET", "/search?q=信风")
    groups = found["groups"]
    assert isinstance(groups, list) and groups[0]["form"] == "trade_crm.account"
    hit = groups[0]["items"][0]
    assert (hit["id"], hit["url"]) == (made["id"], f"/r/account/{made['id']}")
    assert {"text": "信风", "hit": True} in hit["title_pieces"]
    page = await lina.page("/search?q=信风")
    assert "宁波<mark>信风</mark>贸易 &lt;b&gt;" in page
    inside = await lina.request(
        "GET", "/search?q=信风", headers={"HX-Request": "true", "Accept": "text/html"}
    )
    assert "<html" not in inside.text and "<mark>信风</mark>" in inside.text


async def test_a_colleague_without_the_row_finds_nothing_and_is_not_told(crm: Crm) -> None:
    lina, carlos = await crm.login("lina"), await crm.login("carlos")
    await lina.api("POST", "/records/account", _account("Quayside Partners", "GB"), expect=201)
    assert (await carlos.api("GET", "/search?q=quayside"))["groups"] == []
    assert "Quayside Partners" not in await carlos.page("/search?q=quayside")


async def test_screens_are_found_by_name_and_short_words_are_explained(crm: Crm) -> None:
    lina = await crm.login("lina")
    assert 'href="/r/account' in await lina.page("/search?q=customers")
    assert 'class="empty"' in await lina.page("/search?q=a")
    assert (await lina.api("GET", "/search?q=a"))["too_short"] is True


async def test_the_limit_and_the_form_narrow_the_answer(crm: Crm) -> None:
    lina = await crm.login("lina")
    for number in range(3):
        await lina.api("POST", "/records/account", _account(f"Meridian {number}", "DE"), expect=201)
    found = await lina.api("GET", "/search?q=meridian&limit=2&form=trade_crm.account")
    groups = found["groups"]
    assert isinstance(groups, list)
    assert (len(groups[0]["items"]), groups[0]["more"]) == (2, True)
    await lina.api("GET", "/search?q=meridian&limit=x", expect=422)
