"""Encrypted fields: in clear for who may read them, and nowhere else."""

from __future__ import annotations

import msgspec
import pytest

from platform_core import audit, database, records, secrets, settings
from platform_core.entities import quote
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM, Actor
from platform_core.records import AggregateQuery, BadQuery, RecordQuery
from platform_core.secrets import SecretLocked
from tests.records.world import Company, field, form, grant, publish, role

TAX = "DE 123-456-789"

FIRM = form(
    "firm",
    field("name", required=True, search=True),
    field("tax_no", unique=True, sensitive="encrypted"),
    field("limit", "decimal", scale=2, sensitive="encrypted"),
    field("reached", "phone", sensitive="encrypted"),
    field("born", "date", sensitive="encrypted"),
    title="{name}",
)
PERSON = form("person", field("name", required=True), field("firm", "link", form="firm"), title="{name}")


@pytest.fixture
async def firms(company: Company) -> Company:
    await publish(
        FIRM,
        PERSON,
        role("clerk", firm=grant("all"), person=grant("all")),
        role("finance", firm=grant("all", export={"rows": 100}, fields={"tax_no": "write", "limit": "read"})),
    )
    return company


async def listed(actor: Actor, **asked: object) -> list[object]:
    found = await records.query(RecordQuery(form="firm", sort=("name",), **asked), actor=actor)  # type: ignore[arg-type]  # per test
    return [record.title for record in found.items]


async def everything_stored() -> str:
    """Every text of the database, in one."""
    texts: list[str] = []
    for table in await database.introspect():
        rows = await database.fetch_tuples(f"SELECT * FROM {quote(table)}")
        texts += [str(value) for row in rows for value in row]
    return "\n".join(texts)


async def test_a_value_is_read_as_it_was_written_and_stored_nowhere_in_clear(firms: Company) -> None:
    values = {
        "name": "A",
        "tax_no": TAX,
        "limit": "1200.50",
        "reached": "+49 30 901820",
        "born": "2001-02-03",
    }
    made = await records.create("firm", values, actor=SYSTEM)
    await records.update("firm", made.id, {"tax_no": "AT-77777777"}, actor=SYSTEM, version=1)

    got = await records.get("firm", made.id, actor=SYSTEM)
    history = await records.history("firm", made.id, actor=SYSTEM)
    kept = await everything_stored()

    assert made.values["tax_no"] == TAX and got.values["tax_no"] == "AT-77777777"
    assert (got.values["limit"], got.values["born"]) == ("1200.50", "2001-02-03")
    assert got.values["reached"] == {"raw": "+49 30 901820", "e164": "+4930901820"}
    assert [entry.changes["tax_no"] for entry in history.items] == [[TAX, "AT-77777777"], [None, TAX]]
    for secret in (TAX, "123-456-789", "AT-77777777", "4930901820", "1200.50", "2001-02-03"):
        assert secret not in kept


async def test_equal_values_are_found_as_people_mean_them_and_nothing_else_can_be_asked(
    firms: Company,
) -> None:
    for name, tax in (("A", TAX), ("B", "FR77"), ("C", None)):
        await records.create("firm", {"name": name, "tax_no": tax, "limit": "5.00"}, actor=SYSTEM)

    assert await listed(SYSTEM, filter="tax_no == 'de123-456-789'") == ["A"]
    assert await listed(SYSTEM, filter="'FR77' == tax_no or limit == 4") == ["B"]
    assert await listed(SYSTEM, filter="tax_no in ['FR77', 'DE 123-456-789']") == ["A", "B"]
    assert await listed(SYSTEM, filter="tax_no != 'FR77'") == ["A", "C"]
    assert await listed(SYSTEM, filter="blank(tax_no)") == ["C"]
    assert len(await listed(SYSTEM, filter="limit == 5")) == 3
    assert await listed(SYSTEM, q="FR77") == []
    for refused in ("contains(tax_no, 'FR')", "tax_no < 'X'", "limit > 3", "starts_with(tax_no, 'F')"):
        with pytest.raises(BadQuery) as told:
            await listed(SYSTEM, filter=refused)
        assert "encrypted" in told.value.errors[0].message
    for sort in ("tax_no", "limit"):
        with pytest.raises(BadQuery):
            await records.query(RecordQuery(form="firm", sort=(sort,)), actor=SYSTEM)
    with pytest.raises(BadQuery):
        await records.aggregate(AggregateQuery(form="firm", by=("tax_no",)), actor=SYSTEM)
    with pytest.raises(BadQuery):
        await records.aggregate(AggregateQuery(form="firm", measures=("sum(limit)",)), actor=SYSTEM)


