"""An app is a folder; installing a newer one never takes a company's changes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from platform_core import definitions
from platform_core.definitions import InvalidPackage, Kind, MergeConflicts, OnConflict
from platform_core.errors import Forbidden
from platform_core.identity import SYSTEM, Actor
from tests.definitions.example_kinds import chart, item, sheet


class ShopDef(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    schema: int
    name: str
    version: str
    label: dict[str, str] = {}


class ShopKind(Kind[ShopDef]):
    name = "app"
    struct = ShopDef


@pytest.fixture(autouse=True)
def _app_kind() -> Iterator[None]:
    standing = [kind for kind in definitions.kinds() if kind.name == "app"]
    definitions.forget_kind("app")
    definitions.register_kind(ShopKind())
    yield
    definitions.forget_kind("app")
    for kind in standing:
        definitions.register_kind(kind)


def shipped(folder: Path, version: str, *raws: definitions.Raw) -> Path:
    """A package in a folder."""
    head = {"kind": "app", "schema": 1, "name": "shop", "version": version, "label": {"en": "Shop"}}
    for path in folder.glob("*s/*.json"):
        path.unlink()
    folder.mkdir(exist_ok=True)
    (folder / "app.json").write_text(json.dumps(head))
    for raw in raws:
        file = folder / f"{raw['kind']}s" / f"{raw['name']}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"$schema": "x.json", **raw}, ensure_ascii=False), encoding="utf-8")
    return folder


def revision(name: str, kind: str = "sheet") -> int:
    found = definitions.catalog().get(kind, f"shop.{name}")
    return found.revision if found else 0


async def test_an_app_is_installed_as_one_change_set(db: str, tmp_path: Path, admin: Actor) -> None:
    folder = shipped(tmp_path / "shop", "1.0", sheet("customer", "city"), chart("map", "customer", "city"))
    result = await definitions.install_app(folder, actor=SYSTEM)
    assert (result.app, result.version, len(result.published), result.kept) == ("shop", "1.0", 3, ())
    assert definitions.catalog().version == 1
    assert revision("customer") == revision("map", "chart") == 1
    assert (await definitions.revisions("sheet", "customer", actor=admin))[0].note == "shop 1.0"
    [app] = await definitions.installed_apps()
    assert (app.app, app.version, app.definitions, app.customised) == ("shop", "1.0", 3, 0)


async def test_installing_again_changes_nothing(db: str, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "shop", "1.0", sheet("customer", "city"))
    await definitions.install_app(folder, actor=SYSTEM)
    version = definitions.catalog().version
    result = await definitions.install_app(folder, actor=SYSTEM)
    assert (result.published, result.unchanged) == ((), 2)
    assert definitions.catalog().version == version


async def test_an_upgrade_brings_what_is_new_beside_what_the_company_has_changed(
    db: str, tmp_path: Path, admin: Actor
) -> None:
    folder = shipped(
        tmp_path / "shop", "1.0", sheet("customer", "city"), sheet("deal", "city"), sheet("item")
    )
    await definitions.install_app(folder, actor=SYSTEM)
    await definitions.publish([item(sheet("deal", "city", "ours"), "shop")], actor=admin)
    newer = shipped(
        tmp_path / "shop", "1.1", sheet("customer", "city", "fax"), sheet("deal", "city", "theirs")
    )
    changes = {(change.key, change.sentence, change.kept) for change in await definitions.diff_app(newer)}
    assert ("shop/sheet/customer", "Field “Fax” added", False) in changes
    assert ("shop/sheet/deal", "Field “Theirs” added", False) in changes
    result = await definitions.install_app(newer, actor=SYSTEM)
    assert {made.key.name for made in result.published} == {"shop", "customer", "deal"}
    assert (result.merged, result.kept, result.conflicts) == (("shop/sheet/deal",), (), 0)
    assert result.dropped == ("shop/sheet/item",)
    assert (revision("customer"), revision("deal"), revision("item")) == (2, 3, 1)
    standing = definitions.catalog().get("sheet", "deal")
    assert standing is not None
    assert standing.raw == sheet("deal", "city", "ours", "theirs")


def labelled(name: str, label: str, *fields: str) -> definitions.Raw:
    return {**sheet(name, *fields), "label": {"en": label}}


async def test_what_both_changed_waits_for_a_decision_through_every_upgrade(
    db: str, tmp_path: Path, admin: Actor
) -> None:
    await definitions.install_app(
        shipped(tmp_path / "shop", "1.0", labelled("deal", "Deal", "a")), actor=SYSTEM
    )
    ours = labelled("deal", "Chance", "a", "ours")
    await definitions.publish([item(ours, "shop")], actor=admin)
    for version in ("1.1", "1.2"):
        newer = shipped(tmp_path / "shop", version, labelled("deal", "Inquiry", "a", "theirs"))
        result = await definitions.install_app(newer, actor=SYSTEM)
        assert (result.kept, result.conflicts) == (("shop/sheet/deal",), 1)
    assert revision("deal") == 2
    [app] = await definitions.installed_apps()
    assert (app.version, app.customised, app.waiting) == ("1.2", 1, 1)
    with pytest.raises(MergeConflicts):
        await definitions.install_app(newer, actor=SYSTEM, on_conflict="fail")

    [waiting] = await definitions.waiting_merges("shop", actor=admin)
    assert [(one.pointer, one.mine, one.theirs) for one in waiting.merged.conflicts] == [
        ("/label/en", "Chance", "Inquiry")
    ]
    draft = await definitions.settle_merge(waiting.key, {"/label/en": "theirs"}, actor=admin)
    assert draft.definition == labelled("deal", "Inquiry", "a", "ours", "theirs")
    assert await definitions.waiting_merges("shop", actor=admin) == []
    await definitions.publish(draft, actor=admin)
    newest = shipped(tmp_path / "shop", "1.3", labelled("deal", "Inquiry", "a", "theirs", "more"))
    assert (await definitions.install_app(newest, actor=SYSTEM)).merged == ("shop/sheet/deal",)


@pytest.mark.parametrize(("side", "label"), [("mine", "Chance"), ("theirs", "Inquiry")])
async def test_the_command_line_can_say_which_side_counts(
    db: str, tmp_path: Path, admin: Actor, side: OnConflict, label: str
) -> None:
    await definitions.install_app(
        shipped(tmp_path / "shop", "1.0", labelled("deal", "Deal", "a")), actor=SYSTEM
    )
    await definitions.publish([item(labelled("deal", "Chance", "a", "ours"), "shop")], actor=admin)
    newer = shipped(tmp_path / "shop", "1.1", labelled("deal", "Inquiry", "a", "theirs"))
    result = await definitions.install_app(newer, actor=SYSTEM, on_conflict=side)
    assert (result.merged, result.kept) == (("shop/sheet/deal",), ())
    standing = definitions.catalog().get("sheet", "deal")
    assert standing is not None and standing.raw == labelled("deal", label, "a", "ours", "theirs")


async def test_a_change_here_is_not_reported_while_nothing_new_is_shipped(
    db: str, tmp_path: Path, admin: Actor
) -> None:
    folder = shipped(tmp_path / "shop", "1.0", sheet("deal", "a"))
    await definitions.install_app(folder, actor=SYSTEM)
    await definitions.publish([item(sheet("deal", "a", "ours"), "shop")], actor=admin)
    assert (await definitions.install_app(folder, actor=SYSTEM)).kept == ()


async def test_who_takes_over_the_shipped_state_gets_later_ones_again(
    db: str, tmp_path: Path, admin: Actor
) -> None:
    await definitions.install_app(shipped(tmp_path / "shop", "1.0", sheet("deal", "a")), actor=SYSTEM)
    await definitions.publish([item(sheet("deal", "a", "b"), "shop")], actor=admin)
    await definitions.install_app(shipped(tmp_path / "shop", "1.1", sheet("deal", "a", "b")), actor=SYSTEM)
    result = await definitions.install_app(
        shipped(tmp_path / "shop", "1.2", sheet("deal", "a", "b", "c")), actor=SYSTEM
    )
    assert (result.kept, revision("deal")) == ((), 3)


async def test_what_the_company_retired_stays_retired(db: str, tmp_path: Path, admin: Actor) -> None:
    await definitions.install_app(shipped(tmp_path / "shop", "1.0", sheet("deal", "a")), actor=SYSTEM)
    await definitions.retire("sheet", "deal", actor=admin)
    result = await definitions.install_app(
        shipped(tmp_path / "shop", "1.1", sheet("deal", "b")), actor=SYSTEM
    )
    assert result.kept == ("shop/sheet/deal",)
    assert revision("deal") == 0


async def test_every_mistake_in_the_files_is_named_with_its_file(db: str, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "shop", "1.0", sheet("customer", "city"))
    (folder / "sheets" / "broken.json").write_text('{"kind": "sheet",\n oops}')
    (folder / "sheets" / "latin.json").write_bytes(b'{"name": "\xe9"}')
    (folder / "sheets" / "list.json").write_text("[]")
    (folder / "sheets" / "other.json").write_text(json.dumps(sheet("another")))
    with pytest.raises(InvalidPackage) as refused:
        await definitions.install_app(folder, actor=SYSTEM)
    assert {(problem.pointer, problem.code) for problem in refused.value.errors} == {
        ("sheets/broken.json#", "json"),
        ("sheets/latin.json#", "encoding"),
        ("sheets/list.json#", "type"),
        ("sheets/other.json#/name", "address"),
    }


async def test_a_package_with_a_wrong_definition_installs_nothing(db: str, tmp_path: Path) -> None:
    raws: list[dict[str, Any]] = [sheet("customer", "city"), chart("map", "customer", "town")]
    with pytest.raises(InvalidPackage) as refused:
        await definitions.install_app(shipped(tmp_path / "shop", "1.0", *raws), actor=SYSTEM)
    assert [problem.pointer for problem in refused.value.errors] == ["charts/map.json#/fields/0"]
    assert (await definitions.refresh()).get("sheet", "customer") is None


async def test_an_empty_folder_is_no_package(db: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidPackage, match="app.json"):
        await definitions.install_app(tmp_path, actor=SYSTEM)


async def test_what_is_exported_can_be_installed_and_is_the_same_bytes_each_time(
    db: str, tmp_path: Path, admin: Actor
) -> None:
    await definitions.install_app(shipped(tmp_path / "shop", "1.0", sheet("customer", "city")), actor=SYSTEM)
    first, second = tmp_path / "first", tmp_path / "second"
    files = await definitions.export_app("shop", first)
    await definitions.export_app("shop", second)
    assert [str(file.relative_to(first)) for file in files] == ["app.json", "sheets/customer.json"]
    assert all(file.read_bytes() == (second / file.relative_to(first)).read_bytes() for file in files)
    text = (first / "sheets" / "customer.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "$schema": "/api/v1/schemas/sheet.json",\n  "fields": [')
    assert "customer表" in text
    result = await definitions.install_app(first, actor=SYSTEM)
    assert (result.published, result.unchanged) == ((), 2)


async def test_installing_is_for_who_may_define(db: str, tmp_path: Path, seller: Actor) -> None:
    with pytest.raises(Forbidden):
        await definitions.install_app(shipped(tmp_path / "shop", "1.0"), actor=seller)
