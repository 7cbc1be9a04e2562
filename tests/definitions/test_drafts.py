"""Two admins never overwrite each other's draft without being told."""

from __future__ import annotations

import pytest

from platform_core import definitions
from platform_core.errors import Invalid
from platform_core.identity import Actor
from tests.definitions.example_kinds import item, sheet


async def test_without_a_draft_there_is_the_published_one_or_nothing(db: str, admin: Actor) -> None:
    empty = await definitions.get_draft("sheet", "customer", actor=admin)
    assert (empty.rev, empty.definition, empty.exists) == (0, {}, False)
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    standing = await definitions.get_draft("sheet", "customer", actor=admin)
    assert (standing.definition, standing.exists, standing.base) == (sheet("customer", "city"), False, 1)


async def test_each_save_moves_the_rev(db: str, admin: Actor) -> None:
    first = await definitions.put_draft("sheet", "customer", sheet("customer"), rev=0, actor=admin)
    second = await definitions.put_draft("sheet", "customer", {"half": "done"}, rev=first.rev, actor=admin)
    assert (first.rev, second.rev) == (1, 2)
    assert second.definition == {"half": "done"}
    assert (second.exists, second.updated_by) == (True, admin.user_id)


async def test_a_stale_save_is_refused_with_the_difference(db: str, admin: Actor, other_admin: Actor) -> None:
    first = await definitions.put_draft("sheet", "customer", sheet("customer", "city"), actor=admin)
    await definitions.put_draft(
        "sheet", "customer", sheet("customer", "city", "fax"), rev=1, actor=other_admin
    )
    with pytest.raises(definitions.StaleDraft) as refused:
        await definitions.put_draft("sheet", "customer", sheet("customer"), rev=first.rev, actor=admin)
    stale = refused.value
    assert stale.base["definition"] == sheet("customer", "city")
    assert stale.yours["definition"] == sheet("customer")
    assert stale.theirs["definition"] == sheet("customer", "city", "fax")
    assert [change["sentence"] for change in stale.theirs["changes"]] == ["Field “Fax” added"]  # type: ignore[attr-defined]  # JSON
    kept = await definitions.get_draft("sheet", "customer", actor=admin)
    assert (kept.rev, kept.definition) == (2, sheet("customer", "city", "fax"))


async def test_without_a_rev_the_save_overwrites_knowingly(db: str, admin: Actor, other_admin: Actor) -> None:
    await definitions.put_draft("sheet", "customer", sheet("customer", "city"), actor=other_admin)
    saved = await definitions.put_draft("sheet", "customer", sheet("customer"), actor=admin)
    assert (saved.rev, saved.definition) == (2, sheet("customer"))


async def test_small_patches_change_the_draft(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    field = {"type": "text", "name": "fax"}
    draft = await definitions.get_draft("sheet", "customer", actor=admin)
    patched = await definitions.patch_draft(
        "sheet", "customer", draft.rev, [{"op": "add", "path": "/fields/-", "value": field}], actor=admin
    )
    assert patched.definition["fields"] == [*sheet("customer", "city")["fields"], field]  # type: ignore[misc]  # JSON
    with pytest.raises(definitions.StaleDraft):
        await definitions.patch_draft("sheet", "customer", draft.rev, [], actor=admin)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nothing"},
        {"op": "add", "path": "fields", "value": 1},
        {"op": "grow", "path": "/fields"},
        {"op": "replace", "path": "", "value": []},
        {"path": "/x"},
        {},
    ],
)
async def test_a_patch_that_does_not_fit_changes_nothing(
    db: str, admin: Actor, operation: dict[str, object]
) -> None:
    saved = await definitions.put_draft("sheet", "customer", sheet("customer"), actor=admin)
    good = {"op": "add", "path": "/title", "value": "x"}
    with pytest.raises(Invalid) as refused:
        await definitions.patch_draft("sheet", "customer", saved.rev, [good, operation], actor=admin)
    assert refused.value.errors[0].pointer == "/patches/1"
    assert (await definitions.get_draft("sheet", "customer", actor=admin)).definition == sheet("customer")


async def test_publishing_a_draft_uses_it_up(db: str, admin: Actor) -> None:
    draft = await definitions.put_draft("sheet", "customer", sheet("customer", "city"), actor=admin)
    result = await definitions.publish(draft, "mine", actor=admin)
    assert result.revisions[0].revision == 1
    left = await definitions.get_draft("sheet", "customer", actor=admin)
    assert (left.exists, left.rev) == (False, 2)
    with pytest.raises(definitions.NothingToPublish):
        await definitions.publish(left, actor=admin)


async def test_a_draft_that_moved_on_since_it_was_read_is_not_published(
    db: str, admin: Actor, other_admin: Actor
) -> None:
    seen = await definitions.put_draft("sheet", "customer", sheet("customer", "city"), actor=admin)
    await definitions.put_draft("sheet", "customer", sheet("customer", "fax"), actor=other_admin)
    with pytest.raises(definitions.StaleDraft):
        await definitions.publish(seen, actor=admin)


async def test_who_had_the_published_one_on_the_screen_learns_of_a_newer_one(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    seen = await definitions.get_draft("sheet", "customer", actor=admin)
    await definitions.publish([item(sheet("customer", "city", "fax"))], actor=admin)
    with pytest.raises(definitions.StaleDraft):
        await definitions.put_draft(
            "sheet", "customer", sheet("customer", "city", "x"), rev=seen.rev, actor=admin
        )


async def test_publishing_past_a_draft_keeps_it_and_asks_before_it_undoes_the_other(
    db: str, admin: Actor, other_admin: Actor
) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    draft = await definitions.put_draft("sheet", "customer", sheet("customer", "city", "phone"), actor=admin)
    await definitions.publish([item(sheet("customer", "city", "fax"))], actor=other_admin)
    kept, result = await definitions.check_draft("sheet", "customer", actor=admin)
    assert kept.definition == draft.definition
    assert [found.id for found in result.plan if found.destructive] == ["draft.base"]
    with pytest.raises(definitions.NotAccepted):
        await definitions.publish(kept, actor=admin)
    await definitions.publish(kept, accept=["draft.base"], actor=admin)


async def test_a_draft_can_be_thrown_away(db: str, admin: Actor) -> None:
    await definitions.publish([item(sheet("customer", "city"))], actor=admin)
    draft = await definitions.put_draft("sheet", "customer", sheet("customer"), actor=admin)
    left = await definitions.discard_draft("sheet", "customer", rev=draft.rev, actor=admin)
    assert (left.exists, left.definition) == (False, sheet("customer", "city"))


async def test_a_draft_may_be_wrong_but_its_name_may_not(db: str, admin: Actor) -> None:
    with pytest.raises(Invalid):
        await definitions.put_draft("sheet", "Customer 1", {}, actor=admin)
    with pytest.raises(definitions.UnknownKind):
        await definitions.put_draft("shoe", "customer", {}, actor=admin)


async def test_a_draft_is_found_by_its_bare_name_in_whatever_app_it_is(db: str, admin: Actor) -> None:
    await definitions.put_draft("sheet", "customer", {"of": "crm"}, "crm", actor=admin)
    assert (await definitions.get_draft("sheet", "customer", actor=admin)).key.app == "crm"
    await definitions.put_draft("sheet", "customer", {"of": "erp"}, "erp", actor=admin)
    with pytest.raises(definitions.AmbiguousName):
        await definitions.get_draft("sheet", "customer", actor=admin)
    assert (await definitions.get_draft("sheet", "erp.customer", actor=admin)).definition == {"of": "erp"}
