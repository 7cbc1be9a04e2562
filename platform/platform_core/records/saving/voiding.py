"""The void log of strict numbers: who destroyed a record that had one, when and why, as lines of the audit.

A line of the audit is sealed into its chain and cannot be taken out again; it is read where the audit is read, under the
action `record.void_number`.
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import audit
from platform_core.entities import Entity, Numbering
from platform_core.identity import Actor

VOID = "record.void_number"


def strict_fields(entity: Entity) -> list[str]:
    """What is numbered without gaps: "code" and autonumber fields."""
    numbered: list[tuple[str, Numbering | None]] = [("code", entity.numbering)]
    numbered += [(field.name, field.numbering) for field in entity.own_fields]
    return [name for name, numbering in numbered if numbering is not None and numbering.mode == "strict"]


async def tell_void(entity: Entity, record: str, actor: Actor, field: str, number: str, why: str) -> None:
    """One number that no record has any more, or ever had."""
    await audit.write_many([_line(entity, record, actor, field, number, why)])


async def tell_destroyed(
    entity: Entity, records: Sequence[tuple[str, dict[str, object]]], actor: Actor, why: str
) -> None:
    """The strict numbers of records that are being destroyed; in their transaction. `records` are (id, values)."""
    lines = [
        _line(entity, record, actor, name, str(values[name]), why)
        for name in strict_fields(entity)
        for record, values in records
        if values.get(name) is not None
    ]
    if lines:
        await audit.write_many(lines)


def _line(entity: Entity, record: str, actor: Actor, field: str, number: str, why: str) -> audit.Entry:
    return audit.Entry(
        action=VOID,
        actor=actor,
        kind="record",
        subject=f"{entity.key}/{record}",
        fields=(field,),
        detail={"number": number, "why": why},
    )
