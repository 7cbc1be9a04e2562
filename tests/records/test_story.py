"""History, timeline, comments, and why somebody may or may not."""

from __future__ import annotations

import pytest

from platform_core import audit, records
from platform_core.errors import Forbidden, Invalid, NotFound
from platform_core.identity import SYSTEM, Actor
from platform_core.records import BadCursor, BadQuery
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm(
        role("sales", account=grant("all"), contact=grant("all")),
        role("own", account=grant("own", fields={"employees": "hidden", "tax_no": "masked"})),
        role("german", account=grant("parent.country == 'DE'")),
    )
    return company


@pytest.fixture
async def lina(crm: Company) -> Actor:
    return await crm.hire("Lina", "sales")


async def test_history_shows_only_fields_that_the_reader_sees_today(crm: Company, lina: Actor) -> None:
    own = await crm.hire("Ole", "own")
    made = await records.create("account", {"name": "A", "employees": 1, "tax_no": "1"}, actor=lina)
    await records.update("account", made.id, {"employees": 2, "owner": own.user_id}, actor=lina, version=1)
    await records.update("account", made.id, {"employees": 3}, actor=lina, version=2)
    whole = [
        (entry.version, set(entry.changes))
        for entry in (await records.history("account", made.id, actor=lina)).items
    ]
    assert whole[0] == (3, {"employees"})
    seen = (await records.history("account", made.id, actor=own)).items
    assert [
        (entry.version, set(entry.changes) & {"employees", "tax_no", "name", "owner"}) for entry in seen
    ] == [
        (2, {"owner"}),
        (1, {"name", "owner"}),
    ]


async def test_history_and_timeline_are_read_page_by_page(lina: Actor) -> None:
    made = await records.create("account", {"name": "n0"}, actor=lina)
    for number in range(1, 7):
        await records.update("account", made.id, {"name": f"n{number}"}, actor=lina, version=number)
        await records.comment("account", made.id, f"c{number}", actor=lina)
    versions: list[int] = []
    cursor: str | None = None
    while True:
        page = await records.history("account", made.id, actor=lina, limit=3, cursor=cursor)
        versions += [entry.version for entry in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert versions == [7, 6, 5, 4, 3, 2, 1]
    told: list[str] = []
    while True:
        timeline = await records.timeline("account", made.id, actor=lina, limit=4, cursor=cursor)
        told += [entry.text or str(entry.changes["name"]) for entry in timeline.items]
        if (cursor := timeline.next_cursor) is None:
            break
    assert told[:4] == ["c6", "['n5', 'n6']", "c5", "['n4', 'n5']"]
    assert len(told) == 13
    with pytest.raises(BadCursor):
        await records.timeline("account", made.id, actor=lina, cursor="x")


async def test_references_in_history_are_shown_as_the_reader_may_see_them(crm: Company, lina: Actor) -> None:
    parent = await records.create("account", {"name": "Group"}, actor=SYSTEM)
    made = await records.create("account", {"name": "A"}, actor=lina)
    await records.update("account", made.id, {"parent": parent.id}, actor=lina, version=1)
    entry = (await records.history("account", made.id, actor=lina)).items[0]
    assert entry.changes == {"parent": [None, {"id": parent.id, "code": parent.code, "title": "Group"}]}
    assert entry.actor == {"id": lina.user_id, "title": "Lina"}
    ole = await crm.hire("Ole", "own")
    await records.update("account", made.id, {"owner": ole.user_id}, actor=lina, version=2)
    seen = (await records.history("account", made.id, actor=ole)).items[1]
    assert seen.changes == {"parent": [None, {"id": None, "restricted": True}]}


async def test_whoever_reads_a_record_may_comment_on_it(lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    said = await records.comment("account", made.id, "  Called them.\nTwice.  ", actor=lina)
    assert (said.kind, said.text) == ("comment", "Called them.\nTwice.")
    timeline = await records.timeline("account", made.id, actor=lina, kinds=("comment",))
    assert [(entry.text, entry.actor["title"]) for entry in timeline.items] == [
        ("Called them.\nTwice.", "Lina")
    ]
    lines = await audit.read(audit.AuditQuery(subject=f"local.account/{made.id}"))
    assert "record.comment" in [line.action for line in getattr(lines, "items", lines)]
    for text in ("", "   ", "x" * 10_001):
        with pytest.raises(Invalid):
            await records.comment("account", made.id, text, actor=lina)
    with pytest.raises(BadQuery):
        await records.timeline("account", made.id, actor=lina, kinds=("gossip",))


async def test_why_tells_the_roles_and_scopes_that_decided(crm: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    answer = await records.why("account", made.id, actor=lina, action="update", field="name")
    assert answer.allowed and answer.decided_by == ("local.sales",)
    ole = await crm.hire("Ole", "own")
    with pytest.raises(NotFound):
        await records.why("account", made.id, actor=ole)
    with pytest.raises(Forbidden):
        await records.why("account", made.id, actor=lina, user=ole.user_id)
    admin = await crm.hire("Ada", "admin")
    about = await records.why("account", made.id, actor=admin, user=ole.user_id)
    assert not about.allowed and "somebody else" in " ".join(about.sentences)


async def test_why_follows_the_links_of_a_scope(crm: Company) -> None:
    gerda, admin = await crm.hire("Gerda", "german"), await crm.hire("Ada", "admin")
    parent = await records.create("account", {"name": "Group", "country": "DE"}, actor=SYSTEM)
    made = await records.create("account", {"name": "A", "parent": parent.id}, actor=SYSTEM)
    assert (await records.why("account", made.id, actor=admin, user=gerda.user_id)).allowed
    assert (await records.get("account", made.id, actor=gerda)).title == "A"
    with pytest.raises(NotFound):
        await records.get("account", parent.id, actor=gerda)
