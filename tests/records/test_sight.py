"""What an actor must not see does not show: not in lists, filters, orders, searches, groups, links or page marks."""

from __future__ import annotations

import pytest

from platform_core import records
from platform_core.errors import NotFound
from platform_core.identity import SYSTEM, Actor
from platform_core.records import AggregateQuery, BadCursor, BadQuery, Page, Record, RecordQuery
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm(
        role("sales", account=grant("own", fields={"tax_no": "hidden"}), contact=grant("all")),
        role("team", account=grant("team_tree", fields={"employees": "hidden"})),
        role("finance", account=grant("country == 'DE'", fields={"email": "masked"})),
        role(
            "clerk", account=grant("all", fields={"tax_no": "masked", "name": "hidden", "helpers": "masked"})
        ),
        role("visitor", contact=grant("all")),
    )
    await company.team("East")
    await company.team("Shanghai", below="East")
    return company


async def account(owner: Actor | None = None, /, **values: object) -> Record:
    """An account of somebody, or of nobody; written by the system, which may set every field."""
    owned = {"owner": owner.user_id} if owner else {}
    return await records.create("account", {"name": "A", **owned, **values}, actor=SYSTEM)


async def page(actor: Actor, **asked: object) -> Page:
    return await records.query(RecordQuery(form="account", **asked), actor=actor)  # type: ignore[arg-type]  # per test


async def titles(actor: Actor, **asked: object) -> set[str]:
    return {record.title for record in (await page(actor, **asked)).items}


