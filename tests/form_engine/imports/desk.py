"""What a person does with files, as short sentences for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from form_engine.imports import service, store
from form_engine.imports.model import Habits, Import, RowReport
from platform_core import jobs, records
from platform_core.identity import Actor
from platform_core.records import Record, RecordQuery
from tests.records.world import Raw, field, form, grant, role

GRADE: Raw = {
    "kind": "dictionary", "schema": 1, "name": "grade", "label": {"en": "Grade", "zh": "等级"},
    "values": [
        {"key": "a", "label": {"en": "Top", "zh": "重点"}, "order": 1},
        {"key": "b", "label": {"en": "Good", "zh": "良好"}, "order": 2},
        {"key": "c", "label": {"en": "Yes, small", "zh": "一般"}, "order": 3},
    ],
}  # fmt: skip


def company_forms() -> list[Raw]:
    """Customers of every importable field type, contacts that belong to them, and the roles of this company."""
    customer = form(
        "customer",
        {**field("name", required=True, max_length=100), "label": {"en": "Company name", "zh": "公司名称"}},
        {**field("country", "country"), "label": {"en": "Country", "zh": "国家"}},
        field("zone", "timezone"),
        {**field("vat", unique=True, max_length=40), "label": {"en": "VAT number", "zh": "税号"}},
        {**field("mail", "email"), "label": {"en": "Mail", "zh": "邮箱"}},
        field("phone", "phone"),
        field("website", "url"),
        field("size", "integer"),
        field("price", "decimal", scale=4),
        field("share", "percent"),
        field("budget", "money"),
        field("since", "date"),
        field("called_at", "datetime"),
        field("active", "boolean"),
        field("grade", "choice", dictionary="grade"),
        field("tags", "choices", dictionary="grade"),
        field("currency", "currency"),
        field("language", "language"),
        field("parent", "link", form="customer"),
        field("partners", "links", form="customer"),
        field("buddy", "user"),
        field("helpers", "users"),
        field("note", "long_text"),
        field("secret"),
        field("papers", "files"),
        field("lines", "table", fields=[{**field("item"), "label": {"en": "Item"}}]),
        field("contacts", "children", form="contact", by="customer"),
        title="{name}",
        numbering={"pattern": "C-{seq:3}"},
    )
    contact = form(
        "contact",
        field("name", required=True),
        field("customer", "link", form="customer", required=True),
        field("mail", "email"),
    )
    hidden = {"secret": "hidden"}
    return [
        GRADE, customer, contact,
        {**role("sales", customer=grant("own", fields=hidden, export={"rows": 0}), contact=grant("own")), "actions": ["import"]},
        {**role("boss", customer=grant("all", assign=True, export={"rows": 500}), contact=grant("all", export={"rows": 3})),
         "actions": ["import"]},
        role("clerk", customer=grant("all", fields={"phone": "masked", **hidden}, export={"rows": 100})),
        role("reader", customer=grant("all", create=False, update="none", delete="none")),
    ]  # fmt: skip


class Desk:
    """One person and their files."""

    def __init__(self, actor: Actor, folder: Path) -> None:
        self.actor = actor
        self._folder = folder

    def file(self, *rows: Sequence[str] | str, name: str = "customers.csv") -> Path:
        """A CSV file of these rows; text is taken as it is."""
        path = self._folder / name
        lines = [row if isinstance(row, str) else ",".join(f'"{cell}"' for cell in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    async def upload(
        self, *rows: Sequence[str] | str, to: str = "customer", path: Path | None = None
    ) -> Import:
        """Upload rows, or a file."""
        file = path or self.file(*rows)
        return await service.upload(to, file.name, _bytes(file), actor=self.actor)

    async def map(self, made: Import, mapping: Mapping[str, str], **habits: str) -> Import:
        given = Habits(**habits) if habits else None  # type: ignore[arg-type]  # the test's own words
        return await service.set_mapping(made.id, mapping, actor=self.actor, habits=given)

    async def check(self, made: Import) -> Import:
        """Check and wait for the end."""
        await service.start_check(made.id, actor=self.actor)
        return await self.after_work(made)

    async def commit(self, made: Import, *, skip_refused: bool = False, skip_alike: bool = False) -> Import:
        """Commit and wait for the end."""
        await service.commit(made.id, actor=self.actor, skip_refused=skip_refused, skip_alike=skip_alike)
        return await self.after_work(made)

    async def undo(self, made: Import) -> Import:
        """Undo and wait for the end."""
        await service.undo(made.id, actor=self.actor)
        return await self.after_work(made)

    async def import_(
        self, *rows: Sequence[str] | str, to: str = "customer", path: Path | None = None
    ) -> Import:
        """Upload with the guessed mapping, check and commit."""
        return await self.commit(await self.upload(*rows, to=to, path=path))

    async def after_work(self, made: Import) -> Import:
        """The import after all jobs have run."""
        await jobs.Worker(concurrency=1).run_once()
        return await store.find(made.id, self.actor)

    async def report(self, made: Import) -> list[RowReport]:
        return await store.reported(made.id, limit=1000)

    async def problems(self, made: Import) -> dict[int, list[tuple[str, str]]]:
        """Line → (column, code) of everything that is told of it."""
        return {row.line: [(p.column, p.code) for p in row.problems] for row in await self.report(made)}

    async def records(self, form: str = "customer", *, filter: str | None = None) -> list[Record]:
        """The records as this person sees them, oldest first."""
        asked = RecordQuery(form=form, filter=filter, sort=("id",), limit=200)
        return (await records.query(asked, actor=self.actor)).items

    async def titles(self, form: str = "customer") -> list[str]:
        return [record.title for record in await self.records(form)]


async def _bytes(path: Path) -> AsyncIterator[bytes]:
    yield path.read_bytes()
