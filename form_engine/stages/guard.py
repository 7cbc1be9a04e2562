"""The guard of the stages: a change of the stage field is a transition, whatever door it comes through.

One handler in the slot `stages` of every save. For the records of one form it asks the database once.
"""

from __future__ import annotations

from collections.abc import Sequence

from form_engine.stages.compiled import Asked, Stages, Transition
from form_engine.stages.published import (
    first_of,
    may_take,
    name_of,
    reachable,
    role_labels,
    stage_name,
    stages_of,
)
from platform_core import entities, expressions, i18n, permissions, records
from platform_core.entities import Entity
from platform_core.expressions import Env, ExpressionError
from platform_core.i18n import N_
from platform_core.records import Save


async def guard_stages(saves: Sequence[Save]) -> None:
    """Notes every move that is not possible, and everything that a stage needs and does not have."""
    groups: dict[str, list[Save]] = {}
    for save in saves:
        if getattr(save.entity.definition, "stages", None) is not None:
            groups.setdefault(save.entity.key, []).append(save)
    for group in groups.values():
        stages = stages_of(group[0].entity)
        if stages is not None:
            await _Guard(group[0].entity, stages).judge(group)


class _Guard:
    """Judges the records of one form."""

    def __init__(self, entity: Entity, stages: Stages) -> None:
        self._entity = entity
        self._stages = stages
        self._first = first_of(entity, stages)

    async def judge(self, saves: Sequence[Save]) -> None:
        moving = [save for save in saves if self._moves(save)]
        if moving:
            await self._read(moving)
        for save in saves:
            if save.is_new:
                possible = self._begin(save)
            else:
                possible = self._stages.field not in save.failed and (save not in moving or self._move(save))
            if possible:
                self._needs(save, entering=save.is_new or save.changed(self._stages.field))

    async def _read(self, moving: Sequence[Save]) -> None:
        """What moves look at besides the record itself: values behind links, and rows that the input leaves alone."""
        if self._stages.paths:
            await records.follow(moving, self._stages.paths)
        tables = [name for name in self._stages.needed if self._entity.fields[name].rows is not None]
        if tables:
            await records.load_table_rows(moving, tables)

    def _begin(self, save: Save) -> bool:
        """A new record begins in the first stage; an import may bring it as far as its person could have."""
        name = self._stages.field
        if name in save.failed:
            return False
        if save.get(name) is None:
            save.set(name, self._first)
        stage = str(save.get(name))
        if stage == self._first:
            return True
        if save.options.import_batch is None:
            save.refuse(
                name,
                "stage_start",
                N_("A new record begins in '{first}'."),
                remedy=N_("Leave the stage out, and move the record on when it is there."),
                first=self._called(save, self._first),
            )
        elif stage not in reachable(self._stages, self._first, save.actor):
            message = N_("None of your roles may bring a record as far as '{stage}'.")
            save.refuse(name, "stage_role", message, stage=self._called(save, stage))
        return name not in save.failed

    def _moves(self, save: Save) -> bool:
        name = self._stages.field
        return not save.is_new and name not in save.failed and save.changed(name)

    def _move(self, save: Save) -> bool:
        """Looks for a transition that the actor may take, whose condition holds, and that misses least. Where none
        leads there, what the other stage would need says nothing."""
        name = self._stages.field
        before = (save.before or {}).get(name)
        origin = self._first if before is None else str(before)
        stage = save.get(name)
        if stage is None:
            save.refuse(name, "required", N_("This is required."), remedy=N_("Fill it in."))
            return False
        if before is None and stage == self._first:
            return True
        ways = self._stages.between(origin, str(stage))
        if not ways:
            self._nowhere(save, origin, str(stage))
            return False
        way = self._allowed(save, ways)
        for asked in missing_of(way, save) if way is not None else ():
            self._ask(save, asked, str(stage))
        return way is not None

    def _allowed(self, save: Save, ways: Sequence[Transition]) -> Transition | None:
        """The transition that is meant, also where its condition does not hold: what it asks is told as well."""
        mine = [way for way in ways if may_take(way, save.actor)]
        if not mine:
            save.refuse(
                self._stages.field,
                "transition_role",
                N_("'{transition}' is for: {roles}."),
                remedy=N_("Ask somebody with one of these roles."),
                transition=name_of(ways[0], save.actor.language),
                roles=role_labels({role for way in ways for role in way.roles}, save.actor.language),
            )
            return None
        env = records.environment(save)
        open_ways = [way for way in mine if holds(way, env)]
        if not open_ways:
            refuse_condition(save, self._stages.field, mine[0])
            return mine[0]
        return min(open_ways, key=lambda way: len(missing_of(way, save)))

    def _nowhere(self, save: Save, origin: str, stage: str) -> None:
        onward = dict.fromkeys(way.to for way in self._stages.moves_from(origin) if may_take(way, save.actor))
        called = i18n.join_list([self._called(save, key) for key in onward])
        save.refuse(
            self._stages.field,
            "no_transition",
            N_("Nothing leads from '{origin}' to '{stage}'."),
            remedy=N_("Possible from here: {stages}.") if onward else "",
            origin=self._called(save, origin),
            stage=self._called(save, stage),
            stages=called,
        )

    def _ask(self, save: Save, asked: Asked, stage: str) -> None:
        """Notes a field that the move asks for and that is blank."""
        if asked.link:
            self._ask_behind(save, asked, stage)
        elif asked.name not in save.failed:
            refuse_blank(save, asked.name, self._called(save, stage), self._stages.field)

    def _ask_behind(self, save: Save, asked: Asked, stage: str) -> None:
        link = self._entity.fields[asked.link]
        if asked.link in save.failed and save.get(asked.link) is None:
            return
        target = entities.linked_entity(link)
        field = target.fields.get(asked.name) if target is not None else None
        if target is None or not permissions.access(target, save.actor).visible(asked.name):
            refuse_unseen(save, self._called(save, stage), self._stages.field)
            return
        label = field.label if field is not None else {}
        save.refuse(
            asked.link,
            "required",
            N_("'{label}' of '{link}' is needed for '{stage}'."),
            below=f"/{asked.name}",
            label=i18n.label(label, save.actor.language) or asked.name,
            link=i18n.label(link.label, save.actor.language) or asked.link,
            stage=self._called(save, stage),
        )

    def _needs(self, save: Save, *, entering: bool) -> None:
        """What the stage requires: all of it on entering; later what is being emptied. Who corrects a phone number in
        a record that came here before the stage had that need is left in peace."""
        stage = save.get(self._stages.field)
        levels = self._stages.levels.get(str(stage))
        if not levels:
            return
        for name, level in levels.items():
            if level != "required" or name in save.failed or not is_blank(save.get(name)):
                continue
            field = self._entity.fields.get(name)
            if field is not None and field.rows is not None and not save.is_new and name not in save.values:
                continue
            if entering or name in save.given or save.changed(name):
                refuse_blank(save, name, self._called(save, stage), self._stages.field)

    def _called(self, save: Save, stage: object) -> str:
        return stage_name(self._entity, self._stages, stage, save.actor.language)


