"""What publishing a form would do to live data, counted on live data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from form_engine.definition import FieldDef
from form_engine.fields.sealed import is_encrypted
from form_engine.kind.allot import Allotment, Move
from form_engine.kind.change import FormChange, title_changes
from form_engine.kind.counting import LIVE, Counter, count_duplicates
from form_engine.kind.cutting import fill_of
from form_engine.kind.meta import Slot
from form_engine.kind.numbering_plan import numbering_items
from form_engine.kind.plan_moves import asks_for_filling, look_at_move
from form_engine.kind.sealed_values import told_apart_by
from platform_core import database, i18n, settings
from platform_core.definitions import Ask, PlanItem
from platform_core.entities import quote
from platform_core.i18n import N_

Severity = Literal["info", "advice", "warning", "danger"]


async def plan_form(change: FormChange) -> list[PlanItem]:
    """Every consequence of the publish, the harmless ones first."""
    if change.is_first:
        columns = sum(len(slot.columns) for slot in change.allotment.added.values())
        return [
            _item("form.new", N_("Makes the form's table with {count} columns of its own."), count=columns)
        ]
    planner = _Planner(change)
    await planner.table(change.allotment, "", change.old.fields if change.old else ())
    await planner.titles()
    planner.items += numbering_items(change.old, change.new)
    return sorted(planner.items, key=lambda item: (item.destructive, item.severity in ("warning", "danger")))


def plan_retiring(table: str, count: int) -> list[PlanItem]:
    """What taking a form out of use does: its records stay where they are, out of reach."""
    message = N_("{count} records can no longer be reached. They stay in the database.")
    severity: Severity = "danger" if count else "info"
    return [_item("form.retired", message, count=count, severity=severity, destructive=count > 0)]


class _Planner:
    """Walks the allotments of a form's tables and notes what they mean."""

    def __init__(self, change: FormChange) -> None:
        self._change = change
        self.items: list[PlanItem] = []

    async def table(self, allotment: Allotment, path: str, old_fields: Sequence[FieldDef]) -> None:
        """One table: the form's own with `path` "", or that of the table field `path`."""
        counter = Counter(allotment.table)
        live = "" if path else f"{LIVE} AND "
        counter.ask("live", LIVE if not path else "1 = 1")
        self._ask(counter, allotment, live)
        await counter.run()
        total = counter.count("live")
        self._columns(allotment, path)
        self._required(counter, allotment, path, total)
        self._narrowed(counter, allotment, path, total)
        self._removed(counter, allotment, path)
        for move in allotment.moves:
            await self._move(allotment, move, path)
        await self._removed_rows(allotment, path)
        await self._unique(allotment, old_fields)
        for name, inner in allotment.rows.items():
            before = next((one for one in old_fields if one.name == name), None)
            if name not in allotment.added:
                await self.table(inner, name, getattr(before, "fields", ()))

    def _ask(self, counter: Counter, allotment: Allotment, live: str) -> None:
        for old, new, slot in allotment.kept:
            if new.required and not old.required and slot.columns:
                counter.ask(f"lack.{new.name}", f"{live}{_column(slot)} IS NULL")
            length = self._cut(old, new)
            if length is not None:
                counter.ask(f"cut.{new.name}", f"length({_column(slot)}) > ?", (length,))
            bounds = [] if is_encrypted(new) else _narrower(old, new)
            if bounds:
                conditions = " OR ".join(f"{_column(slot)} {sign} ?" for sign, _value in bounds)
                counter.ask(
                    f"bounds.{new.name}", conditions, [_bound(slot, value) for _sign, value in bounds]
                )
        for name, slot in allotment.dropped.items():
            if slot.columns:
                counter.ask(f"holds.{name}", f"{_column(slot)} IS NOT NULL")
        for name, slot in allotment.revived.items():
            if slot.columns:
                counter.ask(f"back.{name}", f"{_column(slot)} IS NOT NULL")

    def _cut(self, old: FieldDef, new: FieldDef) -> int | None:
        return self._change.types.of(new).cut_length(old, new)

    def _note(
        self,
        path: str,
        name: str,
        what: str,
        message: str,
        *,
        count: int | None = None,
        total: int | None = None,
        destructive: bool = False,
        severity: Severity = "info",
        asks: Ask | None = None,
        **params: object,
    ) -> None:
        """An item about one field; `path` is the table field it is a column of, or ""."""
        self.items.append(
            _item(
                f"field.{path}.{name}.{what}" if path else f"field.{name}.{what}",
                message,
                count=count,
                total=total,
                destructive=destructive,
                severity=severity,
                pointer=self._change.position(path or name),
                asks=asks,
                field=self._label(path, name),
                **params,
            )
        )

    def _label(self, path: str, name: str) -> str:
        """What people call the field, in the reader's language."""
        for definition in (self._change.new, self._change.old):
            fields: Sequence[FieldDef] = definition.fields if definition is not None else ()
            if path:
                fields = getattr(next((one for one in fields if one.name == path), None), "fields", ())
            found = next((one for one in fields if one.name == name), None)
            if found is not None:
                return i18n.label(found.label) or name
        return name

    def _columns(self, allotment: Allotment, path: str) -> None:
        added = [column for name, slot in allotment.added.items() for column in slot.columns if name]
        if added:
            names = ", ".join(allotment.added)
            message = N_("Adds {count} columns ({names}).")
            where = f"{path}." if path else ""
            self.items.append(_item(f"{where}columns.added", message, count=len(added), names=names))
        for old, new, _slot in allotment.kept:
            if old.name != new.name:
                self._note(
                    path,
                    new.name,
                    "renamed",
                    N_("'{field}' was '{before}'; its values stay."),
                    before=old.name,
                )
        if allotment.expired:
            message = N_("Drops {count} columns of fields that were deleted long ago.")
            count = sum(len(stone.slot.columns) for stone in allotment.expired)
            self.items.append(_item(f"{path + '.' if path else ''}columns.dropped", message, count=count))

    def _required(self, counter: Counter, allotment: Allotment, path: str, total: int) -> None:
        for old, new, slot in allotment.kept:
            if new.required and not old.required and slot.columns:
                lacking = counter.count(f"lack.{new.name}")
                self._becomes_required(path, new.name, lacking, total)
        for name in allotment.added:
            new = next(one for one in self._fields(path) if one.name == name)
            if new.required and name not in {move.field for move in allotment.moves} and total:
                self._becomes_required(path, name, total, total)

    def _becomes_required(self, path: str, name: str, lacking: int, total: int) -> None:
        message = N_("'{field}' becomes required: {count} of {total} rows lack it.")
        severity: Severity = "warning" if lacking else "info"
        asks = asks_for_filling(self._change, name) if lacking and not path else None
        if asks is not None and fill_of(self._change.world, name) is not None:
            message, severity = (
                N_("'{field}' becomes required: {count} of {total} rows get the value."),
                "advice",
            )
        self._note(path, name, "required", message, count=lacking, total=total, severity=severity, asks=asks)

    def _fields(self, path: str) -> Sequence[FieldDef]:
        fields: Sequence[FieldDef] = self._change.new.fields
        return getattr(next(one for one in fields if one.name == path), "fields", ()) if path else fields

    def _narrowed(self, counter: Counter, allotment: Allotment, path: str, total: int) -> None:
        for _old, new, _slot in allotment.kept:
            cut = counter.count(f"cut.{new.name}")
            if cut:
                message = N_("'{field}' becomes shorter: {count} of {total} rows would be cut.")
                self._note(
                    path,
                    new.name,
                    "cut",
                    message,
                    count=cut,
                    total=total,
                    destructive=True,
                    severity="danger",
                )
            outside = counter.count(f"bounds.{new.name}")
            if outside:
                message = N_(
                    "{count} of {total} rows lie outside the new bounds of '{field}'; they stay as they are."
                )
                self._note(path, new.name, "bounds", message, count=outside, total=total, severity="advice")

    def _removed(self, counter: Counter, allotment: Allotment, path: str) -> None:
        for name, slot in allotment.dropped.items():
            if slot.columns:
                self._gone(path, name, counter.count(f"holds.{name}"))
        for name, slot in allotment.revived.items():
            if slot.columns and name not in {move.field for move in allotment.moves}:
                message = N_("'{field}' comes back with the values of {count} rows.")
                self._note(path, name, "revived", message, count=counter.count(f"back.{name}"))

    async def _removed_rows(self, allotment: Allotment, path: str) -> None:
        """Table fields that go: their rows are counted in their own tables."""
        for name, slot in allotment.dropped.items():
            if slot.table:
                sql = f'SELECT count(DISTINCT "parent") FROM {quote(slot.table)}'
                self._gone(path, name, int(str(await database.fetch_value(sql))))
            elif not slot.columns:
                self._gone(path, name, 0)

    def _gone(self, path: str, name: str, holding: int) -> None:
        days = settings.current().tombstone_days
        message = N_(
            "'{field}' is deleted: {count} rows hold a value. It can be brought back for {days} days."
        )
        severity: Severity = "danger" if holding else "info"
        self._note(
            path,
            name,
            "removed",
            message,
            count=holding,
            days=days,
            destructive=holding > 0,
            severity=severity,
        )

    async def _move(self, allotment: Allotment, move: Move, path: str) -> None:
        found = await look_at_move(self._change, allotment.table, move, asking=not path)
        self._note(
            path,
            move.field,
            found.what,
            found.message,
            count=found.lost,
            total=found.kept + found.lost,
            kept=found.kept,
            destructive=found.lost > 0,
            severity="danger" if found.lost else "info",
            asks=found.asks,
        )

    async def _unique(self, allotment: Allotment, old_fields: Sequence[FieldDef]) -> None:
        for new, slot in newly_unique(allotment):
            repeated = await count_duplicates(allotment.table, told_apart_by(slot.columns).name)
            if repeated:
                message = N_("'{field}' becomes unique, but {count} values stand in several rows.")
                self._note("", new.name, "unique", message, count=repeated, severity="danger")

    async def titles(self) -> None:
        """Titles that have to be written anew."""
        old, new = self._change.old_entity, self._change.new_entity
        if old is not None and title_changes(self._change, old, new):
            count = int(str(await database.fetch_value(f"SELECT count(*) FROM {quote(new.table)}")))
            if count:
                self.items.append(
                    _item("titles", N_("Writes the titles of {count} records anew."), count=count)
                )


