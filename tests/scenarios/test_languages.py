"""Everybody reads the same records in their own language, with their own numbers, dates and direction."""

from __future__ import annotations

import re
from html import unescape

import pytest

from platform_core import definitions, i18n
from platform_core.identity import SYSTEM
from tests.fixtures_crm import Client, Crm

NB, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

READERS = {
    # language: the tag and direction of the page, the amount, the day, a field's label, a choice, "Edit"
    "en": ("en", "ltr", f"USD{NB}1,234,567.50", "17 Nov 2026", "Amount", "Negotiation", "Edit"),
    "zh": ("zh-Hans", "ltr", f"USD{NB}1,234,567.50", "2026-11-17", "金额", "谈判", "编辑"),
    "es": ("es", "ltr", f"USD{NB}1.234.567,50", "17 nov 2026", "Importe", "Negociación", "Editar"),
    "fr": ("fr", "ltr", f"USD{NB}1{NARROW}234{NARROW}567,50", "17 nov 2026", "Montant", "Négociation", "Modifier"),
    "ar": ("ar", "rtl", f"USD{NB}1,234,567.50", "17 نوفمبر 2026", "المبلغ", "التفاوض", "تعديل"),
}  # fmt: skip


async def _speak(client: Client, language: str) -> None:
    await client.post_form("/me/preferences", {"language": language, "zone": "Asia/Shanghai"})


async def _deal(client: Client) -> str:
    company = {
        "name": "Nordic Tools AB",
        "country": "SE",
        "timezone": "Europe/Stockholm",
        "settlement_currency": "USD",
        "main_categories": ["controllers"],
    }
    account = await client.api("POST", "/records/account", company, expect=201)
    deal = {
        "name": "Controllers", "account": account["id"], "source": "website", "expected_close": "2026-11-17",
        "amount": {"amount": "1234567.50", "currency": "USD"},
    }  # fmt: skip
    return str((await client.api("POST", "/records/deal", deal, expect=201))["id"])


def _text(page: str) -> str:
    """What people read of a page; the switch of languages and values for programs left out."""
    return re.sub(r"\s*\n\s*", "\n", unescape(re.sub(r"<[^>]*>", "", page)))


async def test_a_record_is_read_in_the_readers_language_and_formats(crm: Crm) -> None:
    carlos = await crm.login("carlos")
    deal = await _deal(carlos)
    for language, (tag, direction, amount, day, label, stage, edit) in READERS.items():
        await _speak(carlos, language)
        page = await carlos.page(f"/r/deal/{deal}")
        assert f'<html lang="{tag}" dir="{direction}"' in page
        seen = _text(page)
        for words in (amount, day, label, stage, edit):
            assert words in seen, f"{language}: {words}"


async def test_the_language_changes_no_value_of_the_api(crm: Crm) -> None:
    carlos = await crm.login("carlos")
    deal = await _deal(carlos)
    answers = []
    for language in ("en", "ar"):
        await _speak(carlos, language)
        answers.append(await carlos.api("GET", f"/records/deal/{deal}"))
    assert (
        answers[0]["values"] == answers[1]["values"] if "values" in answers[0] else answers[0] == answers[1]
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "«kein Datum» no es una fecha."),
        ("fr", f"«{NB}kein Datum{NB}» n’est pas une date."),
        ("ar", "«kein Datum» ليس تاريخًا."),
    ],
)
async def test_an_error_is_said_in_the_readers_language(crm: Crm, language: str, sentence: str) -> None:
    carlos = await crm.login("carlos")
    await _speak(carlos, language)
    answer = await carlos.request("POST", "/api/v1/records/deal", json={"expected_close": "kein Datum"})
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_a_label_without_words_falls_back_to_the_installation_then_to_english(crm: Crm) -> None:
    form = {
        "kind": "form", "schema": 1, "name": "fair", "label": {"en": "Fair", "es": "Feria"},
        "fields": [{"name": "name", "type": "text", "label": {"en": "Its name"}}],
    }  # fmt: skip
    await definitions.publish(
        [definitions.ChangeItem(kind="form", name="fair", definition=form)], actor=SYSTEM
    )
    admin = await crm.login("admin")
    seen = {}
    for language in ("es", "fr"):
        await _speak(admin, language)
        seen[language] = _text(await admin.page("/r/fair"))
    assert "Feria" in seen["es"] and "Its name" in seen["es"]
    assert "Fair" in seen["fr"] and "Feria" not in seen["fr"]
    with i18n.speaking("fr", app_default="es"):
        assert i18n.label({"en": "Fair", "es": "Feria"}) == "Feria"