async def test_unique_holds_whatever_the_spelling(firms: Company) -> None:
    first = await records.create("firm", {"name": "A", "tax_no": TAX}, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        await records.create("firm", {"name": "B", "tax_no": "de123-456-789"}, actor=SYSTEM)
    made = await records.bulk_create(
        "firm", [{"name": "C", "tax_no": "X 1"}, {"name": "D", "tax_no": "x1"}], actor=SYSTEM
    )

    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/tax_no", "not_unique")]
    assert [one.ok for one in made] == [True, False]
    await records.update("firm", first.id, {"tax_no": "DE123-456-789"}, actor=SYSTEM, version=1)


async def test_who_is_not_named_sees_the_last_four_and_may_not_ask(firms: Company) -> None:
    made = await records.create("firm", {"name": "A", "tax_no": TAX, "limit": "12.00"}, actor=SYSTEM)
    clerk, finance = await firms.hire("Cora", "clerk"), await firms.hire("Finn", "finance")

    masked = await records.get("firm", made.id, actor=clerk)
    clear = await records.get("firm", made.id, actor=finance)
    exported = [
        record.values["tax_no"]
        async for chunk in records.stream(RecordQuery(form="firm"), actor=finance)
        for record in chunk
    ]

    assert masked.values["tax_no"] == "••••-789" and masked.values["limit"] == "••••"
    assert clear.values["tax_no"] == TAX and exported == [TAX]
    with pytest.raises(BadQuery):
        await listed(clerk, filter="tax_no == 'FR77'")
    assert all(
        "tax_no" not in entry.changes for entry in (await records.history("firm", made.id, actor=clerk)).items
    )
    with pytest.raises(Invalid):
        await records.update("firm", made.id, {"tax_no": "1"}, actor=clerk, version=1)
    await audit.flush_access()
    seen = await audit.read_access(audit.AccessQuery(form="local.firm", limit=20))
    assert {(one.action, one.user_id) for one in seen} == {
        (how, finance.user_id) for how in ("open", "export")
    }


async def test_a_token_opens_only_where_it_was_made(firms: Company) -> None:
    first = await records.create("firm", {"name": "A", "tax_no": TAX}, actor=SYSTEM)
    other = await records.create("firm", {"name": "B"}, actor=SYSTEM)
    await database.execute(
        'UPDATE r_local__firm SET "tax_no" = (SELECT "tax_no" FROM r_local__firm WHERE "id" = ?) WHERE "id" = ?',
        (first.id, other.id),
    )

    with pytest.raises(SecretLocked):
        await records.get("firm", other.id, actor=SYSTEM)


async def test_a_rotation_seals_everything_anew_and_can_be_taken_up_again(firms: Company) -> None:
    ids = [
        (await records.create("firm", {"name": f"F{n}", "tax_no": f"T-{n}"}, actor=SYSTEM)).id
        for n in range(5)
    ]
    before = await database.fetch_value("SELECT id FROM tw_field_key WHERE purpose = 'seal'")

    assert await secrets.retire_field_key()
    assert not await secrets.retire_field_key()
    await records.update("firm", ids[0], {"tax_no": "T-new"}, actor=SYSTEM, version=1)
    assert await listed(SYSTEM, filter="tax_no == 'T-3'") == ["F3"]
    assert await records.reseal() == 4 + 5
    assert await records.reseal() == 0

    assert str(before) not in await everything_stored()
    for n, record in enumerate(ids[1:], start=1):
        assert (await records.get("firm", record, actor=SYSTEM)).values["tax_no"] == f"T-{n}"
    assert (await records.history("firm", ids[2], actor=SYSTEM)).items[0].changes["tax_no"] == [None, "T-2"]
    assert await listed(SYSTEM, filter="tax_no == 'T-3'") == ["F3"]


async def test_the_installations_key_may_change_and_without_it_nothing_opens(firms: Company) -> None:
    made = await records.create("firm", {"name": "A", "tax_no": TAX}, actor=SYSTEM)
    old = settings.current()
    settings.use(msgspec.structs.replace(old, secret_key=b"n" * 32))

    with pytest.raises(SecretLocked):
        await records.get("firm", made.id, actor=SYSTEM)
    assert (await secrets.state()).state == "locked"
    assert await secrets.rewrap(old.secret_key) == 2

    assert (await records.get("firm", made.id, actor=SYSTEM)).values["tax_no"] == TAX
    assert await listed(SYSTEM, filter="tax_no == 'de 123-456-789'") == ["A"]