async def test_several_roles_see_the_union_of_their_rows_each_once(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales", "team", "finance", team="East")
    mate = await crm.hire("Mo", "sales", team="Shanghai")
    await account(lina, name="own", country="DE")
    await account(mate, name="team's")
    await account(name="german", country="DE")
    await account(name="french", country="FR")
    assert await titles(lina) == {"own", "team's", "german"}
    got = await page(lina, total=True, sort=("name",), limit=2)
    assert ([record.title for record in got.items], got.total) == (["german", "own"], 3)
    rest = await page(lina, sort=("name",), limit=2, cursor=got.next_cursor)
    assert [record.title for record in rest.items] == ["team's"]
    shown = await page(lina, sort=("name",), fields=("id", "name"), limit=2)
    assert [record.values["id"] for record in shown.items] == [record.id for record in got.items]
    groups = await records.aggregate(AggregateQuery(form="account", by=("country",)), actor=lina)
    assert groups == [{"country": "DE", "count()": 2}, {"country": None, "count()": 1}]


async def test_a_row_shows_a_field_only_if_one_role_grants_both(crm: Company) -> None:
    """Sales sees own rows without the tax number; finance German ones with it and a masked address; team no headcount."""
    lina = await crm.hire("Lina", "sales", "finance", "team", team="East")
    mate = await crm.hire("Mo", "sales", team="Shanghai")
    values = {"tax_no": "TAX-1234567", "employees": 7}
    await account(lina, name="own", email="own@example.com", **values)
    await account(lina, name="own german", email="ownde@example.com", country="DE", **values)
    await account(mate, name="team's", email="team@example.com", **values)
    await account(name="german", email="de@example.com", country="DE", **values)
    seen = {record.title: record.values for record in (await page(lina)).items}
    assert {
        name: (row.get("tax_no"), row.get("employees"), row.get("email")) for name, row in seen.items()
    } == {
        "own": ("TAX-1234567", 7, "own@example.com"),
        "own german": ("TAX-1234567", 7, "ownde@example.com"),
        "team's": ("TAX-1234567", None, "team@example.com"),
        "german": ("TAX-1234567", 7, "••••.com"),
    }
    assert "employees" not in seen["team's"]
    alone = await crm.hire("Solo", "sales", "finance")
    await account(alone, name="solo", **values)
    assert "tax_no" not in next(r for r in (await page(alone)).items if r.title == "solo").values
    found = await records.get(
        "account", (await page(alone, filter="name == 'german'")).items[0].id, actor=alone
    )
    assert found.access is not None and found.access.fields["email"] == "masked"
    assert found.values["email"] == "••••.com"


async def test_a_hidden_field_is_unknown_wherever_it_is_named(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales")
    await account(lina, tax_no="SECRET-1")
    for asked, missing in (
        ({"filter": "tax_no == 'SECRET-1'"}, {"filter": "nothing == 'SECRET-1'"}),
        ({"filter": "parent.tax_no == 'SECRET-1'"}, {"filter": "parent.nothing == 'SECRET-1'"}),
        ({"sort": ("tax_no",)}, {"sort": ("nothing",)}),
        ({"fields": ("tax_no",)}, {"fields": ("nothing",)}),
        ({"view": "taxed"}, {"view": "nothing"}),
    ):
        codes = []
        for question in (asked, missing):
            with pytest.raises(BadQuery) as refused:
                await page(lina, **question)
            codes.append([problem.code for problem in refused.value.errors])
        assert codes[0] == codes[1]
    for wrong in ({"by": ("tax_no",)}, {"measures": ("max(tax_no)",)}, {"filter": "tax_no == '1'"}):
        with pytest.raises(BadQuery):
            await records.aggregate(AggregateQuery(form="account", **wrong), actor=lina)
    assert await titles(lina, q="SECRET") == set()
    assert await records.choices("account", "SECRET", actor=lina) == []
    (record,) = (await page(lina)).items
    assert "tax_no" not in record.values
    entry = (await records.history("account", record.id, actor=lina)).items[0]
    assert "tax_no" not in entry.changes and "name" in entry.changes


async def test_a_field_that_only_some_rows_show_is_as_unknown_as_a_hidden_one(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales", "finance")
    await account(lina, country="FR", tax_no="SECRET-1")
    await account(country="DE", tax_no="OPEN-1")
    with pytest.raises(BadQuery):
        await page(lina, filter="tax_no == 'SECRET-1'")
    with pytest.raises(BadQuery):
        await page(lina, sort=("tax_no",))
    assert await titles(lina, q="SECRET") == set()


async def test_a_masked_field_shows_its_end_and_cannot_be_asked_about(crm: Company) -> None:
    cleo = await crm.hire("Cleo", "clerk")
    await account(tax_no="91330100MA2H", helpers=[cleo.user_id])
    await account(tax_no="1234")
    first, second = (await page(cleo, sort=("id",))).items
    assert (first.values["tax_no"], second.values["tax_no"]) == ("••••MA2H", "••••")
    assert first.values["helpers"] == {"id": None, "restricted": True}
    with pytest.raises(BadQuery):
        await page(cleo, filter="tax_no == '1234'")
    assert await titles(cleo, q="MA2H") == set()


async def test_a_title_made_of_a_hidden_field_is_not_shown(crm: Company) -> None:
    cleo = await crm.hire("Cleo", "clerk")
    made = await account(name="Secret name")
    await records.create("contact", {"name": "Ann", "account": made.id}, actor=SYSTEM)
    (record,) = (await page(cleo)).items
    assert record.title == made.code
    assert [choice.title for choice in await records.choices("account", "", actor=cleo)] == [made.code]
    assert await records.choices("account", "Secret", actor=cleo) == []
    with pytest.raises(BadQuery):
        await page(cleo, sort=("title",))


async def test_a_link_to_a_record_that_cannot_be_seen_says_restricted(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales")
    foreign = await account(name="Foreign", country="DE")
    own = await account(lina, name="Own", country="DE")
    for number, target in enumerate((foreign, own)):
        await records.create("contact", {"name": f"c{number}", "account": target.id}, actor=SYSTEM)
    asked = RecordQuery(form="contact", sort=("name",))
    links = [record.values["account"] for record in (await records.query(asked, actor=lina)).items]
    assert links == [{"id": None, "restricted": True}, {"id": own.id, "code": own.code, "title": "Own"}]
    behind = RecordQuery(form="contact", filter="account.country == 'DE'")
    assert [record.title for record in (await records.query(behind, actor=lina)).items] == ["c1"]
    visitor = await crm.hire("Vi", "visitor")
    with pytest.raises(BadQuery):
        await records.query(behind, actor=visitor)


async def test_who_has_nothing_of_a_form_finds_nothing(crm: Company) -> None:
    visitor = await crm.hire("Vi", "visitor")
    await account()
    for attempt in (
        page(visitor),
        records.aggregate(AggregateQuery(form="account"), actor=visitor),
        records.choices("account", "", actor=visitor),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotFound):
        await page(visitor.__class__(user_id=visitor.user_id, name="nobody"))


async def test_a_page_mark_serves_only_the_same_question_of_the_same_person(crm: Company) -> None:
    lina, mo = await crm.hire("Lina", "clerk"), await crm.hire("Mo", "clerk")
    for _ in range(3):
        await account(country="DE")
    got = await page(lina, limit=1, sort=("country",))
    cursor = str(got.next_cursor)
    assert len((await page(lina, limit=1, sort=("country",), cursor=cursor)).items) == 1
    flipped = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    for actor, asked in (
        (mo, {"sort": ("country",), "cursor": cursor}),
        (lina, {"sort": ("-country",), "cursor": cursor}),
        (lina, {"sort": ("country",), "cursor": cursor, "filter": "country == 'DE'"}),
        (lina, {"sort": ("country",), "cursor": cursor, "q": "x"}),
        (lina, {"sort": ("country",), "cursor": flipped}),
        (lina, {"sort": ("country",), "cursor": "nonsense"}),
        (lina, {"sort": ("country",), "cursor": "é"}),
    ):
        with pytest.raises(BadCursor) as refused:
            await page(actor, **asked)
        assert refused.value.status == 400
    assert "DE" not in cursor


async def test_the_bin_shows_only_what_the_actor_might_see_anyway(crm: Company) -> None:
    lina = await crm.hire("Lina", "sales")
    for made in (await account(lina, name="own"), await account(name="foreign")):
        await records.delete("account", made.id, actor=SYSTEM, version=None)
    assert await titles(lina, bin=True) == {"own"}
