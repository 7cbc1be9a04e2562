"""The command that moves a record to another stage and fills in what the move asks for, behind links as well."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping

import msgspec

from form_engine.stages.compiled import Stages
from form_engine.stages.published import stage_name, stages_of
from platform_core import database, entities, i18n, records
from platform_core.entities import Entity
from platform_core.errors import Forbidden, Invalid, NotFound, Problem, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records import Record, WriteOptions

NO_OPTIONS = WriteOptions()


async def transition(
    form: str,
    record: str,
    to: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    expect: int | None = None,
    options: WriteOptions = NO_OPTIONS,
) -> Record:
    """Moves a record to the stage `to` and writes `fields`, which may be paths ("account.website").

    All records are written in one transaction, each with the actor's own rights. `expect` is the version that was
    read; None moves whatever is there. Raises NotFound (also for what the actor may not see), Forbidden, StaleVersion,
    and Invalid with everything that is missing or wrong: pointers are "/to" and "/fields/account.website".
    """
    entity = entities.get(form)
    found = await records.get(entity.key, record, actor=actor)
    stages = stages_of(entity)
    if stages is None:
        raise Invalid.one("/to", "no_stages", N_("Records of this form have no stages."))
    move = _Move(entity, stages, found, to, actor, options)
    move.look(fields)
    saved: list[Record] = []

    async def work() -> None:
        saved[:] = [await move.save(fields, expect)]

    await database.run_transaction(work)
    return saved[0]


class _Move:
    """One move of one record."""

    def __init__(
        self, entity: Entity, stages: Stages, record: Record, to: str, actor: Actor, options: WriteOptions
    ) -> None:
        self._entity = entity
        self._stages = stages
        self._record = record
        self._to = to
        self._actor = actor
        self._options = options
        self._problems: list[Problem] = []

    def look(self, fields: Mapping[str, object]) -> None:
        """Refuses what cannot be begun: the stage that a record has already, one that the actor does not see."""
        found = self._record
        level = found.access.fields.get(self._stages.field) if found.access else None
        if level is None:
            raise Forbidden(N_("You do not see the stages of this record."))
        if self._stages.field in fields:
            raise Invalid.one(
                f"/fields/{self._stages.field}", "stage_field", N_("The stage is named in 'to' alone.")
            )
        if found.values.get(self._stages.field) == self._to:
            raise Invalid.one(
                "/to",
                "already_there",
                N_("The record stands in '{stage}' already."),
                stage=stage_name(self._entity, self._stages, self._to, self._actor.language),
            )

    async def save(self, fields: Mapping[str, object], expect: int | None) -> Record:
        """Writes the linked records, then the record itself; raises Invalid with the problems of all of them."""
        self._problems.clear()
        own = {path: value for path, value in fields.items() if "." not in path}
        for link, values in _behind(fields).items():
            await self._try(self._save_linked(link, values, own), f"/fields/{link}.")
        saved = await self._try(
            records.update(
                self._entity.key,
                self._record.id,
                {**own, self._stages.field: self._to},
                actor=self._actor,
                version=expect,
                options=self._options,
            ),
            "",
        )
        if self._problems or saved is None:
            raise Invalid(
                _once(self._problems), N_("The record cannot move on yet."), code="transition_refused"
            )
        return saved

    async def _try(self, work: Awaitable[Record], prefix: str) -> Record | None:
        """The saved record; None where it was refused, with its problems noted."""
        try:
            return await work
        except Invalid as refusal:
            self._problems += [self._placed(each, prefix) for each in refusal.errors]
        except (Forbidden, NotFound) as refusal:
            if not prefix:
                raise
            self._problems.append(self._closed(refusal, prefix))
        return None

    async def _save_linked(
        self, link: str, values: Mapping[str, object], own: Mapping[str, object]
    ) -> Record:
        field = self._entity.fields.get(link)
        target = entities.linked_entity(field) if field is not None else None
        if target is None:
            raise Invalid.one("", "unknown_field", N_("There is no field '{field}'."), field=link[:60])
        wire = own.get(link, self._record.values.get(link))
        leads_to = wire.get("id") if isinstance(wire, Mapping) else wire
        if not leads_to:
            label = i18n.label(field.label, self._actor.language) if field is not None else link
            raise Invalid.one("", "no_link", N_("'{label}' leads to no record yet."), label=label)
        return await records.update(
            target.key, str(leads_to), values, actor=self._actor, version=None, options=self._options
        )

    def _placed(self, problem: Problem, prefix: str) -> Problem:
        """The problem with its pointer into the body of a move."""
        name, _slash, rest = problem.pointer.removeprefix("/").partition("/")
        if prefix:
            pointer = f"{prefix}{name}" if name else prefix.removesuffix(".")
            pointer += f"/{rest}" if rest else ""
        elif name == self._stages.field:
            pointer = "/to"
        elif rest and "/" not in rest and self._is_link(name):
            pointer = f"/fields/{name}.{rest}"
        else:
            pointer = f"/fields{problem.pointer}" if problem.pointer else ""
        return msgspec.structs.replace(problem, pointer=pointer)

    def _is_link(self, name: str) -> bool:
        field = self._entity.fields.get(name)
        return field is not None and entities.linked_entity(field) is not None

    def _closed(self, refusal: TradewindError, prefix: str) -> Problem:
        return Problem(
            pointer=prefix.removesuffix("."),
            code=refusal.code,
            message=N_("You may not change the record behind '{label}'."),
            params={"label": self._label(prefix.removeprefix("/fields/").removesuffix("."))},
            remedy=N_("Ask its owner."),
        )

    def _label(self, name: str) -> str:
        field = self._entity.fields.get(name)
        return (i18n.label(field.label, self._actor.language) if field is not None else "") or name


def _behind(fields: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """The values of linked records, by link."""
    found: dict[str, dict[str, object]] = {}
    for path, value in fields.items():
        link, dot, name = path.partition(".")
        if dot:
            found.setdefault(link, {})[name] = value
    return found


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """Each place once: what a linked record was refused for is not told as missing besides."""
    seen: set[str] = set()
    for problem in problems:
        if not problem.pointer or problem.pointer not in seen:
            seen.add(problem.pointer)
            yield problem