def newly_unique(allotment: Allotment) -> list[tuple[FieldDef, Slot]]:
    """Fields that were not unique before and stay in their columns."""
    return [
        (new, slot) for old, new, slot in allotment.kept if new.unique and not old.unique and slot.columns
    ]


def _column(slot: Slot) -> str:
    return quote(slot.columns[0].name)


def _narrower(old: FieldDef, new: FieldDef) -> list[tuple[str, object]]:
    """Bounds that are closer than before: (sign of what falls out, bound)."""
    found: list[tuple[str, object]] = []
    for name, sign in (("min", "<"), ("max", ">")):
        before, now = getattr(old, name, None), getattr(new, name, None)
        if now is not None and (before is None or (now > before if name == "min" else now < before)):
            found.append((sign, now))
    return found


def _bound(slot: Slot, value: object) -> object:
    """A bound as a parameter beside the column."""
    column = slot.columns[0].type
    if column.kind == "decimal" and isinstance(value, Decimal | int):
        return database.to_db(column, Decimal(value))
    return value


def _item(
    id: str,
    message: str,
    *,
    count: int | None = None,
    total: int | None = None,
    destructive: bool = False,
    severity: Severity = "info",
    pointer: str = "",
    asks: Ask | None = None,
    **params: object,
) -> PlanItem:
    told: Mapping[str, object] = {"count": count, "total": total, **params}
    return PlanItem(
        id=id,
        code=id.rpartition(".")[2],
        message=message,
        params=dict(told),
        count=count,
        total=total,
        destructive=destructive,
        severity=severity,
        pointer=pointer,
        asks=asks,
    )
