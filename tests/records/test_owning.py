"""Who owns a record, and who may give it to somebody else."""

from __future__ import annotations

import pytest

from platform_core import records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM, Actor
from tests.records.world import Company, grant, plain, publish_crm, role


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm(
        role("sales", account=grant("own")),
        role("lead", account=grant("team_tree")),
        role("dispatcher", account=grant("all", update="own", assign=True)),
    )
    await company.team("East")
    await company.team("Shanghai", below="East")
    await company.team("West")
    return company


@pytest.fixture
async def lina(crm: Company) -> Actor:
    return await crm.hire("Lina", "sales", team="Shanghai")


async def test_a_record_of_the_system_belongs_to_nobody(crm: Company) -> None:
    made = await records.create("account", {"name": "A"}, actor=SYSTEM)
    assert plain(made.values, "owner", "team", "territory") == {
        "owner": None,
        "team": None,
        "territory": None,
    }


async def test_the_team_follows_the_owner_unless_it_is_given(crm: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "A", "owner": lina.user_id}, actor=SYSTEM)
    assert plain(made.values, "team") == {"team": crm.teams["Shanghai"]}
    west = crm.teams["West"]
    other = await records.create("account", {"name": "B", "owner": lina.user_id, "team": west}, actor=SYSTEM)
    assert plain(other.values, "owner", "team") == {"owner": lina.user_id, "team": west}


async def test_a_lead_gives_records_around_within_the_teams_below(crm: Company, lina: Actor) -> None:
    lead = await crm.hire("Leo", "lead", team="East")
    made = await records.create("account", {"name": "A"}, actor=lead)
    moved = await records.update("account", made.id, {"owner": lina.user_id}, actor=lead, version=1)
    assert plain(moved.values, "owner", "team") == {"owner": lina.user_id, "team": crm.teams["Shanghai"]}


async def test_nobody_gives_a_record_away_out_of_their_own_reach(crm: Company, lina: Actor) -> None:
    lead = await crm.hire("Leo", "lead", team="East")
    carlos = await crm.hire("Carlos", "sales", team="West")
    made = await records.create("account", {"name": "A"}, actor=lead)
    with pytest.raises(Invalid) as refused:
        await records.update("account", made.id, {"owner": carlos.user_id}, actor=lead, version=1)
    assert [(p.pointer, p.code) for p in refused.value.errors] == [("/owner", "not_assignable")]
    mine = await records.create("account", {"name": "B"}, actor=lina)
    with pytest.raises(Invalid):
        await records.update("account", mine.id, {"owner": lead.user_id}, actor=lina, version=1)
    assert (await records.get("account", mine.id, actor=lina)).version == 1


async def test_nobody_makes_a_record_for_somebody_out_of_their_reach(crm: Company, lina: Actor) -> None:
    carlos = await crm.hire("Carlos", "sales", team="West")
    with pytest.raises(Invalid) as refused:
        await records.create("account", {"name": "A", "owner": carlos.user_id}, actor=lina)
    assert refused.value.errors[0].pointer == "/owner"
    assert (await records.create("account", {"name": "A", "owner": lina.user_id}, actor=lina)).version == 1


async def test_the_right_to_assign_gives_a_record_to_anybody(crm: Company, lina: Actor) -> None:
    dispatcher = await crm.hire("Dora", "dispatcher")
    made = await records.create("account", {"name": "A"}, actor=dispatcher)
    moved = await records.update("account", made.id, {"owner": lina.user_id}, actor=dispatcher, version=1)
    assert plain(moved.values, "owner") == {"owner": lina.user_id}
