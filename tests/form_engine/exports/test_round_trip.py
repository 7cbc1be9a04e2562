"""What an export writes, an import reads: the same records come back into an emptied form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from form_engine import exports
from form_engine.exports import ExportOrder
from form_engine.exports.service import EXPORT
from form_engine.exports.work import export
from form_engine.imports import work
from platform_core import audit, definitions, events, files, identity, jobs, permissions, records, settings
from platform_core.identity import SYSTEM, Actor
from platform_core.jobs import JobKind
from platform_core.permissions import RoleKind
from platform_core.records import Record
from tests.form_engine.imports.desk import Desk
from tests.records.world import Company, Raw, field, form, grant, publish, role

LANGUAGES = ("en", "zh", "es", "ar")
HOSTILE = (
    "=1+1",
    "'=1+1",
    "-12",
    "'quoted",
    "@SUM(A1)",
    "\u2014",
    '"a","b"',
    "007",
    "1e5",
    "TRUE",
    "2026-01-02",
)
"""Texts that a spreadsheet, or a careless reader, would take for something else."""
SORTS: Raw = {
    "kind": "dictionary", "schema": 1, "name": "sort", "label": {"en": "Sort"},
    "values": [
        {"key": "a", "label": {"en": "Tools, hardware", "zh": "工具、五金"}, "order": 1},
        {"key": "b", "label": {"en": "Nuts; bolts", "zh": "螺母；螺栓"}, "order": 2},
        {"key": "c", "label": {"en": "Same"}, "order": 3},
        {"key": "d", "label": {"en": "Same"}, "order": 4},
    ],
}  # fmt: skip
PARTNER = form("partner", field("name", required=True), title="{name}", numbering={"pattern": "P-{seq:3}"})
ITEM = form(
    "item",
    field("name", required=True, max_length=100),
    {**field("local_name"), "label": {"en": "Name", "zh": "名称"}},
    field("memo", "long_text"),
    field("count", "integer"),
    field("rate", "decimal", scale=4),
    field("share", "percent"),
    field("price", "money", scale=4),
    field("since", "date"),
    field("seen_at", "datetime"),
    field("active", "boolean"),
    field("sort", "choice", dictionary="sort"),
    field("sorts", "choices", dictionary="sort"),
    field("mail", "email"),
    field("phone", "phone"),
    field("site", "url"),
    field("country", "country"),
    field("money", "currency"),
    field("spoken", "language"),
    field("zone", "timezone"),
    field("maker", "link", form="partner"),
    field("makers", "links", form="partner"),
    field("keeper", "user"),
    field("keepers", "users"),
    field("group", "team"),
    title="{name}",
    numbering={"pattern": "I-{seq:3}"},
)


@pytest.fixture(autouse=True)
def _entered(_kinds: None, tmp_path: Path) -> Iterator[None]:
    standing = {kind.name for kind in definitions.kinds()}
    if "role" not in standing:
        definitions.register_kind(RoleKind())
    for name, handler in ((work.CHECK, work.check), (work.RUN, work.run), (EXPORT, export)):
        jobs.register(JobKind(name, handler, max_attempts=1))
    permissions.enter()
    permissions.forget()
    audit.forget_refusals()
    settings.use(settings.Settings(data=tmp_path / "data", secret_key=b"k" * 32, argon2_profile="test"))
    yield
    jobs.reset()
    events.reset()
    if "role" not in standing:
        definitions.forget_kind("role")


@pytest.fixture
async def clerk(db: str) -> AsyncIterator[Actor]:
    """Somebody who may do everything with items, take them out and bring them in."""
    keeper = {
        **role("keeper", item=grant("all", export={"rows": 1000}), partner=grant("all")),
        "actions": ["import"],
    }
    await publish(SORTS, PARTNER, ITEM, keeper)
    yield await Company().hire("Bo", "keeper", team="Ningbo", zone="Asia/Shanghai")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_an_export_imported_into_the_emptied_form_gives_the_same_records(
    clerk: Actor, tmp_path: Path, kind: str, language: str
) -> None:
    person = await _speaking(clerk, language)
    desk = Desk(person, tmp_path)
    for values in await _items(person):
        await records.create("item", values, actor=person)
    before = await desk.records("item")
    assert len(before) > len(HOSTILE)
    file = await _exported(person, kind, tmp_path)
    for record in before:
        await records.delete("item", record.id, actor=person, version=None)
        await records.purge("item", record.id, actor=SYSTEM)
    assert await desk.records("item") == []
    done = await desk.import_(path=file, to="item")
    assert (done.state, done.refused) == ("done", 0), await desk.problems(done)
    after = {record.code: _said(record) for record in await desk.records("item")}
    assert after.keys() == {record.code for record in before}
    for record in before:
        assert after[record.code] == _said(record)


async def _items(person: Actor) -> list[Raw]:
    makers = [
        await records.create("partner", {"name": name}, actor=person)
        for name in ("Ada & Co", "Bolt; Nut", "名, 字")
    ]
    teams = await identity.teams()
    full: Raw = {
        "name": "Full", "local_name": "全", "memo": "first line\nsecond; line", "count": 1234567, "rate": "1.2345",
        "share": "12.5", "price": {"amount": "1234.0425", "currency": "EUR"}, "since": "2026-02-01",
        "seen_at": "2026-03-04T05:06:07Z", "active": True, "sort": "d", "sorts": ["a", "b", "d"],
        "mail": "info@nordic.example", "phone": "+4940123456", "site": "https://nordic.example/a?b=c", "country": "CI",
        "money": "CNY", "spoken": "zh", "zone": "Europe/Berlin", "maker": makers[1].id,
        "makers": [maker.id for maker in makers], "keeper": person.user_id, "keepers": [person.user_id],
        "group": teams[0].id,
    }  # fmt: skip
    odd: list[Raw] = [
        {"name": "Low", "count": -1, "rate": "-0.0001", "share": "-1", "price": {"amount": "-1234", "currency": "JPY"},
         "since": "1000-01-01", "seen_at": "1970-01-01T00:00:00Z"},
        {"name": "High", "count": 10**15, "share": "999999999.99",
         "price": {"amount": "1.234", "currency": "KWD"}, "since": "9999-12-30", "rate": "1.234"},
        {"name": "Long", "rate": "99999999999999.9999"},
        {"name": "Thousand", "count": 1000, "rate": "1234", "price": {"amount": "1000", "currency": "USD"}},
    ]  # fmt: skip
    return [full, *odd, *[dict[str, object](name=text, memo=text) for text in HOSTILE]]


async def _speaking(person: Actor, language: str) -> Actor:
    """The same person with another language."""
    await identity.set_preferences(person, language=language)
    return msgspec.structs.replace(await identity.actor_of(person.user_id, via="api"))


async def _exported(person: Actor, kind: str, folder: Path) -> Path:
    order = ExportOrder(format=kind, reason="Moving house")  # type: ignore[arg-type]  # one of the formats
    job = await exports.start("item", order, actor=person)
    await jobs.Worker(concurrency=1).run_once()
    done = await jobs.get(job)
    assert done is not None and done.result is not None, done
    stored = await files.find(str(done.result["file"]))
    assert stored is not None
    path = folder / f"items.{kind}"
    path.write_bytes(files.store_path(stored.sha256).read_bytes())
    return path


def _said(record: Record) -> Raw:
    """Everything that people have said of a record; not when and by whom it was written down."""
    stamps = ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "import_batch")
    return {"code": record.code} | {
        name: value for name, value in record.values.items() if name not in stamps
    }
