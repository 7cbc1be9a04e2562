"""The plan of a publish, a rollback or a retirement, as it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from platform_core import definitions, i18n
from platform_core.definitions import Ask, Change, CheckResult, Draft, PlanItem, Raw
from platform_core.errors import Problem
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web.admin.addresses import Subject, definition_url
from platform_core.web.admin.definition_editor import subject_of
from platform_core.web.failures import spoken

Doing = Literal["publish", "rollback", "retire"]

_SIGNS = {"info": ("good", "+"), "advice": ("sky", "~"), "warning": ("gold", "!"), "danger": ("danger", "−")}
_ORDER = ("danger", "warning", "advice", "info")


class AskedLine(msgspec.Struct, frozen=True):
    """A distinct value: as JSON, as read, how often, and where it goes: without an answer, and as it was answered."""

    old: str
    text: str
    count: str
    auto: str
    chosen: str


class Asked(msgspec.Struct, frozen=True):
    """What a line lets people decide."""

    what: str
    values: Sequence[AskedLine]
    options: Sequence[tuple[str, str]]
    more: int
    fill: str


class PlanLine(msgspec.Struct, frozen=True):
    """One consequence as it is shown. `need`: it takes a tick."""

    id: str
    tone: str
    sign: str
    text: str
    count: str
    need: bool
    accepted: bool
    asks: Asked | None = None


class Figure(msgspec.Struct, frozen=True):
    """A number at the head of the plan."""

    label: str
    value: str
    tone: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan page. `number` is the revision that it makes, or goes back to, or retires."""

    doing: Doing
    subject: Subject
    number: int
    lines: Sequence[PlanLine]
    figures: Sequence[Figure]
    problems: Sequence[Problem]
    changes: Sequence[Change]
    note: str
    rev: int
    action: str
    nothing: bool = False
    """Nothing would change."""


class Consent(msgspec.Struct, frozen=True):
    """What was posted with a plan page."""

    note: str = ""
    accept: tuple[str, ...] = ()
    rev: int = 0
    answers: dict[str, object] = {}
    recount: bool = False
    """Only look again with these answers."""


async def plan_of_draft(kind: str, name: str, who: Actor, consent: Consent) -> Plan:
    """Of publishing the draft."""
    draft, result = await definitions.check_draft(kind, name, answers=consent.answers, actor=who)
    subject = await subject_of(draft, who)
    changes = definitions.compare(await _published(draft, who), draft.definition) if draft.exists else ()
    plan = _assembled("publish", subject, subject.revision + 1, draft, result, consent, changes)
    return msgspec.structs.replace(plan, nothing=plan.nothing or not draft.exists)


async def plan_of_rollback(kind: str, name: str, number: int, who: Actor, consent: Consent) -> Plan:
    """Of publishing an earlier revision again."""
    item = await definitions.item_of_revision(kind, name, number, actor=who)
    draft = await definitions.get_draft(kind, item.key.full_name, actor=who)
    changes = definitions.compare(await _published(draft, who), item.definition)
    result = await definitions.check([item], answers=consent.answers, actor=who)
    subject = await subject_of(draft, who)
    return _assembled("rollback", subject, number, draft, result, consent, changes, f"/{number}")


async def plan_of_retiring(kind: str, name: str, who: Actor, consent: Consent) -> Plan:
    """Of taking the definition out of use."""
    result = await definitions.plan_of_retiring(kind, name, actor=who)
    draft = await definitions.get_draft(kind, name, actor=who)
    subject = await subject_of(draft, who)
    return _assembled("retire", subject, subject.revision, draft, result, consent, ())


def _assembled(
    doing: Doing,
    subject: Subject,
    number: int,
    draft: Draft,
    result: CheckResult,
    consent: Consent,
    changes: Sequence[Change],
    below: str = "",
) -> Plan:
    items = sorted(result.plan, key=lambda item: _ORDER.index(_weight(item)))
    return Plan(
        doing=doing,
        subject=subject,
        number=number,
        lines=[_line(item, item.id in consent.accept, consent.answers.get(item.id)) for item in items],
        figures=_figures(items, changes),
        problems=[spoken(problem) for problem in result.problems],
        changes=changes,
        note=consent.note,
        rev=draft.rev,
        action=definition_url(draft.key, f"/{doing}{below}"),
        nothing=bool(result.unchanged),
    )


async def _published(draft: Draft, who: Actor) -> Raw:
    try:
        return (await definitions.revision(draft.key.kind, draft.key.full_name, actor=who)).raw
    except definitions.UnknownDefinition:
        return {}


def _weight(item: PlanItem) -> str:
    return "danger" if item.destructive else item.severity


def _line(item: PlanItem, accepted: bool, answer: object) -> PlanLine:
    tone, sign = _SIGNS[_weight(item)]
    return PlanLine(
        id=item.id,
        tone=tone,
        sign=sign,
        text=definitions.sentence(item),
        count=_count(item),
        need=item.destructive,
        accepted=accepted,
        asks=_asked(item.asks, answer) if item.asks is not None else None,
    )


def _asked(ask: Ask, answer: object) -> Asked:
    """The question with what was answered so far."""
    given = answer if isinstance(answer, dict) else {}
    chosen = {_json(old): "" if new is None else _typed(new) for old, new in given.get("map", ())}
    lines = []
    for one in ask.values:
        old = _json(one.value)
        # What was mapped already is shown as it would be without the answer.
        auto = "" if one.becomes is None or old in chosen else _typed(one.becomes)
        count = i18n.format_number(one.count)
        lines.append(AskedLine(old, one.text, count, auto, chosen.get(old, auto)))
    return Asked(ask.what, lines, ask.options, ask.more, _typed(given.get("fill", "")))


def _typed(wire: object) -> str:
    """A wire value as somebody would type it; nothing for one that cannot be typed."""
    if isinstance(wire, bool):
        return "true" if wire else "false"
    return str(wire) if isinstance(wire, str | int | float) else ""


def _json(wire: object) -> str:
    return msgspec.json.encode(wire, order="deterministic").decode()


def _count(item: PlanItem) -> str:
    if item.count is None:
        return "" if item.destructive else _("safe") if item.severity == "info" else ""
    if item.total is not None:
        return _("{n} of {total}", n=i18n.format_number(item.count), total=i18n.format_number(item.total))
    return i18n.format_number(item.count)


def _figures(items: Sequence[PlanItem], changes: Sequence[Change]) -> list[Figure]:
    """What the plan comes to, before its lines are read."""
    totals = [item.total for item in items if item.total is not None]
    losses = sum(item.count or 0 for item in items if item.destructive and item.code != "breaks")
    attention = sum(item.count or 0 for item in items if not item.destructive and item.severity == "warning")
    broken = sum(item.count or 0 for item in items if item.code == "breaks")
    figures = [Figure(_("Changes"), i18n.format_number(len(changes)))] if changes else []
    if totals:
        figures.append(Figure(_("Records"), i18n.format_number(max(totals))))
    for label, value, tone in (
        (_("Need attention"), attention, "warm"),
        (_("Lose data"), losses, "danger"),
        (_("Definitions that break"), broken, "danger"),
    ):
        if value:
            figures.append(Figure(label, i18n.format_number(value), tone))
    return figures