def missing_of(way: Transition, save: Save) -> list[Asked]:
    """What the transition asks for and the record will not have."""
    return [asked for asked in way.ask if not asked.optional and _is_missing(asked, save)]


def _is_missing(asked: Asked, save: Save) -> bool:
    if asked.link:
        return is_blank(save.linked.get(asked.path))
    return is_blank(save.get(asked.name)) or (asked.anew and asked.name not in save.given)


def holds(way: Transition, env: Env) -> bool:
    """Whether the condition of a transition is true; unknown is not."""
    if way.when is None:
        return True
    try:
        return expressions.compile_python(way.when)(env) is True
    except ExpressionError:
        return False


def refuse_condition(save: Save, name: str, way: Transition) -> None:
    """Notes that a condition does not hold, in the words of the definition where it has some."""
    own = i18n.label(way.message, save.actor.language)
    save.refuse(
        name,
        "transition_condition",
        "{told}" if own else N_("'{transition}' is possible only while this holds: {condition}"),
        transition=name_of(way, save.actor.language),
        condition=way.when.text if way.when is not None else "",
        told=own or "",
    )


def refuse_blank(save: Save, name: str, stage: str, at: str) -> None:
    """Notes a field that a stage needs; one that the actor does not see is not named, `at` the stage field."""
    if not (name in save.rights.levels if save.rights is not None else save.access.visible(name)):
        refuse_unseen(save, stage, at)
        return
    field = save.entity.fields[name]
    label = i18n.label(field.label, save.actor.language) or name
    message = N_("'{label}' is needed for '{stage}'.")
    save.refuse(name, "required", message, remedy=N_("Fill it in."), label=label, stage=stage)


def refuse_unseen(save: Save, stage: str, at: str) -> None:
    """Notes once that something is missing of which the actor knows nothing."""
    if not any(problem.code == "unseen_required" for problem in save.problems):
        message = N_("'{stage}' needs something that you do not see.")
        save.refuse(at, "unseen_required", message, remedy=N_("Ask somebody who sees it."), stage=stage)


def is_blank(value: object) -> bool:
    """Nothing, an empty text, or an empty list."""
    return value is None or value in ("", ())
