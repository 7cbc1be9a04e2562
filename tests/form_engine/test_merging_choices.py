"""Two values of a choice list become one, with the records that hold them, and two again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.dictionary import merging
from form_engine.dictionary.compiled import Dictionary
from platform_core import audit, database, definitions, jobs, permissions, records, settings
from platform_core.definitions import NotAccepted
from platform_core.errors import Invalid
from platform_core.identity import Actor
from platform_core.jobs import JobKind
from tests.form_engine.publishing import Raw, compiled, form, plan_of, problems_of, publish, text

SOURCE = {"type": "choice", "name": "source", "dictionary": "source"}


def source(*values: Raw) -> Raw:
    return {
        "kind": "dictionary",
        "schema": 1,
        "name": "source",
        "label": {"en": "Source"},
        "values": list(values),
    }


def value(key: str, **more: object) -> Raw:
    return {"key": key, "label": {"en": key.capitalize()}, **more}


PLAIN = source(value("fair"), value("trade_fair", aliases={"erp": "7"}), value("web"))
MERGED = source(value("fair"), value("trade_fair", aliases={"erp": "7"}, merged_into="fair"), value("web"))
LEAD = form(
    "lead",
    text("name"),
    SOURCE,
    {"type": "choices", "name": "channels", "dictionary": "source"},
    {"type": "table", "name": "visits", "fields": [{**SOURCE, "label": {"en": "Source"}}]},
    title="{name} ({source})",
)


@pytest.fixture(autouse=True)
def _entered(_kinds: None) -> Iterator[None]:
    settings.use(settings.Settings(zone="UTC", language="en", secret_key=b"k" * 32))
    definitions.register_data_step(merging.MERGE, merging.begin)
    jobs.register(JobKind(merging.MERGE, merging.work))
    permissions.enter()
    audit.forget_refusals()
    yield
    jobs.reset()


async def settled() -> list[dict[str, object] | None]:
    """Runs the jobs that wait; what each has answered."""
    found = []
    for (job_id,) in await database.fetch_tuples(
        "SELECT id FROM tw_job WHERE state = 'ready' AND kind = ?", (merging.MERGE,)
    ):
        await jobs.run(str(job_id))
        job = await jobs.get(str(job_id))
        assert job is not None and job.state == "done", job and job.last_error
        found.append(job.result)
    return found


async def lead(admin: Actor, name: str, source: str, *channels: str, visits: tuple[str, ...] = ()) -> str:
    given: Raw = {
        "name": name,
        "source": source,
        "channels": list(channels),
        "visits": [{"source": one} for one in visits],
    }
    return (await records.create("lead", given, actor=admin)).id


async def held(admin: Actor, record: str) -> tuple[object, object, list[object]]:
    found = (await records.get("lead", record, actor=admin)).values
    return found["source"], found.get("channels"), [row["source"] for row in found.get("visits") or ()]  # type: ignore[attr-defined]  # rows


async def test_merged_values_take_their_records_along_and_a_rollback_brings_them_back(
    db: str, admin: Actor
) -> None:
    await publish(admin, PLAIN, LEAD)
    first = await lead(admin, "Fjord", "trade_fair", "trade_fair", "web", visits=("trade_fair", "web"))
    both = await lead(admin, "Nordic", "fair", "fair", "trade_fair")
    late = await lead(admin, "Pacific", "trade_fair")

    plan = await plan_of(admin, MERGED)
    with pytest.raises(NotAccepted):
        await publish(admin, MERGED)
    await publish(admin, MERGED, accept=[one for one in plan if plan[one].destructive])
    done = await settled()

    assert {(item.count, item.params["field"]) for item in plan.values()} == {
        (2, "Source"),
        (2, "Channels"),
        (1, "Source"),
    }
    assert done and done[0] is not None and done[0]["merged"] == 5
    assert await held(admin, first) == ("fair", ["fair", "web"], ["fair", "web"])
    assert await held(admin, both) == ("fair", ["fair"], [])
    assert (await records.get("lead", first, actor=admin)).title == "Fjord (Fair)"
    history = (await records.history("lead", late, actor=admin)).items
    assert history[0].changes["source"] == ["trade_fair", "fair"]

    await records.update("lead", late, {"source": "web"}, actor=admin, version=None)
    back = await plan_of(admin, PLAIN)
    await definitions.rollback("dictionary", "source", revision=1, actor=admin)
    await settled()

    assert {item.code for item in back.values()} == {"unmerged"}
    assert await held(admin, first) == ("trade_fair", ["trade_fair", "web"], ["trade_fair", "web"])
    assert await held(admin, both) == ("fair", ["fair", "trade_fair"], [])
    assert (await held(admin, late))[0] == "web"  # somebody has chosen otherwise since
    assert (await records.get("lead", first, actor=admin)).title == "Fjord (Trade_fair)"


async def test_many_records_are_moved_portion_by_portion(
    db: str, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "PORTION", 2)
    await publish(admin, PLAIN, LEAD)
    made = [await lead(admin, f"Lead {n}", "trade_fair", visits=("trade_fair",)) for n in range(5)]
    await publish(admin, MERGED, accept=list(await plan_of(admin, MERGED)))
    await settled()
    merged = [await held(admin, one) for one in made]
    await definitions.rollback("dictionary", "source", revision=1, actor=admin)
    await settled()

    assert merged == [("fair", None, ["fair"])] * 5
    assert [await held(admin, one) for one in made] == [("trade_fair", None, ["trade_fair"])] * 5


async def test_who_says_a_merged_value_means_the_one_that_took_it_over(db: str, admin: Actor) -> None:
    await publish(admin, MERGED, LEAD)

    by_key = await held(admin, await lead(admin, "Fjord", "trade_fair", "trade_fair", "fair"))
    found = definitions.catalog().get("dictionary", "source")
    dictionary = found.object if found is not None else None

    assert by_key[:2] == ("fair", ["fair"])
    assert isinstance(dictionary, Dictionary)
    assert dictionary.find("Trade_fair") == "fair"
    assert dictionary.of_system("erp", "7") == "fair"
    assert [one.key for one in dictionary.active] == ["fair", "web"]
    assert compiled("lead").entity.fields["source"].dictionary == "shop.source"


async def test_a_chain_of_merges_comes_back_link_by_link(db: str, admin: Actor) -> None:
    await publish(admin, PLAIN, LEAD)
    record = await lead(admin, "Fjord", "trade_fair")
    chain = source(value("fair", merged_into="web"), value("trade_fair", merged_into="web"), value("web"))
    for one in (MERGED, chain):
        plan = await plan_of(admin, one)
        await publish(admin, one, accept=list(plan))
        await settled()
    after = (await held(admin, record))[0]
    await publish(admin, PLAIN)
    await settled()

    assert after == "web"
    assert (await held(admin, record))[0] == "trade_fair"


async def test_a_value_is_not_merged_into_nothing_itself_or_a_merged_one(db: str, admin: Actor) -> None:
    wrong = source(
        value("a", merged_into="a"), value("b", merged_into="c"), value("c", merged_into="d"), value("d"),
        value("e", parent="b"), value("f", merged_into="nobody"),
    )  # fmt: skip

    assert await problems_of(admin, wrong) == {
        "/values/0/merged_into": "unknown_target",
        "/values/1/merged_into": "merged_target",
        "/values/4/parent": "merged_parent",
        "/values/5/merged_into": "unknown_target",
    }


async def test_a_job_that_comes_late_does_what_holds_then(db: str, admin: Actor) -> None:
    await publish(admin, PLAIN, LEAD)
    record = await lead(admin, "Fjord", "trade_fair")
    await publish(admin, MERGED, accept=list(await plan_of(admin, MERGED)))
    await definitions.rollback("dictionary", "source", revision=1, actor=admin)

    assert [one for one in await settled() if one and one["merged"]] == []
    assert (await held(admin, record))[0] == "trade_fair"
    with pytest.raises(Invalid):
        await records.update("lead", record, {"source": "nothing"}, actor=admin, version=None)
