"""A title that shows a linked record's title says at any time what that one is called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from form_engine.fields.registry import built_in_types
from form_engine.kind.titles import TITLES, TitlesStep
from platform_core import database, definitions, jobs, records
from platform_core.identity import SYSTEM
from platform_core.records import Record
from platform_core.records.saving import spreading
from tests.records.world import Company, field, form, publish

FIRM = form("firm", field("name", required=True), title="{name}")
BRANCH = form(
    "branch",
    field("city", required=True),
    field("firm", "link", form="firm"),
    field("partners", "links", form="firm"),
    title="{firm} {city}",
)
VISIT = form("visit", field("subject"), field("branch", "link", form="branch"), title="{subject}: {branch}")
ALLIANCE = form("alliance", field("members", "links", form="firm"), title="Alliance of {members}")


@pytest.fixture(autouse=True)
def _job() -> Iterator[None]:
    jobs.register(jobs.JobKind(records.SPREAD, records.spread_job))
    definitions.register_data_step(TITLES, TitlesStep(built_in_types()))
    yield
    jobs.reset()


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish(FIRM, BRANCH, VISIT, ALLIANCE)
    return company


async def _made(form_name: str, **values: object) -> Record:
    return await records.create(form_name, values, actor=SYSTEM)


async def _renamed(firm: Record, name: str) -> None:
    await records.update("firm", firm.id, {"name": name}, actor=SYSTEM, version=None)


async def _title(record: Record) -> tuple[str, int]:
    found = await records.get(record.form, record.id, actor=SYSTEM)
    return found.title, found.version


async def _work() -> None:
    while await jobs.Worker(concurrency=1).run_once():
        pass


async def test_a_new_name_reaches_everything_that_shows_it_at_once(crm: Company) -> None:
    firm, other = await _made("firm", name="Nordic"), await _made("firm", name="Duero")
    branch = await _made("branch", city="Oslo", firm=firm.id)
    visit = await _made("visit", subject="Fair", branch=branch.id)
    alliance = await _made("alliance", members=[firm.id, other.id])
    stranger = await _made("branch", city="Lugo", firm=other.id)
    await _renamed(firm, "Norden")
    assert await _title(branch) == ("Norden Oslo", 1)
    assert await _title(visit) == ("Fair: Norden Oslo", 1)
    assert await _title(alliance) == ("Alliance of Norden, Duero", 1)
    assert await _title(stranger) == ("Duero Lugo", 1)
    found = await records.query(records.RecordQuery(form="visit", q="Norden"), actor=SYSTEM)
    assert [record.id for record in found.items] == [visit.id]


async def test_many_are_left_to_a_job(crm: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "FEW", 3)
    monkeypatch.setattr(spreading, "CHUNK", 4)
    firm = await _made("firm", name="Nordic")
    branches = [await _made("branch", city=f"C{place}", firm=firm.id) for place in range(9)]
    visits = [await _made("visit", subject="Fair", branch=branch.id) for branch in branches]
    await _renamed(firm, "Norden")
    assert await _title(branches[0]) == ("Nordic C0", 1)
    await _work()
    assert [await _title(branch) for branch in branches] == [(f"Norden C{p}", 1) for p in range(9)]
    assert [await _title(visit) for visit in visits] == [(f"Fair: Norden C{p}", 1) for p in range(9)]


async def test_a_form_that_makes_its_titles_otherwise_passes_them_on(crm: Company) -> None:
    firm = await _made("firm", name="Nordic")
    branch = await _made("branch", city="Oslo", firm=firm.id)
    await publish({**FIRM, "title": "{name} AB"})
    await _work()
    assert await _title(branch) == ("Nordic AB Oslo", 1)


async def test_records_that_name_each_other_do_not_go_on_for_ever(company: Company) -> None:
    ring = form("ring", field("name"), field("next", "link", form="ring"), title="{name}>{next}")
    await publish(ring)
    one = await _made("ring", name="a")
    two = await _made("ring", name="b", next=one.id)
    await records.update("ring", one.id, {"next": two.id}, actor=SYSTEM, version=None)
    await _work()
    await records.update("ring", two.id, {"name": "c"}, actor=SYSTEM, version=None)
    await _work()
    assert (await _title(one))[0].startswith("a>c>")


async def test_a_record_made_while_its_firm_is_renamed_has_the_new_name(crm: Company) -> None:
    firm = await _made("firm", name="Nordic")
    for number in range(5):
        branch, _ = await asyncio.gather(
            _made("branch", city="Oslo", firm=firm.id), _renamed(firm, f"Norden {number}")
        )
        assert (await _title(branch))[0] == f"Norden {number} Oslo"


async def test_a_refused_save_renames_nothing(crm: Company) -> None:
    firm = await _made("firm", name="Nordic")
    branch = await _made("branch", city="Oslo", firm=firm.id)
    with pytest.raises(RuntimeError):
        async with database.transaction():
            await _renamed(firm, "Norden")
            raise RuntimeError("on second thoughts")
    assert (await _title(branch))[0] == "Nordic Oslo"
