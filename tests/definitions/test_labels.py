"""Labels of definitions are translated like messages, of what is published as of a package in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from platform_core import definitions, i18n
from platform_core.definitions import Raw, UnknownDefinition
from platform_core.errors import Forbidden
from platform_core.i18n import Unit
from platform_core.identity import Actor
from tests.definitions.example_kinds import item, sheet
from tests.definitions.test_packages import _app_kind, shipped

__all__ = ["_app_kind"]


def _unit(place: str, source: str, words: str) -> Unit:
    return Unit(source=(source,), words=(words,), context=place, lines=(2,))


def _city(label: dict[str, str]) -> definitions.Raw:
    raw = sheet("customer", "city")
    raw["label"] = {"en": "Customer", "es": "Cliente"}
    cast("list[Raw]", raw["fields"])[0]["label"] = label
    return raw


def test_a_label_is_known_by_the_names_around_it_not_by_its_number() -> None:
    one, more = sheet("customer", "city"), sheet("customer", "country", "city")
    place = [place for place, texts in definitions.labels_of(one) if texts.get("en") == "City"]
    assert place == ["fields/city/label"]
    assert place[0] in dict(definitions.labels_of(more))


async def test_what_is_published_tells_which_labels_lack_words(db: str, admin: Actor) -> None:
    await definitions.publish([item(_city({"en": "City"}))], actor=admin)
    units = definitions.units_of(await definitions.published_of("local"), "es")
    assert {unit.context: unit.words for unit in units} == {
        "sheet/customer#label": ("Cliente",),
        "sheet/customer#fields/city/label": ("",),
    }
    assert i18n.standing("local", "es", units).missing == 1


async def test_translated_labels_are_published_and_a_draft_is_left_alone(db: str, admin: Actor) -> None:
    await definitions.publish([item(_city({"en": "City"}))], actor=admin)
    await definitions.put_draft("sheet", "customer", sheet("customer", "city", "fax"), actor=admin)
    words = [_unit("sheet/customer#fields/city/label", "City", "Ciudad")]
    taken = await definitions.publish_labels(
        await definitions.published_of("local"), "es", words, actor=admin
    )
    assert (taken.changed, taken.unchanged, taken.unknown) == (1, 0, ())
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None and standing.revision == 2
    assert cast("list[Raw]", standing.raw["fields"])[0]["label"] == {"en": "City", "es": "Ciudad"}
    draft = await definitions.get_draft("sheet", "customer", actor=admin)
    assert [field["name"] for field in cast("list[Raw]", draft.definition["fields"])] == ["city", "fax"]


async def test_the_same_words_again_make_no_revision(db: str, admin: Actor) -> None:
    await definitions.publish([item(_city({"en": "City", "es": "Ciudad"}))], actor=admin)
    words = [_unit("sheet/customer#fields/city/label", "City", "Ciudad")]
    taken = await definitions.publish_labels(
        await definitions.published_of("local"), "es", words, actor=admin
    )
    assert (taken.changed, taken.unchanged) == (0, 1)
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None and standing.revision == 1


async def test_a_label_rewritten_meanwhile_keeps_its_words(db: str, admin: Actor) -> None:
    await definitions.publish([item(_city({"en": "Town"}))], actor=admin)
    words = [_unit("sheet/customer#fields/city/label", "City", "Ciudad")]
    taken = await definitions.publish_labels(
        await definitions.published_of("local"), "es", words, actor=admin
    )
    assert taken.changed == 0
    assert [unit.source for unit in taken.unknown] == [("City",)]


async def test_who_may_not_define_may_not_publish_labels(db: str, admin: Actor, seller: Actor) -> None:
    await definitions.publish([item(_city({"en": "City"}))], actor=admin)
    words = [_unit("sheet/customer#fields/city/label", "City", "Ciudad")]
    with pytest.raises(Forbidden):
        await definitions.publish_labels(await definitions.published_of("local"), "es", words, actor=seller)
    standing = definitions.catalog().get("sheet", "customer")
    assert standing is not None and standing.revision == 1


async def test_an_app_that_is_not_there_is_named(db: str) -> None:
    with pytest.raises(UnknownDefinition):
        await definitions.published_of("nothing")


async def test_a_package_is_translated_in_its_files(tmp_path: Path) -> None:
    folder = shipped(tmp_path / "shop", "1.0", _city({"zh": "城市"}))
    file = folder / "sheets" / "customer.json"
    before = await definitions.packaged_in(folder)
    [unit] = [
        one for one in definitions.units_of(before, "es") if not one.is_translated and "city" in one.context
    ]
    assert unit.source == ("城市",)
    words = [_unit(unit.context, "城市", "Ciudad")]
    trial = await definitions.write_labels(folder, before, "es", words, dry_run=True)
    assert (trial.changed, "Ciudad" in file.read_text("utf-8")) == (1, False)
    await definitions.write_labels(folder, before, "es", words)
    assert json.loads(file.read_text("utf-8"))["fields"][0]["label"] == {"es": "Ciudad", "zh": "城市"}


async def test_every_label_of_the_trade_crm_speaks_all_languages() -> None:
    folder = Path(__file__).resolve().parents[2] / "apps" / "trade_crm" / "definitions"
    for path in folder.rglob("*.json"):
        for place, texts in definitions.labels_of(json.loads(path.read_text("utf-8"))):
            assert set(texts) >= {one.code for one in i18n.languages()}, f"{path.name}#{place}"
            assert all(texts.values())
